"""Texts and expressions that somebody wrote without quotes, so that they came as numbers."""

from __future__ import annotations

from typing import Any, Final

from chat_api.schemas.portability.parsing import as_written

_TEXTS: Final = frozenset({"name", "group", "text", "title", "description", "comments"})
_PAIRS: Final = frozenset({"variable_modifications", "forking_rules"})
_LISTS: Final = frozenset({"groups", "questions", "answers", "attachments"})


def with_texts(data: Any) -> Any:
    """Return the compact document with texts where numbers stand for texts and for expressions.

    In expressions `true` and `false` are what they are there. Everything else, wrong or not, stays as it is.
    """
    if not isinstance(data, dict):
        return data
    return {key: _value(key, value) for key, value in data.items()}


def _value(key: Any, value: Any) -> Any:
    if key in _TEXTS:
        return _text(value)
    if key in _PAIRS and isinstance(value, list):
        return [[_expression(part) for part in pair] if isinstance(pair, list) else pair for pair in value]
    if key in _LISTS and isinstance(value, list):
        return [
            _text(item) if key == "groups" and not isinstance(item, dict) else with_texts(item)
            for item in value
        ]
    if isinstance(key, str) and key.endswith("_i18n") and isinstance(value, dict):
        return {code: _text(text) for code, text in value.items()}
    return value


def _text(value: Any) -> Any:
    return as_written(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _expression(value: Any) -> Any:
    return str(value) if isinstance(value, bool) else _text(value)
