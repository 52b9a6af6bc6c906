"""Planning, preparing and holding the talk, and what was agreed."""
