"""Frames: what goes over a socket, both ways, is one JSON object with `message` and `data`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from rest_framework.utils.encoders import JSONEncoder

#: Where the socket is served.
SOCKET_PATH: Final = "ws/chat"
#: The name of what stands in the place of an event that its receiver may not see.
SKIPPED: Final = "skipped"
_NAME_MAX: Final = 100
#: Deeper JSON is nobody's command, and would be too deep for whoever handles it.
_DEPTH_MAX: Final = 64


class BadFrame(Exception):
    """What came in is no frame; the text is the error's code."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A well-formed frame from a client."""

    name: str
    data: Any
    whole: dict[str, Any]


def as_json(value: Any) -> str:
    """Give the value as JSON, as REST answers would have it."""
    return json.dumps(value, cls=JSONEncoder, separators=(",", ":"))


def joined(pieces: Mapping[str, str]) -> str:
    """Give the JSON of an object whose values are JSON already."""
    return "{" + ",".join(f'"{key}":{value}' for key, value in pieces.items()) + "}"


def frame(name: str, data: Any) -> str:
    """Give a frame that is not part of a thread's history."""
    return joined({"message": as_json(name), "data": as_json(data)})


def event_frame(name: str, *, thread_id: int, seq: int, data: str) -> str:
    """Give the frame of an event of a thread's history; `data` is JSON."""
    return joined(
        {
            "message": as_json(name),
            "event": f'{{"thread":{thread_id},"seq":{seq}}}',
            "data": data,
        }
    )


def skipped(*, thread_id: int, seq: int) -> str:
    """Give what stands in the place of an event that its receiver may not see."""
    return event_frame(SKIPPED, thread_id=thread_id, seq=seq, data="{}")


def parsed(text: str | None, *, limit: int) -> Frame:
    """Read a client's frame of at most `limit` bytes. Raises `BadFrame`: TOO_LARGE, MALFORMED."""
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
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} cannot be said back")
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
