"""The names of users on pages of the admin."""

from __future__ import annotations

from typing import Any


def name_of(user: Any) -> str:
    """Return the full name of a user, else what they sign in with; empty without a user."""
    if user is None:
        return ""
    full = user.get_full_name() if hasattr(user, "get_full_name") else ""
    return str(full or user.get_username())
