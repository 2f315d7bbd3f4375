"""The membership of users whom the host admits to a thread without being members."""

from __future__ import annotations

from copy import copy
from typing import Any

from chat_api.chat.choices import Permission, State
from chat_api.chat.models import Thread, UserThread
from chat_api.lib import hooks
from chat_api.settings import chat_settings

_SETTING = "DEFAULT_USER_THREAD"


def default_membership(*, user: Any, thread: Thread, writes: bool = False) -> UserThread:
    """Return the membership, never saved, of a non-member whom the host's permission class admits.

    `DEFAULT_USER_THREAD` decides. Where that function fails, the membership has no permissions at all; with `writes`
    it raises `HookFailed` instead. Anonymous users have a membership without a user.
    """

    def by_host() -> UserThread:
        return _checked(chat_settings.DEFAULT_USER_THREAD(thread, user))

    if not chat_settings.has(_SETTING):
        row = _read_only()
    elif writes:
        row = hooks.required(_SETTING, by_host)
    else:
        row = hooks.degraded(_SETTING, by_host, fallback=None) or _without_rights()
    if user.is_authenticated:
        row.user = user
    row.thread = thread
    row.type = thread.type
    row.event_head = thread.event_head
    row.created = row.created or thread.created
    row.updated = row.updated or thread.updated
    if row.last_message_id is None:
        row.last_message_id = thread.last_message_id
    return row


def _read_only() -> UserThread:
    return UserThread(
        state=State.CLOSED,
        notifications=0,
        permissions=Permission.MESSAGES_READ | Permission.THREAD_READ,
    )


def _without_rights() -> UserThread:
    return UserThread(state=State.CLOSED, notifications=0, permissions=0)


def _checked(row: Any) -> UserThread:
    if not isinstance(row, UserThread) or row.pk is not None:
        raise hooks.WrongResult(f"{row!r} is not a UserThread that was never saved.")
    if row.is_scripted or row.question_id is not None:
        raise hooks.WrongResult("A script cannot lead a user who is not a member.")
    # The host may return one object for all users.
    return copy(row)
