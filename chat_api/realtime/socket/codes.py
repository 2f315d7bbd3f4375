"""Codes that say why the server closed a socket or rejected a frame."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final


class CloseCode(IntEnum):
    """The reason why the server closed a socket."""

    INTERNAL = 1011
    NOT_SIGNED_IN = 4401
    TOO_SLOW = 4408
    TOO_MANY_CONNECTIONS = 4429


class ErrorCode(StrEnum):
    """The reason why the server rejected a command."""

    MALFORMED = "MALFORMED"
    TOO_LARGE = "TOO_LARGE"
    UNKNOWN_COMMAND = "UNKNOWN_COMMAND"
    RATE_LIMITED = "RATE_LIMITED"
    REQUIRED = "REQUIRED"
    WRONG_VALUE = "WRONG_VALUE"
    NO_PERMISSIONS = "NO_PERMISSIONS"
    INTERNAL = "INTERNAL"


#: The meaning of each code, for the AsyncAPI document.
MEANINGS: Final[Mapping[CloseCode | ErrorCode, str]] = {
    CloseCode.INTERNAL: "The server could not identify the user and has logged the error: reconnect after a while.",
    CloseCode.NOT_SIGNED_IN: "The user is not signed in, or no longer, or is not the one that `account` names:"
    " sign in before reconnecting.",
    CloseCode.TOO_SLOW: "The client did not receive its frames in time: reconnect and catch up.",
    CloseCode.TOO_MANY_CONNECTIONS: "Too many sockets are being opened: reconnect after a random delay.",
    ErrorCode.MALFORMED: "The frame is not a JSON object with a `message`, or its `data` is not an object.",
    ErrorCode.TOO_LARGE: "The frame is larger than WS_FRAME_MAX bytes.",
    ErrorCode.UNKNOWN_COMMAND: "No command has this name.",
    ErrorCode.RATE_LIMITED: "The client sent more than WS_COMMANDS_PER_MINUTE; retry after `retry_after` seconds.",
    ErrorCode.REQUIRED: "A required field is missing; `field` names it.",
    ErrorCode.WRONG_VALUE: "The value of a field is invalid; `field` names it.",
    ErrorCode.NO_PERMISSIONS: "The user has no permission for this.",
    ErrorCode.INTERNAL: "The server failed and has logged the error.",
}
