"""An empty installation's first minutes: the school and its first coordinator."""
