"""The registry of socket commands; hosts add their own with `command`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from chat_api.realtime.fanout import Hub
from chat_api.realtime.layer_exchange import Groups
from chat_api.realtime.socket.cursors import Streams


class CommandSocket(Protocol):
    """The socket that received a command: the part that handlers use."""

    user: Any
    hub: Hub
    joined: Groups
    streams: Streams

    def send_event(self, name: str, data: Any) -> None:
        """Send an event to this socket only."""


class CommandRefused(Exception):
    """A command is rejected; its sender receives an `error` with `code` and `details`."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Call:
    """One command as it was received."""

    #: The user who sent it, as loaded at the last check of the socket.
    user: Any
    #: The data of the frame: a dict, except for commands with `any_data`.
    data: Any
    #: The socket; `socket.send_event(name, data)` responds to it only.
    socket: CommandSocket


#: The number of digits of the largest id.
_DIGITS_MAX: Final = 19

Handler = Callable[[Call], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class Command:
    """A registered command."""

    name: str
    handler: Handler
    #: Whether `data` can be any JSON value instead of an object.
    any_data: bool = False
    #: A JSON Schema of `data`, for the AsyncAPI document.
    data: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})


COMMANDS: Final[dict[str, Command]] = {}


def command(
    name: str, *, any_data: bool = False, data: Mapping[str, Any] | None = None
) -> Callable[[Handler], Handler]:
    """Register a function for the command `name`, replacing an earlier one.

    The function receives a `Call`. A plain function runs in a thread and can use the database; a coroutine runs in the
    event loop of the sockets and must not block. Raise `CommandRefused` to respond with an error. `data` is a JSON
    Schema of the data of the command; the AsyncAPI document contains it, with the docstring of the function.
    """
    described = data or ({} if any_data else {"type": "object"})

    def register(handler: Handler) -> Handler:
        COMMANDS[name] = Command(name, handler, any_data, described)
        return handler

    return register


#: The pattern of a whole number that is sent as a string.
DIGITS: Final = f"^[0-9]{{1,{_DIGITS_MAX}}}$"


def object_of(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of an object with these required fields; others are ignored."""
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def number_schema(description: str, *, least: int = 0, most: int | None = 2**63 - 1) -> dict[str, Any]:
    """Return the JSON Schema of a whole number as the server sends it."""
    bounds = {"minimum": least} if most is None else {"minimum": least, "maximum": most}
    return {"type": "integer", **bounds, "description": description}


def sent_number_schema(description: str, *, least: int = 0, most: int | None = 2**63 - 1) -> dict[str, Any]:
    """Return the JSON Schema of a value for `whole_number`: a number, or a string of its digits."""
    number = number_schema(description, least=least, most=most)
    return {
        "anyOf": [number, {"type": "string", "pattern": DIGITS}],
        "description": number.pop("description"),
    }


def whole_number(data: dict[str, Any], key: str, *, least: int = 0, most: int = 2**63 - 1) -> int:
    """Return the whole number in the field `key`, sent as a number or as a string of digits.

    Raises `CommandRefused` with the field: REQUIRED or WRONG_VALUE.
    """
    value = data.get(key)
    if value is None:
        raise CommandRefused("REQUIRED", field=key)
    number = number_of(value)
    if number is None or not least <= number <= most:
        raise CommandRefused("WRONG_VALUE", field=key)
    return number


def number_of(value: Any) -> int | None:
    """Return a whole number from a JSON number or a string of digits; None for any other value."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= _DIGITS_MAX else None
    return value if type(value) is int else None
