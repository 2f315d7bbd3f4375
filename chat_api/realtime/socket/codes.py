"""The codes of sockets: why one was closed, and what was wrong with a frame."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final


class CloseCode(IntEnum):
    """Why the server closed a socket."""

    INTERNAL = 1011
    NOT_SIGNED_IN = 4401
    TOO_SLOW = 4408
    TOO_MANY_CONNECTIONS = 4429


class ErrorCode(StrEnum):
    """What was wrong with a command."""

    MALFORMED = "MALFORMED"
    TOO_LARGE = "TOO_LARGE"
    UNKNOWN_COMMAND = "UNKNOWN_COMMAND"
    RATE_LIMITED = "RATE_LIMITED"
    REQUIRED = "REQUIRED"
    WRONG_VALUE = "WRONG_VALUE"
    NO_PERMISSIONS = "NO_PERMISSIONS"
    INTERNAL = "INTERNAL"


#: What each code says, as the AsyncAPI document has it.
MEANINGS: Final[Mapping[CloseCode | ErrorCode, str]] = {
    CloseCode.INTERNAL: "The server could not find out whose socket it is, and has logged why: connect again after a"
    " while.",
    CloseCode.NOT_SIGNED_IN: "Nobody is signed in, or not any more: sign in before connecting again.",
    CloseCode.TOO_SLOW: "The client did not take what it was sent: connect again and catch up.",
    CloseCode.TOO_MANY_CONNECTIONS: "Too many sockets are being opened: connect again after a while, each client after"
    " another.",
    ErrorCode.MALFORMED: "No JSON object with a `message`, or a `data` that is none.",
    ErrorCode.TOO_LARGE: "More bytes than WS_FRAME_MAX.",
    ErrorCode.UNKNOWN_COMMAND: "No command has that name.",
    ErrorCode.RATE_LIMITED: "More commands than WS_COMMANDS_PER_MINUTE; `retry_after` says in how many seconds the next"
    " one will do.",
    ErrorCode.REQUIRED: "A key is missing; `field` says which.",
    ErrorCode.WRONG_VALUE: "A value is not what it should be; `field` says which.",
    ErrorCode.NO_PERMISSIONS: "The user may not do this there.",
    ErrorCode.INTERNAL: "The server failed; it has logged why.",
}
