"""Rendering of texts with `{{ dotted.name }}` placeholders, from plain data only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from chat_api.engine.numbers import format_number
from chat_api.engine.script import normalize_name

#: The maximum length of a rendered text, in characters.
RENDERED_MAX: Final = 10_000
#: First names that are available in every text; hosts can add others.
DEFAULT_ROOTS: Final = frozenset({"user", "sender", "thread", "variables", "answers"})
#: The place in a repeated group, from 1; available only in the texts of its questions.
INDEX: Final = "index"
#: Larger whole numbers are slow to format, and are not shown.
_BITS_MAX: Final = 1_000

_PLACEHOLDER: Final = re.compile(
    r"\{\{\s{0,20}"
    r"(?P<name>[^\W\d]\w{0,99}(?:\.\w{1,100}){0,9})"
    r"(?:\s{0,20}\|\s{0,20}fallback\s{0,20}:\s{0,20}\"(?P<fallback>[^\"]{0,500})\")?"
    r"\s{0,20}\}\}"
)
_BRACES: Final = re.compile(r"\{\{[^{}]{0,500}\}\}")


def render(template: str, context: Mapping[str, object], *, limit: int = RENDERED_MAX) -> str:
    """Replace every `{{ dotted.name }}` with its value in the nested mappings of `context`.

    Names that are unknown, private (a part begins with an underscore) or not plain data are replaced with their
    `|fallback:"…"` or removed, and so are empty values. Values are inserted as they are: neither escaped nor rendered
    again. Other braces are left as they are. The result is cut at `limit` characters.
    """
    parts: list[str] = []
    length = end = 0
    for found in _PLACEHOLDER.finditer(template):
        shown = _text_of(_value(context, found["name"]), limit)
        for part in (template[end : found.start()], shown or found["fallback"] or ""):
            parts.append(part)
            length += len(part)
        end = found.end()
        if length >= limit:
            break
    else:
        parts.append(template[end:])
    return "".join(parts)[:limit]


def names_in(template: str) -> frozenset[str]:
    """Return the dotted names in the text's placeholders."""
    return frozenset(normalize_name(found["name"]) for found in _PLACEHOLDER.finditer(template))


def invalid_placeholders(template: str) -> list[str]:
    """Return everything in double braces that is not a placeholder; it is shown unchanged."""
    return [found for found in _BRACES.findall(template) if _PLACEHOLDER.fullmatch(found) is None]


def _value(context: Mapping[str, object], dotted: str) -> object:
    found: object = context
    for name in dotted.split("."):
        normalized = normalize_name(name)
        if normalized.startswith("_") or not isinstance(found, Mapping):
            return None
        found = found[name] if name in found else found.get(normalized)
    return found


def _text_of(value: object, limit: int) -> str:
    if isinstance(value, str):
        return value[:limit]
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, int) and value.bit_length() <= _BITS_MAX:
        return str(value)
    return ""
