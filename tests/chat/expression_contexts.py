"""Functions of the test host for EXPRESSION_CONTEXT."""

from __future__ import annotations

from typing import Any

#: The members for whom `of_patient` was called.
ASKED: list[Any] = []
#: What `of_patient` returns.
KNOWN: dict[str, Any] = {}


def of_patient(user_thread: Any, schema: Any) -> dict[str, Any]:
    ASKED.append((user_thread.user_id, schema.pk))
    return KNOWN


def failing(user_thread: Any, schema: Any) -> dict[str, Any]:
    raise RuntimeError("the record is closed")
