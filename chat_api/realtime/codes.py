"""The codes of sockets: why one was closed, and what was wrong with a frame."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class CloseCode(IntEnum):
    """Why the server closed a socket."""

    #: The server could not find out whose socket it is, and has logged why: connect again after a while.
    INTERNAL = 1011
    #: Nobody is signed in, or not any more: sign in before connecting again.
    NOT_SIGNED_IN = 4401
    #: The client did not take what it was sent: connect again and catch up.
    TOO_SLOW = 4408
    #: Too many sockets are being opened: connect again after a while, each client after another.
    TOO_MANY_CONNECTIONS = 4429


class ErrorCode(StrEnum):
    """What was wrong with a command."""

    #: No JSON object with a `message`, or a `data` that is none.
    MALFORMED = "MALFORMED"
    #: More bytes than WS_FRAME_MAX.
    TOO_LARGE = "TOO_LARGE"
    #: No command has that name.
    UNKNOWN_COMMAND = "UNKNOWN_COMMAND"
    #: More commands than WS_COMMANDS_PER_MINUTE; `retry_after` says in how many seconds the next one will do.
    RATE_LIMITED = "RATE_LIMITED"
    #: A key is missing; `field` says which.
    REQUIRED = "REQUIRED"
    #: A value is not what it should be; `field` says which.
    WRONG_VALUE = "WRONG_VALUE"
    #: The user may not do this there.
    NO_PERMISSIONS = "NO_PERMISSIONS"
    #: The server failed; it has logged why.
    INTERNAL = "INTERNAL"
