"""Functions of numbers and lists, and those about whether there is a value."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from chat_api.engine import numbers
from chat_api.engine.expressions.function import ANY, NUMBERS, Function, flat, function
from chat_api.engine.expressions.grammar import ExpressionError
from chat_api.engine.expressions.operators import bounded, round_to
from chat_api.engine.expressions.values import Kind, Value, comparison, number_of, same, text_of

_PLAIN_NUMBER_MAX: Final = 100


def _extreme(is_better: Callable[[Value, Value], bool]) -> Callable[..., Value]:
    def extreme(*values: Value) -> Value:
        best: Value = None
        for value in flat(values):
            if best is None or is_better(value, best):
                best = value
        return best

    return extreme


def _numbers(values: tuple[Value, ...]) -> list[float | int]:
    return [number_of(value) for value in flat(values)]


def _total(values: list[float | int]) -> float | int:
    total: float | int = 0
    for value in values:
        total = bounded(total + value)
    return total


@function(ANY, gives=Kind.NUMBER, is_variadic=True, takes_empty=True)
def _sum(*values: Value) -> Value:
    return _total(_numbers(values))


@function(ANY, gives=Kind.NUMBER, is_variadic=True, takes_empty=True, keywords=("least",))
def _mean(*values: Value, least: Value = 1) -> Value:
    found = _numbers(values)
    if not found or len(found) < number_of(least):
        return None
    return _total(found) / len(found)


@function(ANY, gives=Kind.NUMBER, is_variadic=True, takes_empty=True)
def _count(*values: Value) -> Value:
    return sum(1 for _ in flat(values))


@function(NUMBERS, NUMBERS, gives=Kind.NUMBER, required=1)
def _round(number: Any, digits: Any = 0) -> Value:
    return round_to(+number, digits)


def _whole(rounded: Callable[[float], int]) -> Callable[[Any], Value]:
    def whole(number: Any) -> Value:
        if isinstance(number, int):
            return +number
        if not math.isfinite(number):
            raise ExpressionError("a number is not finite")
        # 0.1 * 30 is 3.0000000000000004, and its ceiling 3.
        return float(rounded(numbers.canonical(number)))

    return whole


@function(ANY, gives=None, is_variadic=True, takes_empty=True)
def _coalesce(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


@function(ANY, gives=Kind.BOOLEAN, takes_empty=True)
def _answered(value: Value) -> Value:
    return value is not None


@function(ANY, ANY, gives=Kind.BOOLEAN, if_empty=False)
def _selected(chosen: Value, code: Value) -> Value:
    return any(same(each, code) for each in (chosen if isinstance(chosen, tuple) else (chosen,)))


@function(ANY, gives=Kind.NUMBER, if_empty=0)
def _count_selected(chosen: Value) -> Value:
    return len(chosen) if isinstance(chosen, tuple) else 1


@function(ANY, gives=Kind.NUMBER)
def _number(value: Value) -> Value:
    if isinstance(value, float | int):
        return +value
    if not isinstance(value, str) or len(value) > _PLAIN_NUMBER_MAX:
        return None
    return float(value) if numbers.PLAIN.fullmatch(value.strip()) else None


@function(ANY, gives=Kind.TEXT)
def _text(value: Value) -> Value:
    return text_of(value)


FUNCTIONS: Final[dict[str, Function]] = {
    "min": function(ANY, gives=None, is_variadic=True, takes_empty=True)(
        _extreme(comparison(lambda left, right: left < right))
    ),
    "max": function(ANY, gives=None, is_variadic=True, takes_empty=True)(
        _extreme(comparison(lambda left, right: left > right))
    ),
    "sum": _sum,
    "mean": _mean,
    "count": _count,
    "round": _round,
    "floor": function(NUMBERS, gives=Kind.NUMBER)(_whole(math.floor)),
    "ceil": function(NUMBERS, gives=Kind.NUMBER)(_whole(math.ceil)),
    "abs": function(NUMBERS, gives=Kind.NUMBER)(abs),
    "coalesce": _coalesce,
    "answered": _answered,
    "selected": _selected,
    "count_selected": _count_selected,
    "number": _number,
    "text": _text,
}
