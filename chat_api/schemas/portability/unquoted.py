"""Conversion of unquoted numbers in compact documents to texts and expressions."""

from __future__ import annotations

from typing import Any, Final

from chat_api.schemas.portability.parsing import as_written

_TEXTS: Final = frozenset(
    {"name", "group", "text", "title", "description", "comments"}
    | {"key", "hint", "skip", "required_message", "message", "label", "severity"}
)
_EXPRESSIONS: Final = frozenset({"show_if", "default", "calculate", "check", "if", "expression"})
_PAIRS: Final = frozenset({"variable_modifications", "forking_rules"})
_LISTS: Final = frozenset(
    {"groups", "questions", "answers", "attachments", "constraints", "scores", "bands", "flags"}
)


def numbers_to_texts(data: Any) -> Any:
    """Return the compact document with texts in place of numbers where a text or an expression is expected.

    In expressions, booleans are converted as well. Everything else is unchanged, valid or not.
    """
    if not isinstance(data, dict):
        return data
    return {key: _value(key, value) for key, value in data.items()}


def _value(key: Any, value: Any) -> Any:
    if key in _TEXTS:
        return _text(value)
    if key in _EXPRESSIONS:
        return _expression(value)
    if key in _PAIRS and isinstance(value, list):
        return [[_expression(part) for part in pair] if isinstance(pair, list) else pair for pair in value]
    if key in _LISTS and isinstance(value, list):
        return [
            _text(item) if key == "groups" and not isinstance(item, dict) else numbers_to_texts(item)
            for item in value
        ]
    if isinstance(key, str) and key.endswith("_i18n") and isinstance(value, dict):
        return {code: _text(text) for code, text in value.items()}
    return value


def _text(value: Any) -> Any:
    return as_written(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _expression(value: Any) -> Any:
    return str(value) if isinstance(value, bool) else _text(value)
