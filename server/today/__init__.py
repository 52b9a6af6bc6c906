"""What asks for attention now: the first screen of each kind of person."""
