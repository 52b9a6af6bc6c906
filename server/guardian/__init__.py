"""Parents and carers: who asked them to look along, since when the student agrees, and how they come in."""
