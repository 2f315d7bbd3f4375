"""Compare every frame that a consumer sends or receives in this process with the AsyncAPI document.

Frames are sent by tasks, so errors are collected, and fail the test at its end.
"""

from __future__ import annotations

import json
from typing import Any, Final

from chat_api.chat.api.asyncapi import asyncapi_document
from chat_api.realtime.socket.codes import CloseCode, ErrorCode
from chat_api.realtime.socket.commands import COMMANDS, CommandRefused
from chat_api.realtime.socket.connection import Connection
from chat_api.realtime.socket.consumer import ChatConsumer
from chat_api.realtime.socket.frames import Frame
from tests.openapi.documents import under_settings
from tests.openapi.schemas import Validator, problems, validator
from tests.openapi.watching import MET, limits_fields

SOCKET: Final = "socket"
WRONG: Final[list[str]] = []
#: Prefixes of the names of events that tests send in the role of a host.
_OF_HOSTS: Final = ("clinic.", "slow", "x")
#: Codes with which commands reject data of the wrong shape.
_OF_SHAPE: Final = frozenset({ErrorCode.MALFORMED, ErrorCode.REQUIRED, ErrorCode.WRONG_VALUE})


def watch() -> None:
    """Watch every socket from now on."""
    send, call, shut = Connection._send_text, ChatConsumer._call, Connection.shut

    async def send_watched(self: Any, text: str) -> None:
        _compare_event(json.loads(text))
        await send(self, text)

    async def call_watched(self: Any, sent: Frame) -> None:
        refused: str | None = None
        try:
            await call(self, sent)
        except CommandRefused as error:
            refused = error.code
            raise
        finally:
            _compare_command(sent, refused)

    async def shut_watched(self: Any, code: CloseCode) -> None:
        note_close(code)
        await shut(self, code)

    Connection._send_text = send_watched  # type: ignore[method-assign]
    ChatConsumer._call = call_watched  # type: ignore[method-assign]
    Connection.shut = shut_watched  # type: ignore[method-assign]


def note_close(code: int) -> None:
    """Record that a socket was closed with that code."""
    MET.add((SOCKET, f"close.{int(code)}"))


def declared() -> set[str]:
    """Return everything that can happen on a socket according to the document."""
    document = asyncapi_document(address="/ws/chat")
    return {
        *document["components"]["messages"],
        *(f"error.{code.value}" for code in ErrorCode),
        *(f"close.{int(code)}" for code in CloseCode),
    }


def _compare_event(frame: dict[str, Any]) -> None:
    name = f"event.{frame['message']}"
    check = _validator(name)
    if check is None:
        if not frame["message"].startswith(_OF_HOSTS):
            WRONG.append(f"{name} is not declared.")
        return
    WRONG.extend(f"{name}: {line}" for line in problems(check, frame))
    MET.add((SOCKET, name))
    if frame["message"] == "error":
        MET.add((SOCKET, f"error.{frame['data']['code']}"))


def _compare_command(sent: Frame, refused: str | None) -> None:
    name = f"command.{sent.name}"
    check = _validator(name)
    if check is None:
        return
    wrong = problems(check, sent.whole)
    if wrong and refused not in _OF_SHAPE:
        WRONG.append(f"{name} is not as declared ({wrong[0]}), and was not refused for that.")
    elif not wrong:
        MET.add((SOCKET, name))


def _validator(name: str) -> Validator | None:
    partial = name.startswith("event.") and limits_fields()
    # Tests register their own commands, and replace existing ones.
    key = ("asyncapi", *((command.name, command.any_data, command.handler) for command in COMMANDS.values()))
    return under_settings(key, _Validators).get(name, partial=partial)


class _Validators:
    """The validators of one document, created on first use."""

    def __init__(self) -> None:
        self._document = asyncapi_document(address="/ws/chat")
        self._made: dict[tuple[str, bool], Validator] = {}

    def get(self, name: str, *, partial: bool) -> Validator | None:
        message = self._document["components"]["messages"].get(name)
        if message is None:
            return None
        if (name, partial) not in self._made:
            schemas = self._document["components"]["schemas"]
            is_event = name.startswith("event.")
            self._made[name, partial] = validator(
                message["payload"], schemas, partial=partial, closed=is_event
            )
        return self._made[name, partial]
