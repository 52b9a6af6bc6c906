"""A small school with a lived-in year, to look around in."""
