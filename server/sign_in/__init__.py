"""Every way in, and what it takes to be let in."""
