"""Texts of the script editor, for its page."""

from __future__ import annotations


def editor_texts() -> dict[str, str]:
    """Return the texts by key, in the language of the admin."""
    return {}
