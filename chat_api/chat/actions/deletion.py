"""Soft-deleting messages, with all consequences."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from chat_api.chat import visibility
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.actions.variables import recompute_variables
from chat_api.chat.models import (
    Message,
    MessageAnswer,
    Thread,
    UnreadMessage,
    UserThread,
    VariableModification,
)
from chat_api.chat.search import indexing
from chat_api.chat.signals import message_deleted
from chat_api.realtime.events import MessageCreatedOrUpdated

#: How many messages back a member's last visible one is looked for, when the host hides messages from some members.
_LOOK_BACK = 200


def remove(
    change: ThreadChange,
    messages: QuerySet[Message],
    *,
    superseded: bool = False,
    affected: Collection[int] = (),
) -> list[int]:
    """Soft-delete those messages of the change's thread and return their ids; a constant number of queries.

    Their unread rows are deleted, and the variables of members who answered them, and of the members `affected`, are
    recomputed. The last messages of the thread and of its members follow. An event is logged for each message, and one
    for the thread. With `superseded` they go because an answer was corrected; the caller has computed the variables.
    """
    ids = list(messages.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return []
    UnreadMessage.objects.filter(message__in=messages.order_by()).delete()
    members = set(affected) if superseded else {*affected, *_members_affected(messages)}
    messages.order_by().update(deleted=True, superseded=superseded, updated=change.now)
    indexing.forget(ids)
    recompute_variables(change, members)
    _update_last_messages(change, set(ids))
    for pk in ids:
        change.note(MessageCreatedOrUpdated(message=pk, deleted=True))
        change.signal(
            message_deleted,
            sender=Message,
            message_id=pk,
            thread_id=change.thread.pk,
            user_id=change.actor_id,
        )
    # Nothing of a deleted message is shown, so its effect on the thread (unread, last message) has an event as well.
    change.note_thread_updated()
    return ids


def _members_affected(messages: QuerySet[Message]) -> QuerySet[Any, int]:
    links = MessageAnswer.objects.filter(message__in=messages.order_by()).values("pk")
    rows = VariableModification.objects.filter(
        Q(related_message__in=messages.order_by()) | Q(related_message_answer_id__in=links)
    )
    # Where the frontend leads, an answer without modifications can replace one with some.
    led = messages.filter(Q(run__led_by_frontend=True) | Q(reply__isnull=False))
    led_ids = led.order_by().values_list("run__user_thread_id", flat=True)
    return rows.order_by().values_list("user_thread_id", flat=True).union(led_ids)


def _update_last_messages(change: ThreadChange, gone: set[int]) -> None:
    members = [member for member in change.members if member.last_message_id in gone]
    if change.thread.last_message_id not in gone and not members:
        return
    left = list(Message.objects.filter(thread=change.thread).order_by("-pk")[:_LOOK_BACK])
    for member in members:
        last = next(
            (m for m in left if visibility.is_visible_to(message=m, user=member.user, for_write=True)), None
        )
        change.update(member, last_message=last, updated=change.now)
    if change.thread.last_message_id in gone:
        change.thread.last_message = left[0] if left else None
        change.thread.updated = change.now
        Thread.objects.filter(pk=change.thread.pk).update(
            last_message=change.thread.last_message, updated=change.now
        )


def forget_unread(member: UserThread) -> None:
    """Delete the unread rows of a member who leaves the thread."""
    UnreadMessage.objects.filter(thread_id=member.thread_id, user_id=member.user_id).delete()
