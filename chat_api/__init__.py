"""Conversations and surveys for Django: threads, scripts that talk, questionnaires."""

__version__ = "1.0.0a1"
