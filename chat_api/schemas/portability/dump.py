"""Export of a schema as text."""

from __future__ import annotations

from typing import Final

from chat_api.schemas.models import Schema
from chat_api.schemas.portability.compact import as_compact
from chat_api.schemas.portability.fixture import as_fixture

COMPACT: Final = "compact"
FORMATS: Final = ("json", "yaml", "xml", COMPACT)


def dump(schema: Schema, *, format: str, indent: int | None = None, as_json: bool = False) -> str:
    """Return the schema in one of `FORMATS`; compact documents are YAML, or JSON with `as_json`.

    Raises `BadDocument` if the format cannot represent the schema.
    """
    if format == COMPACT:
        return as_compact(schema, indent=indent, as_json=as_json)
    return as_fixture(schema, format=format, indent=indent)
