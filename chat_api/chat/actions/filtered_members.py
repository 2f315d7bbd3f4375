"""Unread rows and last messages of members where CHAT_MESSAGE_USER_FILTER hides messages from some of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, F, IntegerField, Value, When

from chat_api.chat import visibility
from chat_api.chat.actions.message_batch import MessageBatch
from chat_api.chat.models import UnreadMessage, UserThread


def add_unread(messages: MessageBatch, members: Sequence[UserThread]) -> None:
    """Mark the messages as unread for members with the flag UNREAD to whom they are visible. Raises `HookFailed`."""
    thread = messages.thread
    UnreadMessage.objects.bulk_create(
        UnreadMessage(message=message, thread=thread, user_id=member.user_id, type=thread.type)
        for member in members
        for message in messages.unread_for(member)
        if visibility.is_visible_to(message=message, user=member.user, for_write=True)
    )


def set_last_messages(messages: MessageBatch, members: Sequence[UserThread], *, now: datetime) -> None:
    """Set each member's last message to the last new one that is visible to them, if any. Raises `HookFailed`."""
    shown: dict[int, list[int]] = {}
    for member in members:
        visible = (
            message
            for message in reversed(messages.new)
            if visibility.is_visible_to(message=message, user=member.user, for_write=True)
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
