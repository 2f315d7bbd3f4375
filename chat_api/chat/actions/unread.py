"""Which members have not read which messages, and the last message of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connections, router
from django.db.models import Case, F, IntegerField, Value, When

from chat_api.chat import selectors
from chat_api.chat.choices import Notification
from chat_api.chat.models import Message, Thread, UnreadMessage, UserThread
from chat_api.lib.db.writes import update

# One statement however many members there are: no row travels to Python and back.
_INSERT = """
INSERT INTO {unread} (message_id, thread_id, user_id, type)
SELECT m.id, ut.thread_id, ut.user_id, %s
FROM {message} m, {member} ut
WHERE m.id IN ({ids}) AND ut.thread_id = %s AND (ut.notifications & {flag}) <> 0
  AND (m.sender_id IS NULL OR m.sender_id <> ut.user_id)
"""


def add(thread: Thread, messages: Sequence[Message]) -> None:
    """Mark new messages as unread for every member who wants to know, except for their senders."""
    connection = connections[router.db_for_write(UnreadMessage)]
    quote = connection.ops.quote_name
    statement = _INSERT.format(
        unread=quote(UnreadMessage._meta.db_table),
        message=quote(Message._meta.db_table),
        member=quote(UserThread._meta.db_table),
        ids=", ".join(str(int(message.pk)) for message in messages),
        flag=int(Notification.UNREAD),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [thread.type, thread.pk])


def add_where_visible(thread: Thread, messages: Sequence[Message], members: Sequence[UserThread]) -> None:
    """Do as `add`, for members to whom CHAT_MESSAGE_USER_FILTER shows the message. Raises `HookFailed`."""
    UnreadMessage.objects.bulk_create(
        UnreadMessage(message=message, thread=thread, user_id=member.user_id, type=thread.type)
        for message in messages
        for member in members
        if member.hears_by(Notification.UNREAD)
        and member.user_id != message.sender_id
        and selectors.may_see(message=message, user=member.user, for_write=True)
    )


def set_last(thread: Thread, last: Message, known: Iterable[UserThread], *, now: datetime) -> None:
    """Set the last message of every member of the thread, on the `known` objects too."""
    for member in known:
        member.last_message, member.updated = last, now
    values = {"last_message_id": last.pk, "updated": now}
    update(UserThread, where="thread_id", equals=thread.pk, values=values)


def set_last_visible(messages: Sequence[Message], members: Sequence[UserThread], *, now: datetime) -> None:
    """Set each member's last message to the last of the new ones that CHAT_MESSAGE_USER_FILTER shows to them.

    Raises `HookFailed`.
    """
    shown: dict[int, list[int]] = {}
    for member in members:
        visible = (
            message
            for message in reversed(messages)
            if selectors.may_see(message=message, user=member.user, for_write=True)
        )
        last = next(visible, None)
        if last is not None:
            member.last_message, member.updated = last, now
            shown.setdefault(last.pk, []).append(member.pk)
    if shown:
        cases = [When(pk__in=pks, then=Value(message_id)) for message_id, pks in shown.items()]
        everybody = [pk for pks in shown.values() for pk in pks]
        UserThread.objects.filter(pk__in=everybody).update(
            last_message_id=Case(*cases, default=F("last_message_id"), output_field=IntegerField()),
            updated=now,
        )
