"""Query parameters of `schemas/{pk}` that select a context to render texts in, for example `survey`.

Schemas do not know about surveys; apps that do register their parameter here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chat_api.schemas.models import Schema
from chat_api.schemas.rendering import TextContext

#: `f(user, schema, value of the parameter)` returns the context, or None if the user has no such object.
TextContextFactory = Callable[[Any, Schema, str], TextContext | None]

TEXT_CONTEXTS: dict[str, TextContextFactory] = {}


def register_text_context(parameter: str, create: TextContextFactory) -> None:
    """Render texts and meta of `schemas/{pk}?<parameter>=…` in the context that `create` returns."""
    TEXT_CONTEXTS[parameter] = create
