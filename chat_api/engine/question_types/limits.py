"""The limits of questions: what each takes, which replies are beyond it, and with which code these are refused.

A limit that does not fit the value (a number for a date) never applies; the checker reports it. Numbers compare by 15
digits. Dates and datetimes compare by the date in the member's zone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chat_api.engine.expressions.grammar import ExpressionError
from chat_api.engine.expressions.values import Kind, Value
from chat_api.engine.numbers import is_number
from chat_api.engine.question_types import limit_checks as checks
from chat_api.engine.question_types.limit_checks import Limits, Measured, is_accepted_beside, iso_value
from chat_api.engine.question_types.text_formats import FORMATS


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit: `is_broken` gets the reply, the limit and all limits; it raises `TypeError` for a limit that misfits.

    `schema` is the JSON Schema of a plain value, `summary` a sentence for the documentation.
    """

    code: str
    summary: str
    schema: Mapping[str, Any]
    is_broken: Callable[[Measured, Value, Limits], bool]
    #: Whether a text is an expression (for dates: unless it is a date).
    takes_expressions: bool = False


_BY_DATE: Final = frozenset({Kind.DATE, Kind.TIME, Kind.DATETIME})


def _never(measured: Measured, limit: Value, limits: Limits) -> bool:
    return False


_ANY_NUMBER: Final = {"type": "number"}
_COUNT: Final = {"type": "integer", "minimum": 0}

#: All limits by name, in the order in which they are reported.
LIMITS: Final[Mapping[str, Limit]] = {
    "min": Limit(
        "TOO_SMALL",
        "The least number, date or time.",
        _ANY_NUMBER,
        lambda measured, limit, limits: checks.is_less(measured.value, limit, measured.zone),
        takes_expressions=True,
    ),
    "max": Limit(
        "TOO_LARGE",
        "The greatest number, date or time.",
        _ANY_NUMBER,
        lambda measured, limit, limits: checks.is_less(limit, measured.value, measured.zone),
        takes_expressions=True,
    ),
    "step": Limit(
        "WRONG_FORMAT",
        "The distance between two possible numbers, counted from ``min``, else from 0.",
        {"type": "number", "exclusiveMinimum": 0},
        checks.misses_step,
        takes_expressions=True,
    ),
    "decimals": Limit(
        "WRONG_FORMAT",
        "How many digits a number can have after its decimal point; zeros at the end do not count.",
        _COUNT,
        checks.has_more_decimals,
        takes_expressions=True,
    ),
    "min_length": Limit(
        "TOO_SHORT",
        "The least number of characters.",
        _COUNT,
        lambda measured, limit, limits: checks.length_of(measured) < checks.at_least_zero(limit),
        takes_expressions=True,
    ),
    "max_length": Limit(
        "TOO_LONG",
        "The greatest number of characters.",
        _COUNT,
        lambda measured, limit, limits: checks.length_of(measured) > checks.at_least_zero(limit),
        takes_expressions=True,
    ),
    "pattern": Limit(
        "WRONG_FORMAT",
        "A regular expression (RE2) that the whole text has to match.",
        {"type": "string", "minLength": 1},
        checks.misses_pattern,
    ),
    "format": Limit(
        "WRONG_FORMAT",
        "What the text is: " + ", ".join(f"``{name}``" for name in FORMATS) + ".",
        {"enum": list(FORMATS)},
        checks.misses_format,
    ),
    "min_selected": Limit(
        "TOO_FEW",
        "The least number of chosen answers.",
        _COUNT,
        lambda measured, limit, limits: measured.chosen < checks.at_least_zero(limit),
        takes_expressions=True,
    ),
    "max_selected": Limit(
        "TOO_MANY",
        "The greatest number of chosen answers.",
        _COUNT,
        lambda measured, limit, limits: measured.chosen > checks.at_least_zero(limit),
        takes_expressions=True,
    ),
    "accept": Limit(
        "WRONG_FORMAT",
        "The MIME types or extensions of files: ``image/*``, ``application/pdf``, ``.csv``.",
        {"type": "array", "items": {"type": "string", "minLength": 1}},
        checks.is_not_accepted,
    ),
    "max_size": Limit(
        "TOO_LARGE",
        "The greatest size of each file, in bytes.",
        _COUNT,
        checks.is_too_large,
        takes_expressions=True,
    ),
    "max_files": Limit(
        "TOO_MANY",
        "The greatest number of files.",
        _COUNT,
        lambda measured, limit, limits: checks.number_of(measured) > checks.at_least_zero(limit),
        takes_expressions=True,
    ),
    "also": Limit(
        "",
        "Values that are accepted beside all other limits, for example 99 for unknown.",
        {"type": "array", "items": {"type": ["number", "string"]}},
        _never,
    ),
}


def broken(taken: Collection[str], limits: Limits, measured: Measured) -> list[str]:
    """Return the codes of the limits that the reply is beyond; of `limits`, only those `taken` by the type apply."""
    if "also" in taken and is_accepted_beside(limits, measured):
        return []
    codes: list[str] = []
    for name, limit in LIMITS.items():
        if name in taken and (bound := limits.get(name)) is not None and limit.code not in codes:
            try:
                if limit.is_broken(measured, bound, limits):
                    codes.append(limit.code)
            except (TypeError, OverflowError):
                continue
    return codes


def resolved(
    taken: Collection[str],
    limits: Mapping[str, object] | None,
    kind: Kind | None,
    evaluate: Callable[[str], Value] = lambda source: None,
) -> dict[str, Value]:
    """Return the limits of a question without expressions, those that are empty left out.

    `evaluate` returns the value of an expression; a limit for which it raises `ExpressionError` is left out, as are all
    expressions without it.
    """
    found: dict[str, Value] = {}
    for name, raw in (limits or {}).items():
        limit = LIMITS.get(name)
        if limit is None or name not in taken:
            continue
        value = _literal(raw)
        if isinstance(value, str):
            if kind in _BY_DATE and (read := iso_value(value)) is not None:
                value = read
            elif limit.takes_expressions:
                try:
                    value = evaluate(value)
                except ExpressionError:
                    continue
        if value is not None:
            found[name] = value
    return found


def json_schema(taken: Collection[str], kind: Kind | None) -> dict[str, Any]:
    """Return the JSON Schema of the limits that a type takes."""
    properties: dict[str, Any] = {}
    for name, limit in LIMITS.items():
        if name not in taken:
            continue
        if not limit.takes_expressions:
            properties[name] = dict(limit.schema)
        elif kind in _BY_DATE:
            properties[name] = {"type": "string", "minLength": 1}
        else:
            properties[name] = {"anyOf": [dict(limit.schema), {"type": "string", "minLength": 1}]}
    return {"type": ["object", "null"], "additionalProperties": False, "properties": properties}


def _literal(raw: object) -> Value:
    if isinstance(raw, list | tuple):
        return tuple(item for item in raw if isinstance(item, str) or is_number(item))
    return raw if isinstance(raw, str) or is_number(raw) else None
