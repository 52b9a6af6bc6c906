"""How fast it is, and how light. Everything runs on loopback, is bounded in count, and reports ratios against a baseline of the same run."""
