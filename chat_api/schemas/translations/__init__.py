"""Translations of the texts of a schema."""
