"""Checks of texts and JSON that every supported database can store and return."""

from __future__ import annotations

import json
import math
from enum import StrEnum
from typing import Any, Final

#: No real data are nested deeper than this.
JSON_DEPTH_MAX: Final = 32
JSON_NODES_MAX: Final = 10_000
#: For whole documents of script authors: the meta of a question begins some levels down.
DOCUMENT_DEPTH_MAX: Final = JSON_DEPTH_MAX + 10
DOCUMENT_NODES_MAX: Final = 2_000_000


class JSONProblem(StrEnum):
    """Reasons why a value cannot be stored as JSON; `text` is the error for a value that a client sent."""

    UNSTORABLE = "unstorable"
    NOT_FINITE = "not_finite"
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    TOO_MANY_BYTES = "too_many_bytes"

    @property
    def text(self) -> str:
        """Return the sentence for people."""
        return _TEXTS[self]


_TEXTS: Final = {
    JSONProblem.UNSTORABLE: "This contains a character that cannot be stored.",
    JSONProblem.NOT_FINITE: "This contains a number that is not finite.",
    JSONProblem.TOO_DEEP: f"This is nested deeper than {JSON_DEPTH_MAX} levels.",
    JSONProblem.TOO_MANY_BYTES: "TOO_LARGE",
    JSONProblem.TOO_LARGE: f"This has more than {JSON_NODES_MAX} values.",
}


def is_storable(text: str) -> bool:
    """Return whether PostgreSQL can store a text: it has no NUL and no lone surrogates."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def json_problem(
    value: Any,
    *,
    depth_max: int = JSON_DEPTH_MAX,
    nodes_max: int = JSON_NODES_MAX,
    bytes_max: int | None = None,
) -> JSONProblem | None:
    """Return why the value cannot be stored, or None. Takes no more time than its bounds allow.

    `bytes_max` bounds the value as compact JSON in UTF-8; without it any size is permitted.
    """
    pending: list[tuple[Any, int]] = [(value, 0)]
    seen, characters = 1, 0
    while pending:
        item, depth = pending.pop()
        if depth > depth_max:
            return JSONProblem.TOO_DEEP
        if isinstance(item, dict | list | tuple):
            # Counted before they are collected: one list can be in many places of a document.
            seen += len(item) * (2 if isinstance(item, dict) else 1)
            if seen > nodes_max:
                return JSONProblem.TOO_LARGE
        if isinstance(item, dict):
            pending.extend((part, depth + 1) for pair in item.items() for part in pair)
        elif isinstance(item, list | tuple):
            pending.extend((part, depth + 1) for part in item)
        elif isinstance(item, str):
            characters += len(item)
            if bytes_max is not None and characters > bytes_max:
                return JSONProblem.TOO_MANY_BYTES
            if not is_storable(item):
                return JSONProblem.UNSTORABLE
        elif isinstance(item, float) and not math.isfinite(item):
            return JSONProblem.NOT_FINITE
    if bytes_max is not None and json_size(value) > bytes_max:
        return JSONProblem.TOO_MANY_BYTES
    return None


def json_size(value: Any) -> int:
    """Return how many bytes the value takes as compact JSON in UTF-8. It must be storable."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode())
