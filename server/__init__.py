"""Spoor: find words for what you can do and want, from what you really did."""

__version__ = "0.1.0"
