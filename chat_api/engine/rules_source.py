"""Parsing of the JSON columns of rules: limits, constraints, repeats, scores, flags. Malformed items are skipped.

What is malformed is reported by the checker and refused by the columns' validation; a script runs without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

from chat_api.engine.numbers import is_number
from chat_api.engine.script import Band, Code, Constraint, Flag, Repeat, Score

SEVERITIES = frozenset({"error", "warning"})


def parse_code(raw: object) -> Code | None:
    """Return the value of an answer: a number, a text or a boolean; None for all else."""
    if isinstance(raw, float) and not isfinite(raw):
        return None
    return raw if isinstance(raw, bool | int | float | str) else None


def parse_limits(raw: object) -> Mapping[str, object] | None:
    """Return the limits by name, without those that are null; None if there are none."""
    if not isinstance(raw, dict):
        return None
    return {name: limit for name, limit in raw.items() if limit is not None} or None


def parse_constraints(raw: object) -> tuple[Constraint, ...]:
    """Parse `[{"check": …, "message": …, "severity": "error"}, …]`."""
    return tuple(
        Constraint(item["check"], item["message"], item.get("severity") or "error")
        for item in valid_constraints(raw)
    )


def valid_constraints(raw: object) -> Iterator[Mapping[str, Any]]:
    """Yield the constraints as they are stored, without malformed ones."""
    for item in _objects(raw):
        is_complete = bool(_text(item, "check")) and _text(item, "message") is not None
        if is_complete and _text(item, "severity", "error") in SEVERITIES:
            yield item


def parse_repeat(raw: object) -> Repeat | None:
    """Parse `{"count": expression or null, "min": …, "max": …, "add": qid}`."""
    if not isinstance(raw, dict):
        return None
    count = raw.get("count")
    least = _whole(raw.get("min"))
    # A plain number is an expression, too.
    if isinstance(count, int | float) and not isinstance(count, bool):
        count = str(count)
    return Repeat(
        count=count if isinstance(count, str) and count.strip() else None,
        min=least if least is not None and least > 0 else 0,
        max=_whole(raw.get("max")),
        add=_whole(raw.get("add")),
    )


def parse_scores(raw: object) -> tuple[Score, ...]:
    """Parse `[{"name": …, "label": …, "expression": …, "bands": [{"from", "to", "label", "severity"}]}, …]`."""
    return tuple(
        Score(name, _text(item, "label", "") or "", expression, _bands(item.get("bands")))
        for item in _objects(raw)
        if (name := _text(item, "name")) and (expression := _text(item, "expression"))
    )


def parse_flags(raw: object) -> tuple[Flag, ...]:
    """Parse `[{"name": …, "if": …, "label": …, "severity": …}, …]`."""
    return tuple(
        Flag(name, condition, _text(item, "label", "") or "", _text(item, "severity", "") or "")
        for item in _objects(raw)
        if (name := _text(item, "name")) and (condition := _text(item, "if"))
    )


def _bands(raw: object) -> tuple[Band, ...]:
    bands = [
        Band(low, high, _text(item, "label", "") or "", _text(item, "severity", "") or "")
        for item in _objects(raw)
        if (low := _number(item.get("from"))) is not None and (high := _number(item.get("to"))) is not None
    ]
    return tuple(sorted(bands, key=lambda band: band.low))


def _objects(raw: object) -> Iterator[Mapping[str, object]]:
    items: Iterable[object] = raw if isinstance(raw, list | tuple) else ()
    for item in items:
        if isinstance(item, dict):
            yield item


def _text(item: Mapping[str, object], key: str, default: str | None = None) -> str | None:
    value = item.get(key)
    if value is None:
        return default
    return value if isinstance(value, str) else None


def _number(value: object) -> float | None:
    return float(value) if is_number(value) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
