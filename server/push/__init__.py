"""A person's devices, and how a message reaches them."""
