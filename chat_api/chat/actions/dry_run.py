"""Finding out what an action would refuse, so that everything wrong with a request comes in one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chat_api.lib.db.transactions import atomic, set_rollback
from chat_api.lib.errors import ChatAPIError


def errors_of(action: Callable[[], object]) -> dict[str, Any]:
    """Give the errors, by field, with which the action refuses; nothing is written in any case."""
    try:
        with atomic():
            action()
            set_rollback()
    except ChatAPIError as error:
        return error.errors
    return {}
