"""Forward-only migrations, on both databases."""
