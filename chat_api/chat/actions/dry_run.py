"""Dry runs of actions, so that one response has all errors of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chat_api.lib.db.transactions import atomic, set_rollback
from chat_api.lib.errors import ChatAPIError


def errors_of(action: Callable[[], object]) -> dict[str, Any]:
    """Return the errors, by field, that the action raises; nothing is written in any case."""
    try:
        with atomic():
            action()
            set_rollback()
    except ChatAPIError as error:
        return error.errors
    return {}
