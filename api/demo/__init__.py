"""Demonstration data: an invented house of invented people, the same on every machine."""
