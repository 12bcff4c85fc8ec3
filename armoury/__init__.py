"""Armoury: an offline register for the armouries of a state."""

__version__ = "0.1.0"
