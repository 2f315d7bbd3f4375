"""How a reply is held to each of the limits of its question; a limit that misfits the value raises `TypeError`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Final, Protocol

from chat_api.engine import numbers
from chat_api.engine.expressions.grammar import ExpressionError
from chat_api.engine.expressions.text_functions import compiled_pattern
from chat_api.engine.expressions.values import Value, equal, text_of
from chat_api.engine.numbers import is_number
from chat_api.engine.question_types.text_formats import FORMATS

#: Limits by name, without expressions.
Limits = Mapping[str, Value]


class File(Protocol):
    """An attachment: its MIME type, its size in bytes where it is known, and its name."""

    @property
    def content_type(self) -> str: ...
    @property
    def size(self) -> int | None: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Measured:
    """A reply that limits are applied to."""

    value: Value
    text: str = ""
    #: How many answers are chosen.
    chosen: int = 0
    files: Sequence[File] = ()
    zone: Callable[[], tzinfo] = lambda: UTC
    #: Where the steps of a number begin if there is no `min`.
    start: float = 0


_LESS: Final = numbers.comparison(operator.lt)
#: ISO 8601 with all its separators, which no expression looks like.
_ISO: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?|\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?", re.ASCII
)


def is_less(left: Value, right: Value, zone: Callable[[], tzinfo]) -> bool:
    """Return whether `left` is below `right`. Raises `TypeError` where they cannot be compared."""
    if isinstance(right, str):
        right = iso_value(right)
    elif isinstance(left, str):
        left = iso_value(left)
    if is_number(left) and is_number(right):
        return _LESS(left, right)
    if isinstance(left, time) and isinstance(right, time):
        return left.replace(tzinfo=None) < right.replace(tzinfo=None)
    if not isinstance(left, date) or not isinstance(right, date):
        raise TypeError("not comparable")
    if isinstance(left, datetime) and isinstance(right, datetime):
        return _aware(left, zone) < _aware(right, zone)
    return _day(left, zone) < _day(right, zone)


def _aware(value: datetime, zone: Callable[[], tzinfo]) -> datetime:
    return (value if value.tzinfo is not None else value.replace(tzinfo=zone())).astimezone(UTC)


def _day(value: date, zone: Callable[[], tzinfo]) -> date:
    if not isinstance(value, datetime):
        return value
    return value.date() if value.tzinfo is None else value.astimezone(zone()).date()


def at_least_zero(limit: Value) -> float:
    if not is_number(limit) or limit < 0:
        raise TypeError("not a number from 0")
    return limit


def misses_step(measured: Measured, limit: Value, limits: Limits) -> bool:
    value, start = measured.value, limits.get("min", measured.start)
    if not is_number(value) or at_least_zero(limit) == 0:
        raise TypeError("not a step")
    return not numbers.is_multiple(value, limit, start if is_number(start) else 0)  # type: ignore[arg-type]


def has_more_decimals(measured: Measured, limit: Value, limits: Limits) -> bool:
    if not is_number(measured.value):
        raise TypeError("not a number")
    decimals = len(measured.text.partition(".")[2].rstrip("0"))
    return decimals > at_least_zero(limit)


def length_of(measured: Measured) -> int:
    if not isinstance(measured.value, str):
        raise TypeError("not a text")
    return len(measured.value)


def number_of(measured: Measured) -> float:
    """Return the value. Raises `TypeError` unless it is a number."""
    if not is_number(measured.value):
        raise TypeError("not a number")
    return measured.value


def misses_pattern(measured: Measured, limit: Value, limits: Limits) -> bool:
    if not isinstance(measured.value, str) or not isinstance(limit, str):
        raise TypeError("not a pattern")
    try:
        pattern = compiled_pattern(limit)
    except (ExpressionError, UnicodeError) as error:
        raise TypeError("not a pattern") from error
    try:
        return pattern.fullmatch(measured.value) is None
    except UnicodeError:
        return True


def misses_format(measured: Measured, limit: Value, limits: Limits) -> bool:
    is_valid = FORMATS.get(limit) if isinstance(limit, str) else None
    if is_valid is None or not isinstance(measured.value, str):
        raise TypeError("not a format")
    return not is_valid(measured.value)


def is_not_accepted(measured: Measured, limit: Value, limits: Limits) -> bool:
    wanted = [item.strip().lower() for item in _items(limit) if isinstance(item, str) and item.strip()]
    if not wanted:
        raise TypeError("accepts no type")
    return not all(any(_fits(file, entry) for entry in wanted) for file in measured.files)


def _items(limit: Value) -> Sequence[Any]:
    """Return the entries of a list; a text is one with commas, as in the attribute `accept` of HTML."""
    if isinstance(limit, str):
        return limit.split(",")
    return limit if isinstance(limit, tuple) else ()


def _fits(file: File, wanted: str) -> bool:
    if wanted.startswith("."):
        return file.name.lower().endswith(wanted)
    kind = file.content_type.partition(";")[0].strip().lower()
    if wanted.endswith("/*"):
        return kind.startswith(wanted[:-1])
    return wanted in (kind, "*")


def is_too_large(measured: Measured, limit: Value, limits: Limits) -> bool:
    bound = at_least_zero(limit)
    return any(file.size is not None and file.size > bound for file in measured.files)


def is_accepted_beside(limits: Limits, measured: Measured) -> bool:
    """Return whether the value is one of `also`."""
    value = measured.value
    if value is None:
        return False
    for item in _items_beside(limits.get("also")):
        if isinstance(item, str) and not isinstance(value, str):
            item = iso_value(item) if isinstance(value, date | time) else None
        elif isinstance(value, str) and not isinstance(item, str):
            item = text_of(item)
        if isinstance(item, datetime) and isinstance(value, datetime):
            if _aware(item, measured.zone) == _aware(value, measured.zone):
                return True
        elif item is not None and equal(item, value):
            return True
    return False


def _items_beside(limit: Value) -> Sequence[Any]:
    return limit if isinstance(limit, tuple) else () if limit is None else (limit,)


def iso_value(text: str) -> date | time | None:
    """Return the date, time or datetime that the text is in ISO 8601; None if it is none of them."""
    if _ISO.fullmatch(text := text.strip()) is None:
        return None
    for read in (date.fromisoformat, time.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return None
