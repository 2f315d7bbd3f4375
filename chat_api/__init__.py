"""Chat threads, scripted conversations and surveys for Django."""

__version__ = "1.0.0a1"
