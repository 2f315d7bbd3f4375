"""Conversations and surveys of the example, as they would be after some weeks: made by the Python API of the app."""

from clinic.sample.loading import load_sample

__all__ = ["load_sample"]
