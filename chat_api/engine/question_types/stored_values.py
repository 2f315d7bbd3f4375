"""Values as JSON: dates, times and datetimes in ISO 8601, locations as `lat,lon[,accuracy]`, lists as arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Final

from chat_api.engine.expressions.values import Kind, Location, Value

#: Larger whole numbers are doubles: a database may return 1e22 as an int.
INT_MAX: Final = 2**53
#: Of most values; they are JSON as they are.
PLAIN_TYPES: Final = frozenset({float, int, str, bool})


def value_to_json(value: Value) -> Any:
    """Return the value as plain JSON."""
    if type(value) in PLAIN_TYPES:
        return value
    match value:
        case tuple():
            return [value_to_json(item) for item in value]
        case Location(latitude=latitude, longitude=longitude, accuracy=accuracy):
            parts = (latitude, longitude) if accuracy is None else (latitude, longitude, accuracy)
            # All digits: what is read back is the same place.
            return ",".join(repr(float(part)) for part in parts)
        case date() | time():
            return value.isoformat()
    return value


def value_from_json(raw: Any, kind: Kind | None = None) -> Value:
    """Return the value of that kind from its JSON; null is empty.

    Without a kind, numbers, texts, booleans and lists of them are values. Raises `ValueError` for all else.
    """
    if raw is None:
        return None
    return _plain(raw) if kind is None else _READERS[kind](raw)


def location_of(text: str) -> Location:
    """Return the place that `lat,lon[,accuracy]` names, in degrees and metres. Raises `ValueError`."""
    parts = [float(part) for part in text.split(",")]
    if len(parts) not in (2, 3) or not all(map(math.isfinite, parts)):
        raise ValueError("not a location")
    latitude, longitude = parts[:2]
    accuracy = parts[2] if len(parts) == 3 else None
    if abs(latitude) > 90 or abs(longitude) > 180 or (accuracy is not None and accuracy < 0):
        raise ValueError("there is no such place")
    return Location(latitude, longitude, accuracy)


def _plain(raw: Any) -> Value:
    if isinstance(raw, list | tuple):
        return tuple(None if item is None else _plain(item) for item in raw)
    if isinstance(raw, bool | str):
        return raw
    return _number(raw)


def _number(raw: Any) -> float | int:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError("not a number")
    if isinstance(raw, int) and abs(raw) <= INT_MAX:
        return raw
    try:
        number = float(raw)
    except OverflowError as error:
        raise ValueError("the number is too large") from error
    if not math.isfinite(number):
        raise ValueError("the number is not finite")
    return number


def _boolean(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise ValueError("not a boolean")
    return raw


def _list(raw: Any) -> Value:
    if not isinstance(raw, list | tuple):
        raise ValueError("not a list")
    return _plain(raw)


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise ValueError("not a text")
    return raw


def _nothing(raw: Any) -> None:
    raise ValueError("not empty")


_READERS: Final[Mapping[Kind, Callable[[Any], Value]]] = {
    Kind.NUMBER: _number,
    Kind.TEXT: _text,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: lambda raw: date.fromisoformat(_text(raw)),
    Kind.TIME: lambda raw: time.fromisoformat(_text(raw)),
    Kind.DATETIME: lambda raw: datetime.fromisoformat(_text(raw)),
    Kind.LIST: _list,
    Kind.LOCATION: lambda raw: location_of(_text(raw)),
    Kind.EMPTY: _nothing,
}
