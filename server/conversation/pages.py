"""Screens."""

routes: list = []
