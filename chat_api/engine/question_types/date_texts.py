"""Reading of dates and times: in ISO 8601, in a format of `strptime`, and as people write full dates in digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timezone, tzinfo
from typing import Final

from chat_api.engine.expressions.values import Kind
from chat_api.engine.question_types.number_texts import to_ascii

#: Longer texts are refused unread.
LENGTH_MAX: Final = 100
#: The directives of `strptime` that include a year.
_YEAR_DIRECTIVES: Final = ("%Y", "%y", "%G", "%c", "%x", "%D", "%F")

#: Three numbers with the same separator between them, then perhaps a time.
_DATE: Final = re.compile(
    r"([0-9]{1,4})( ?[./-] ?| )([0-9]{1,2})\2([0-9]{1,4})\.?(?:(?:,? |T)([0-9:]+))?", re.ASCII
)
_TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?", re.ASCII)
_YEAR_DIGITS: Final = 4

Temporal = date | time | datetime


def has_year(notation: str) -> bool:
    """Return whether a format of `strptime` has a year."""
    return any(directive in notation for directive in _YEAR_DIRECTIVES)


def parse_format(text: str, notation: str) -> datetime:
    """Return what `strptime` reads; without a year in the format, in 2000, a leap year. Raises errors of many types."""
    # Without a year Python assumes 1900, which has no 29 February, and warns.
    if has_year(notation):
        return datetime.strptime(text, notation)  # noqa: DTZ007  (the zone is up to the caller)
    return datetime.strptime(f"2000 {text}", f"%Y {notation}")  # noqa: DTZ007


def parse_iso(kind: Kind, text: str) -> Temporal:
    """Return the date, time or datetime in ISO 8601. Raises `ValueError`."""
    if kind is Kind.DATE:
        return date.fromisoformat(text)
    if kind is Kind.TIME:
        return time.fromisoformat(text)
    found = datetime.fromisoformat(text)
    if ":" not in text and "T" not in text:
        raise ValueError("a date without a time")
    return found


def read_temporal(
    kind: Kind,
    text: str,
    *,
    notation: object = None,
    order: Callable[[], str | None] = lambda: None,
    zone: Callable[[], tzinfo] = lambda: UTC,
) -> Temporal:
    """Return the date, time or aware datetime that a text means.

    It is read as ISO 8601; else by `notation`, a format of `strptime` ("iso" for nothing else); without one, as a full
    date in digits in the order of the author's language. A datetime without a zone is in `zone`: where an hour is
    doubled, it is the first one; where it is skipped, it moves forward. Times lose their zone. Raises `ValueError`.
    """
    if len(text) > LENGTH_MAX:
        raise ValueError("too long")
    try:
        found = parse_iso(kind, text)
    except ValueError:
        if isinstance(notation, str) and notation:
            found = _in_notation(kind, text, notation)
        else:
            found = _in_digits(kind, text, order)
    if isinstance(found, datetime):
        return in_zone(found, zone)
    return found.replace(tzinfo=None) if isinstance(found, time) else found


def in_zone(value: datetime, zone: Callable[[], tzinfo]) -> datetime:
    """Return the datetime with a fixed offset; a naive one is in `zone`. Raises `ValueError` past the calendar."""
    try:
        if value.tzinfo is None:
            local = zone()
            # Through UTC: a time that the clock skips becomes one that exists.
            value = value.replace(tzinfo=local, fold=0).astimezone(UTC).astimezone(local)
        # Values in a doubled hour of a zone would equal nothing (PEP 495).
        value.astimezone(UTC)
        return value.replace(tzinfo=timezone(value.utcoffset() or UTC.utcoffset(None)), fold=0)
    except OverflowError as error:
        raise ValueError("past the calendar") from error


def _in_notation(kind: Kind, text: str, notation: str) -> Temporal:
    if notation == "iso" or (kind is not Kind.TIME and not has_year(notation)):
        raise ValueError("not in the notation")
    try:
        found = parse_format(text, notation)
    except Exception as error:
        raise ValueError("not in the notation") from error
    if kind is Kind.DATE:
        return found.date()
    return found.time() if kind is Kind.TIME else found


def _in_digits(kind: Kind, text: str, order: Callable[[], str | None]) -> Temporal:
    digits = " ".join((to_ascii(text) or "").split())
    if kind is Kind.TIME:
        return _time(digits)
    match = _DATE.fullmatch(digits)
    if match is None:
        raise ValueError("not a full date")
    first, _, second, third, clock = match.groups()
    by_letter = dict(zip(order() or "", (first, second, third), strict=False))
    year = by_letter.get("Y", "")
    if len(year) != _YEAR_DIGITS or any(len(by_letter[letter]) > 2 for letter in "DM"):
        raise ValueError("not in the order of the language")
    day = date(int(year), int(by_letter["M"]), int(by_letter["D"]))
    if kind is Kind.DATE:
        if clock is not None:
            raise ValueError("a date with a time")
        return day
    if clock is None:
        raise ValueError("a date without a time")
    return datetime.combine(day, _time(clock))


def _time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("not a time")
    hour, minute, second = match.groups(default="0")
    return time(int(hour), int(minute), int(second))
