"""What students did, in their words."""
