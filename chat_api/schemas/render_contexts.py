"""For whom a schema is shown: a query parameter names somebody's survey, and the texts speak to him.

Schemas know nothing of surveys; who knows registers the parameter.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chat_api.schemas.models import Schema
from chat_api.schemas.rendering import TextContext

#: `f(user, schema, value of the parameter)` gives the context, or None where the user has no such thing.
Reader = Callable[[Any, Schema, str], TextContext | None]

READERS: dict[str, Reader] = {}


def register_reader(parameter: str, reader: Reader) -> None:
    """Make `schemas/{pk}?<parameter>=…` show texts and meta as that reader sees them."""
    READERS[parameter] = reader
