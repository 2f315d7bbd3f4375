"""Dry runs of actions, so that one response has all errors of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chat_api.lib.db.transactions import atomic, set_rollback
from chat_api.lib.errors import ChatAPIError


def errors_of(action: Callable[[], object]) -> dict[str, Any]:
    """Return the errors, by field, that the action raises; nothing is written in any case."""
    refusal = refusal_of(action)
    return {} if refusal is None else refusal.errors


def refusal_of(action: Callable[[], object]) -> ChatAPIError | None:
    """Return the error that the action raises, None without one; nothing is written in any case."""
    try:
        with atomic():
            action()
            set_rollback()
    except ChatAPIError as error:
        return error
    return None
