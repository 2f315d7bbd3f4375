"""Errors of JSON Schema in words: each names the place in the document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import jsonschema

_MESSAGE_MAX: Final = 200


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


def reason_of(error: jsonschema.ValidationError) -> str:
    """Return where the error is, and what is invalid there."""
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    message = error.message
    expects_text = error.validator == "type" and "string" in list(error.validator_value)  # type: ignore[arg-type]
    if expects_text and (error.instance is None or isinstance(error.instance, bool)):
        message = f"{json.dumps(error.instance)} is not a text; use quotes"
    if len(message) > _MESSAGE_MAX:
        message = message[:_MESSAGE_MAX] + "…"
    return f"{where.lstrip('.') or 'document'}: {message}"
