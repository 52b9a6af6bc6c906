"""School, groups, persons; who may do what, on which devices they are signed in."""
