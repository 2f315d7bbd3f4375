"""Data of the host about a person, for the expressions of scripts, and the answers that it suggests."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from chat_api.engine.context_paths import context_paths
from chat_api.engine.expressions.values import Value
from chat_api.engine.logic import Logic
from chat_api.engine.question_types.stored_values import INT_MAX
from chat_api.engine.script import Script
from chat_api.lib.db.storable import is_storable
from chat_api.lib.db.timezones import in_utc
from chat_api.lib.errors import InvalidInput
from chat_api.lib.hooks import degraded
from chat_api.schemas.models import Schema
from chat_api.settings import chat_settings

_SETTING: Final = "EXPRESSION_CONTEXT"
#: The longest text, in characters, and the longest list; what is longer is left out.
_TEXT_MAX: Final = 1_000
_LIST_MAX: Final = 100

Data = Mapping[str, Any]


def logic_of(script: Script) -> Logic:
    """Return the logic of the script; its expressions read the context of the host where EXPRESSION_CONTEXT is set."""
    return Logic.of(script, None if reads_context() else frozenset())


def reads_context() -> bool:
    """Return whether EXPRESSION_CONTEXT is set; without it, no expression reads a context."""
    return chat_settings.has(_SETTING)


def context_of(
    subject: object, schema: Schema, logic: Logic, given: Data
) -> tuple[dict[str, Value], frozenset[str]]:
    """Return by path what the expressions of the schema read of the context, and the paths that `given` has.

    `given` wins over what EXPRESSION_CONTEXT returns for the subject, the member or the survey. That is called only
    if the schema reads a path; if it fails, which is logged, it adds nothing. Only the paths that are read are in the
    result, without values that expressions do not have.
    """
    paths = context_paths(logic)
    if not paths:
        return {}, frozenset()
    own = frozenset(path for path in paths if _at(given, path) is not None)
    found: Data = {}
    if len(own) < len(paths):
        found = degraded(
            _SETTING, lambda: dict(chat_settings.EXPRESSION_CONTEXT(subject, schema)), fallback={}
        )
    values = {path: _at(given if path in own else found, path) for path in paths}
    return {path: value for path, value in values.items() if value is not None}, own


def prefill_of(script: Script, answers: Data) -> dict[str, Value]:
    """Return the suggested answers by name. Raises `InvalidInput` (`answers`: UNKNOWN_NAME, WRONG_VALUE)."""
    names = {question.name for question in script.questions if question.name is not None}
    values = {name: value_of(raw) for name, raw in answers.items() if raw is not None}
    codes = []
    if not names.issuperset(answers):
        codes.append("UNKNOWN_NAME")
    if None in values.values():
        codes.append("WRONG_VALUE")
    if codes:
        raise InvalidInput.field("answers", *codes)
    return values


def _at(data: Data, path: str) -> Value:
    """Return the value at a dotted path of nested mappings; None without one."""
    found: Any = data
    for name in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return value_of(found)


def value_of(raw: Any) -> Value:
    """Return a value of the host's as expressions read it; None for one that they do not have, or that is too long."""
    if isinstance(raw, bool | date | time):
        return in_utc(raw) if isinstance(raw, datetime) else raw
    if isinstance(raw, str):
        text = str(raw)
        return text if len(text) <= _TEXT_MAX and is_storable(text) else None
    if isinstance(raw, int | float | Decimal):
        return _number(raw)
    if isinstance(raw, list | tuple) and len(raw) <= _LIST_MAX:
        items = [None if isinstance(item, list | tuple) else value_of(item) for item in raw]
        # As they are stored; a list does not keep dates apart from texts.
        plain = [item for item in items if isinstance(item, bool | int | float | str)]
        return tuple(plain) if len(plain) == len(items) else None
    return None


def _number(raw: float | Decimal) -> Value:
    if isinstance(raw, int) and abs(raw) <= INT_MAX:
        return int(raw)
    try:
        number = float(raw)
    except (OverflowError, ValueError):
        return None
    return number if math.isfinite(number) else None
