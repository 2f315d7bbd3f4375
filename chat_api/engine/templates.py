"""Filling `{{ dotted.name }}` into texts, from plain data alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from chat_api.engine.numbers import printed
from chat_api.engine.script import name_as_read

#: The most characters that a rendered text has.
RENDERED_MAX: Final = 10_000
#: What every text can speak of; hosts may provide more.
DEFAULT_ROOTS: Final = frozenset({"user", "sender", "thread", "variables", "answers"})
#: Whole numbers of more bits are slow to write out, and nobody's age or score.
_BITS_MAX: Final = 1_000

_PLACE: Final = re.compile(
    r"\{\{\s{0,20}"
    r"(?P<name>[^\W\d]\w{0,99}(?:\.\w{1,100}){0,9})"
    r"(?:\s{0,20}\|\s{0,20}fallback\s{0,20}:\s{0,20}\"(?P<fallback>[^\"]{0,500})\")?"
    r"\s{0,20}\}\}"
)
_BRACES: Final = re.compile(r"\{\{[^{}]{0,500}\}\}")


def render(
    template: str,
    context: Mapping[str, object],
    *,
    escape: Callable[[str], str] | None = None,
    limit: int = RENDERED_MAX,
) -> str:
    """Give the text with every `{{ dotted.name }}` replaced by its value in the nested mappings of `context`.

    A name that is unknown, private (a part begins with an underscore) or not of plain data is replaced by its
    `|fallback:"…"`, or by nothing; so is an empty value. Each value goes through `escape` once and is never
    rendered again; the script's own text, fallbacks included, is left as it is. Whatever is written otherwise
    stays as it is written. At most `limit` characters come back.
    """
    parts: list[str] = []
    length = end = 0
    for place in _PLACE.finditer(template):
        shown = _text_of(_value(context, place["name"]), limit)
        value = escape(shown) if shown and escape is not None else shown
        for part in (template[end : place.start()], value or place["fallback"] or ""):
            parts.append(part)
            length += len(part)
        end = place.end()
        if length >= limit:
            break
    else:
        parts.append(template[end:])
    return "".join(parts)[:limit]


def names_in(template: str) -> frozenset[str]:
    """Give the dotted names that the text speaks of."""
    return frozenset(name_as_read(place["name"]) for place in _PLACE.finditer(template))


def unreadable_places(template: str) -> list[str]:
    """Give what stands between `{{` and `}}` and is not understood: it is shown as it is written."""
    return [found for found in _BRACES.findall(template) if _PLACE.fullmatch(found) is None]


def _value(context: Mapping[str, object], dotted: str) -> object:
    found: object = context
    for name in dotted.split("."):
        read = name_as_read(name)
        if read.startswith("_") or not isinstance(found, Mapping):
            return None
        found = found[name] if name in found else found.get(read)
    return found


def _text_of(value: object, limit: int) -> str:
    if isinstance(value, str):
        return value[:limit]
    if isinstance(value, float):
        return printed(value)
    if isinstance(value, int) and value.bit_length() <= _BITS_MAX:
        return str(value)
    return ""
