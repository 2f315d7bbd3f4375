"""Who has not read what, and what everybody's last message is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connections, router
from django.db.models import Case, F, IntegerField, Value, When

from chat_api.chat import selectors
from chat_api.chat.choices import Notification
from chat_api.chat.models import Message, UnreadMessage, UserThread
from chat_api.lib.db.writes import update
from chat_api.settings import chat_settings

if TYPE_CHECKING:
    from chat_api.chat.actions.change import Posting

# One statement however many members there are: no row travels to Python and back.
_INSERT = """
INSERT INTO {unread} (message_id, thread_id, user_id, type)
SELECT m.id, ut.thread_id, ut.user_id, %s
FROM {message} m, {member} ut
WHERE m.id IN ({ids}) AND ut.thread_id = %s AND (ut.notifications & {flag}) <> 0
  AND (m.sender_id IS NULL OR m.sender_id <> ut.user_id)
"""


def add(posting: Posting) -> None:
    """Make the new messages unread for every member who wants to know and may see them, but for their senders.

    Raises `HookFailed`.
    """
    thread, messages = posting.thread, posting.messages
    if chat_settings.has("CHAT_MESSAGE_USER_FILTER"):
        UnreadMessage.objects.bulk_create(
            UnreadMessage(message=message, thread=thread, user_id=member.user_id, type=thread.type)
            for message in messages
            for member in posting.members
            if member.hears_by(Notification.UNREAD)
            and member.user_id != message.sender_id
            and selectors.may_see(message=message, user=member.user, for_write=True)
        )
        return
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


def set_last_message(posting: Posting) -> None:
    """Set each member's last message to the last of the new ones that is visible to them. Raises `HookFailed`."""
    if not chat_settings.has("CHAT_MESSAGE_USER_FILTER"):
        last = posting.messages[-1]
        for member in posting.known_members:
            member.last_message, member.updated = last, posting.now
        values = {"last_message_id": last.pk, "updated": posting.now}
        update(UserThread, where="thread_id", equals=posting.thread.pk, values=values)
        return
    told: dict[int, list[int]] = {}
    for member in posting.members:
        visible = (
            message
            for message in reversed(posting.messages)
            if selectors.may_see(message=message, user=member.user, for_write=True)
        )
        seen = next(visible, None)
        if seen is not None:
            member.last_message, member.updated = seen, posting.now
            told.setdefault(seen.pk, []).append(member.pk)
    if told:
        cases = [When(pk__in=members, then=Value(message)) for message, members in told.items()]
        everybody = [pk for members in told.values() for pk in members]
        UserThread.objects.filter(pk__in=everybody).update(
            last_message_id=Case(*cases, default=F("last_message_id"), output_field=IntegerField()),
            updated=posting.now,
        )
