"""Errors of JSON Schema in words: each names the place in the document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import jsonschema

from chat_api.schemas.portability.parsing import Reason

_MESSAGE_MAX: Final = 200
#: A list and a place in it.
_LENGTH: Final = 2
_PARTS: Final = {"questions": "question", "groups": "group", "scores": "score", "flags": "flag"}
_PARTS_OF_QUESTION: Final = {"answers": "answer", "attachments": "attachment"}


def parts_of(error: jsonschema.ValidationError) -> Iterator[jsonschema.ValidationError]:
    """Yield the error; of a value that can be of two types, the errors as the type that it has."""
    by_branch: dict[Any, list[jsonschema.ValidationError]] = {}
    for each in error.context or ():
        by_branch.setdefault(each.relative_schema_path[0], []).append(each)
    fitting = [
        errors
        for errors in by_branch.values()
        if not any(each.validator == "type" and not each.relative_path for each in errors)
    ]
    if len(fitting) != 1:
        yield error
        return
    for each in fitting[0]:
        yield from parts_of(each)


def reason_of(error: jsonschema.ValidationError) -> Reason:
    """Return where the error is, and what is invalid there."""
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    message = error.message
    expects_text = error.validator == "type" and "string" in list(error.validator_value)  # type: ignore[arg-type]
    if expects_text and (error.instance is None or isinstance(error.instance, bool)):
        message = f"{json.dumps(error.instance)} is not a text; use quotes"
    if len(message) > _MESSAGE_MAX:
        message = message[:_MESSAGE_MAX] + "…"
    return Reason(message, where.lstrip(".") or "document", **_place_of(list(error.absolute_path)))


def _place_of(path: list[Any]) -> dict[str, Any]:
    """Return the part of the document that a path leads into, as the fields of a `Reason`."""
    if len(path) < _LENGTH or path[0] not in _PARTS:
        return {"field": path[0] if path else None}
    place: dict[str, Any] = {"part": _PARTS[path[0]], "index": path[1]}
    rest = path[_LENGTH:]
    if path[0] == "questions":
        place["question"] = path[1]
        if len(rest) >= _LENGTH and rest[0] in _PARTS_OF_QUESTION:
            place |= {"part": _PARTS_OF_QUESTION[rest[0]], "index": rest[1]}
            place |= {"answer": rest[1]} if rest[0] == "answers" else {}
            rest = rest[_LENGTH:]
    return {**place, "field": next((name for name in rest if isinstance(name, str)), None)}
