"""The socket commands of chat; they call selectors and actions."""

from __future__ import annotations

import time
from typing import Any, Final
from weakref import WeakKeyDictionary

from chat_api.chat import actions, selectors
from chat_api.chat.choices import Permission
from chat_api.realtime.group_names import thread_group
from chat_api.realtime.socket.codes import ErrorCode
from chat_api.realtime.socket.commands import (
    DIGITS,
    Call,
    CommandRefused,
    command,
    number_of,
    object_of,
    sent_number_schema,
    whole_number,
)
from chat_api.realtime.socket.frames import as_json, joined
from chat_api.realtime.thread_pool import in_database

CATCH_UP_THREADS_MAX: Final = 100
WRITING_SECONDS: Final = 1.0
WRITING_LENGTH_MAX: Final = 60_000


@command("ping", any_data=True)
async def ping(call: Call) -> None:
    """Send `pong` with the same data."""
    call.socket.send_event("pong", call.data)


@command("mark_message_as_read", data=object_of(message=sent_number_schema("The id of a message.")))
def mark_message_as_read(call: Call) -> None:
    """Mark one message as read; no effect if it is already read, or not in one of the user's threads."""
    read_message(call.user, whole_number(call.data, "message"))


def read_message(user: Any, message_id: int) -> None:
    """Mark the message as read by the user. Raises `CommandRefused` for members who cannot read messages."""
    thread_id = selectors.thread_of_unread(user=user, message_id=message_id)
    if thread_id is None:
        return
    member = selectors.membership_row(user_id=user.pk, thread_id=thread_id)
    if member is None or not member.may(Permission.MESSAGES_READ):
        raise CommandRefused(ErrorCode.NO_PERMISSIONS)
    actions.mark_read(user=user, thread_id=thread_id, messages=[message_id])


@command(
    "catch_up",
    data=object_of(
        threads={
            "type": "object",
            "description": "By the id of a thread, the `seq` of the last event of it that the client knows.",
            "maxProperties": CATCH_UP_THREADS_MAX,
            "propertyNames": {"pattern": DIGITS},
            "additionalProperties": sent_number_schema(
                "0 for none; beyond the last one: `resync`.", most=None
            ),
        }
    ),
)
async def catch_up(call: Call) -> None:
    """Send the missed events of each thread, then the outcome."""
    wanted = _wanted(call.data.get("threads"))
    for thread_id, after in wanted.items():
        if not await call.socket.streams.catch_up(thread_id, after):
            call.socket.send_event(
                "error", {"code": ErrorCode.NO_PERMISSIONS, "command": "catch_up", "thread": thread_id}
            )


def _wanted(threads: Any) -> dict[int, int]:
    if threads is None:
        raise CommandRefused(ErrorCode.REQUIRED, field="threads")
    if not isinstance(threads, dict) or len(threads) > CATCH_UP_THREADS_MAX:
        raise CommandRefused(ErrorCode.WRONG_VALUE, field="threads")
    wanted = {}
    for key, after in threads.items():
        thread_id, seq = number_of(key), number_of(after)
        if thread_id is None or seq is None or seq < 0:
            raise CommandRefused(ErrorCode.WRONG_VALUE, field="threads")
        wanted[thread_id] = seq
    return wanted


class _Writer:
    """The document of a typing user, and when they were last reported as typing, by thread."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.reported: dict[int, float] = {}


_writers: Final[WeakKeyDictionary[Any, _Writer]] = WeakKeyDictionary()


@command(
    "thread_someone_is_writing",
    data=object_of(
        thread=sent_number_schema("The id of a thread."),
        length=sent_number_schema("How long to show it, in milliseconds.", most=WRITING_LENGTH_MAX),
    ),
)
async def thread_someone_is_writing(call: Call) -> None:
    """Notify the other members, at most once a second per thread; further commands are dropped.

    The socket knows its threads, so this takes a query only once, for the document of the user.
    """
    thread_id = whole_number(call.data, "thread")
    length = whole_number(call.data, "length", most=WRITING_LENGTH_MAX)
    socket = call.socket
    opened = socket.streams.threads.get(thread_id)
    if opened is None or not opened.writes:
        raise CommandRefused(ErrorCode.NO_PERMISSIONS, field="thread")
    if socket.streams.unsure:
        # The user may have been removed in the meantime. If they go on typing, another command follows.
        return
    if socket not in _writers:
        _writers[socket] = _Writer(await in_database(socket.hub.event_source.writer, call.user.pk))
    writer, now = _writers[socket], time.monotonic()
    if now - writer.reported.get(thread_id, -WRITING_SECONDS) < WRITING_SECONDS:
        return
    writer.reported[thread_id] = now
    message = writing_message(thread_id=thread_id, length=length, user_id=call.user.pk, shown=writer.shown)
    await socket.joined.send(thread_group(thread_id), message)


def writing_message(*, thread_id: int, length: int, user_id: Any, shown: str) -> dict[str, Any]:
    """Return the channel layer message about a typing user, whose document is the JSON `shown`."""
    data = joined({"thread": str(thread_id), "length": str(length), "sender_data": shown})
    return {
        "type": "chat_api.writing",
        "thread": thread_id,
        "user": str(user_id),
        "frame": joined({"message": as_json("thread_someone_is_writing"), "data": data}),
    }
