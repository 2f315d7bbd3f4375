"""Frames: a socket carries JSON objects with `message` and `data` in both directions."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from chat_api.lib.rest.json_encoding import ascii_json

#: The path of the socket.
SOCKET_PATH: Final = "ws/chat"
#: The name of the frame that replaces an event which the user cannot see.
SKIPPED: Final = "skipped"
_NAME_MAX: Final = 100
#: The largest depth of JSON; real commands are not deeper, and handlers could not process it.
_DEPTH_MAX: Final = 64


class BadFrame(Exception):
    """A received text is not a frame. The text of the exception is the error code."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A well-formed frame from a client."""

    name: str
    data: Any
    whole: dict[str, Any]


def as_json(value: Any) -> str:
    """Return the value as JSON, as in REST responses but in ASCII."""
    return ascii_json(value)


def joined(pieces: Mapping[str, str]) -> str:
    """Return the JSON of an object from values that are JSON already."""
    return "{" + ",".join(f'"{key}":{value}' for key, value in pieces.items()) + "}"


def frame(name: str, data: Any) -> str:
    """Return a frame that is not part of a thread's history."""
    return joined({"message": as_json(name), "data": as_json(data)})


def event_frame(name: str, *, thread_id: int, seq: int, data: str) -> str:
    """Return the frame of an event of a thread's history; `data` is JSON."""
    return joined(
        {
            "message": as_json(name),
            "event": f'{{"thread":{thread_id},"seq":{seq}}}',
            "data": data,
        }
    )


def skipped(*, thread_id: int, seq: int) -> str:
    """Return the frame that replaces an event which the user cannot see."""
    return event_frame(SKIPPED, thread_id=thread_id, seq=seq, data="{}")


def parsed(text: str | None, *, limit: int) -> Frame:
    """Parse a client's frame of at most `limit` bytes. Raises `BadFrame`: TOO_LARGE, MALFORMED."""
    if text is None:
        raise BadFrame("MALFORMED")
    if len(text) > limit or len(text.encode(errors="replace")) > limit:
        raise BadFrame("TOO_LARGE")
    try:
        whole = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise BadFrame("MALFORMED") from None
    if not isinstance(whole, dict) or _is_too_deep(whole):
        raise BadFrame("MALFORMED")
    name = whole.get("message")
    if not isinstance(name, str) or not 0 < len(name) <= _NAME_MAX:
        raise BadFrame("MALFORMED")
    return Frame(name, whole.get("data", {}), whole)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large for a float")
    return number


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEPTH_MAX):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        level = below
    return bool(level)
