"""The commands that clients send over a socket, in a registry; hosts add their own with `command`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from chat_api.realtime.fanout import Hub
from chat_api.realtime.layer_exchange import Groups
from chat_api.realtime.socket.cursors import Streams


class CommandSocket(Protocol):
    """The socket of a command, as far as handlers use it."""

    user: Any
    hub: Hub
    joined: Groups
    streams: Streams

    def send_event(self, name: str, data: Any) -> None:
        """Send one event to this socket alone."""


class CommandRefused(Exception):
    """A command cannot be carried out; its sender gets an `error` with `code` and what `details` has."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Call:
    """One command as it came in."""

    #: Who sent it: the user as he was when the socket last looked.
    user: Any
    #: What came with it; a dict, but for commands that take anything.
    data: Any
    #: The socket: `socket.send_event(name, data)` answers to it alone.
    socket: CommandSocket


#: Digits of the largest id.
_DIGITS_MAX: Final = 19

Handler = Callable[[Call], Awaitable[None] | None]


@dataclass(frozen=True, slots=True)
class Command:
    """A registered command."""

    name: str
    handler: Handler
    #: Whether `data` may be anything rather than an object.
    any_data: bool = False
    #: A JSON Schema of `data`, for the AsyncAPI document.
    data: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})


COMMANDS: Final[dict[str, Command]] = {}


def command(
    name: str, *, any_data: bool = False, data: Mapping[str, Any] | None = None
) -> Callable[[Handler], Handler]:
    """Register a function for the command `name`, in place of what had that name before.

    It is given a `Call`. A plain function runs in a thread and may use the database; a coroutine runs in the loop of
    the sockets and may not block. Raise `CommandRefused` to answer with an error. `data` is a JSON Schema of what comes
    with the command; the AsyncAPI document shows it, with the function's docstring.
    """
    described = data or ({} if any_data else {"type": "object"})

    def register(handler: Handler) -> Handler:
        COMMANDS[name] = Command(name, handler, any_data, described)
        return handler

    return register


#: The pattern of a whole number that comes as a text.
DIGITS: Final = f"^[0-9]{{1,{_DIGITS_MAX}}}$"


def object_of(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of an object that has to have these keys; others are passed over."""
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def number_schema(description: str, *, least: int = 0, most: int | None = 2**63 - 1) -> dict[str, Any]:
    """Return the JSON Schema of a whole number as the server sends it."""
    bounds = {"minimum": least} if most is None else {"minimum": least, "maximum": most}
    return {"type": "integer", **bounds, "description": description}


def sent_number_schema(description: str, *, least: int = 0, most: int | None = 2**63 - 1) -> dict[str, Any]:
    """Return the JSON Schema of what `whole_number` takes: a number, or a text of its digits."""
    number = number_schema(description, least=least, most=most)
    return {
        "anyOf": [number, {"type": "string", "pattern": DIGITS}],
        "description": number.pop("description"),
    }


def whole_number(data: dict[str, Any], key: str, *, least: int = 0, most: int = 2**63 - 1) -> int:
    """Return the whole number under `key`, a number or its digits as a text.

    Raises `CommandRefused`: REQUIRED or WRONG_VALUE, naming the field.
    """
    value = data.get(key)
    if value is None:
        raise CommandRefused("REQUIRED", field=key)
    number = number_of(value)
    if number is None or not least <= number <= most:
        raise CommandRefused("WRONG_VALUE", field=key)
    return number


def number_of(value: Any) -> int | None:
    """Return the whole number that JSON has as a number or as a text of digits; None for everything else."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= _DIGITS_MAX else None
    return value if type(value) is int else None
