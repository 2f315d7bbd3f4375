"""Values of the questionnaire language: number, text, boolean, date, time, datetime, list, location, and empty.

Empty is None. It is what an unanswered, skipped or hidden question gives; arithmetic with it is empty, and comparisons
with it are false. Lists are tuples. Numbers are Python's ints and floats; a boolean counts as 1 or 0, as in Python.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Final

from chat_api.engine import numbers
from chat_api.engine.expressions.grammar import ExpressionError


class Kind(StrEnum):
    """The kinds of values."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    LIST = "list"
    LOCATION = "location"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Location:
    """A place: `latitude` and `longitude` in degrees (WGS 84), `accuracy` in metres where it is known."""

    latitude: float
    longitude: float
    accuracy: float | None = None


Value = float | int | bool | str | date | time | datetime | tuple[Any, ...] | Location | None

#: What compares with one another; a boolean counts as a number.
_FAMILIES: Final[dict[type, Kind]] = {
    bool: Kind.NUMBER,
    int: Kind.NUMBER,
    float: Kind.NUMBER,
    str: Kind.TEXT,
    date: Kind.DATE,
    time: Kind.TIME,
    datetime: Kind.DATETIME,
    tuple: Kind.LIST,
    Location: Kind.LOCATION,
    type(None): Kind.EMPTY,
}
_PLAIN_NUMBERS: Final = frozenset({float, int})
_WITHOUT_ORDER: Final = frozenset({Kind.LIST, Kind.LOCATION})


def kind_of(value: Value) -> Kind:
    """Return the kind of a value."""
    return Kind.BOOLEAN if type(value) is bool else _FAMILIES[type(value)]


def number_of(value: Value) -> float | int:
    """Return a number or boolean as it is. Raises `ExpressionError` for all else."""
    if isinstance(value, (float, int)):
        return value
    raise ExpressionError(f"a {kind_of(value)} is not a number")


def arithmetic(operate: Callable[[Any, Any], Any]) -> Callable[[Value, Value], Any]:
    """Return the operation on two numbers; with an empty operand its result is empty. Raises `ExpressionError`."""

    def operated(left: Value, right: Value) -> Any:
        # Nearly all operands are numbers, which need no further look.
        if type(left) in _PLAIN_NUMBERS and type(right) in _PLAIN_NUMBERS:
            return operate(left, right)
        if left is None or right is None:
            return None
        return operate(number_of(left), number_of(right))

    return operated


def sign(operate: Callable[[Any], Any]) -> Callable[[Value], Any]:
    """Return the operation on one number; that of empty is empty. Raises `ExpressionError`."""
    return lambda operand: None if operand is None else operate(number_of(operand))


def equal(left: Value, right: Value) -> bool:
    """Return whether two values that are not empty are the same; those of different kinds never are."""
    family = _FAMILIES[type(left)]
    if family is not _FAMILIES[type(right)]:
        return False
    if family is Kind.NUMBER:
        return _EQUAL_NUMBERS(left, right)  # type: ignore[arg-type]
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def same(left: Value, right: Value) -> bool:
    """Return whether two values are equal, or both empty."""
    if left is None or right is None:
        return left is right
    return equal(left, right)


def comparison(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    """Return the comparison by order of two values of one kind; with an empty value it is false.

    It raises `ExpressionError` for values that have no order.
    """
    of_numbers = numbers.comparison(compare)

    def compared(left: Value, right: Value) -> bool:
        if left is None or right is None:
            return False
        family = _FAMILIES[type(left)]
        if family is not _FAMILIES[type(right)] or family in _WITHOUT_ORDER:
            raise ExpressionError(f"a {kind_of(left)} cannot be compared with a {kind_of(right)}")
        if family is Kind.NUMBER:
            return of_numbers(left, right)  # type: ignore[arg-type]
        return compare(left, right)

    return compared


def is_equal(left: Value, right: Value) -> bool:
    """Return `left == right` of the language: false with an empty value."""
    return left is not None and right is not None and equal(left, right)


def is_unequal(left: Value, right: Value) -> bool:
    """Return `left != right` of the language: false with an empty value."""
    return left is not None and right is not None and not equal(left, right)


def is_in(item: Value, container: Value) -> bool:
    """Return `item in container` of the language: false where either is empty. Raises `ExpressionError`."""
    if item is None or container is None:
        return False
    if not isinstance(container, tuple):
        raise ExpressionError(f"a {kind_of(container)} is not a list")
    return any(same(item, other) for other in container)


def is_not_in(item: Value, container: Value) -> bool:
    """Return `item not in container` of the language: false where either is empty. Raises `ExpressionError`."""
    return item is not None and container is not None and not is_in(item, container)


def text_of(value: Value) -> str:
    """Return a value as text: numbers without a needless decimal point, dates and times in ISO 8601."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() | int():
            return numbers.format_number(value)
        case tuple():
            return ", ".join(map(text_of, value))
        case Location(latitude=latitude, longitude=longitude, accuracy=accuracy):
            parts = (latitude, longitude) if accuracy is None else (latitude, longitude, accuracy)
            return ",".join(map(numbers.format_number, parts))
        case date() | time():
            return value.isoformat()
    return value


_EQUAL_NUMBERS: Final = numbers.comparison(operator.eq)
