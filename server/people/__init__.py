"""School, groups, persons; how they sign in, on which devices; where they come from."""
