"""What to be reminded of, when, and whether it was sent and seen."""
