"""Whether everything of an installation is well, and how to mend what is not."""
