"""What the school offers."""
