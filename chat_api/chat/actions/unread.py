"""Unread messages of members, and the last message of each member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Case, F, IntegerField, Value, When

from chat_api.chat import selectors
from chat_api.chat.choices import Notification
from chat_api.chat.models import Message, Thread, UnreadMessage, UserThread
from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.db.writes import Statement

# One statement for any number of members: no row travels to Python and back.
_INSERT: Final = """
INSERT INTO {unread} (message_id, thread_id, user_id, type)
SELECT m.id, ut.thread_id, ut.user_id, %s
FROM {message} m, {member} ut
WHERE m.id IN ({keys}) AND ut.thread_id = %s AND (ut.notifications & {flag}) <> 0
  AND (m.sender_id IS NULL OR m.sender_id <> ut.user_id)
"""


_COUNT: Final = "SELECT COUNT(*) FROM {unread} WHERE user_id = %s AND thread_id = %s"


def add(plan: WritePlan, thread: Thread, messages: Sequence[Message]) -> None:
    """Mark stored new messages as unread for every member with the flag UNREAD, except for their senders."""
    quote = plan.connection.ops.quote_name
    table = quote(UnreadMessage._meta.db_table)
    sql = _INSERT.format(
        unread=table,
        message=quote(Message._meta.db_table),
        member=quote(UserThread._meta.db_table),
        keys=", ".join(["%s"] * len(messages)),
        flag=int(Notification.UNREAD),
    )
    plan.add(Statement(sql, [thread.type, *[message.pk for message in messages], thread.pk], table))


def count(plan: WritePlan, member: UserThread) -> None:
    """Add to the plan the query for the member's number of unread messages before it."""
    user_id = UnreadMessage._meta.get_field("user").get_db_prep_value(member.user_id, plan.connection)
    sql = _COUNT.format(unread=plan.connection.ops.quote_name(UnreadMessage._meta.db_table))
    plan.ask(sql, [user_id, member.thread_id])


def is_added_for(member: UserThread, message: Message) -> bool:
    """Return whether `add` marks the message as unread for the member."""
    return member.hears_by(Notification.UNREAD) and message.sender_id != member.user_id


def add_where_visible(thread: Thread, messages: Sequence[Message], members: Sequence[UserThread]) -> None:
    """Mark as `add` does, for members to whom CHAT_MESSAGE_USER_FILTER shows the message. Raises `HookFailed`."""
    UnreadMessage.objects.bulk_create(
        UnreadMessage(message=message, thread=thread, user_id=member.user_id, type=thread.type)
        for message in messages
        for member in members
        if is_added_for(member, message)
        and selectors.may_see(message=message, user=member.user, for_write=True)
    )


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
