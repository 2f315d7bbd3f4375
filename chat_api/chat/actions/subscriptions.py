"""Subscribing to a thread without being a member, and turning off notifications."""

from __future__ import annotations

from typing import Any

from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.choices import TRANSPORT_FLAGS
from chat_api.chat.models import Thread, ThreadWSSubscription, UserThread
from chat_api.lib.db.transactions import atomic
from chat_api.realtime.publish import refresh_after_commit


@atomic
def subscribe(*, user: Any, thread_id: int) -> ThreadWSSubscription:
    """Subscribe the user to the thread, in place of any other thread. Raises `Thread.DoesNotExist`."""
    thread = Thread.objects.get(pk=thread_id)
    subscription = ThreadWSSubscription.objects.filter(user=user, thread=thread).first()
    if subscription is None:
        # Subscribing again keeps the start.
        subscription, _ = ThreadWSSubscription.objects.update_or_create(
            user=user, defaults={"thread": thread, "start": thread.event_head}
        )
    refresh_after_commit([user.pk])
    return subscription


@atomic
def stop_notifying(*, user_id: Any, thread_id: int, transport: str) -> UserThread | None:
    """Clear the member's flag of a transport and return the membership; None if they are not a member any more.

    Locks the thread.
    """
    flag = TRANSPORT_FLAGS.get(transport)
    try:
        change = ThreadChange.open(thread_id=thread_id, actor_id=user_id)
    except Thread.DoesNotExist:
        return None
    member = change.member(user_id)
    if member is None or flag is None:
        return None
    if member.is_notified_by(flag):
        change.update(member, notifications=(member.notifications or 0) & ~flag)
        change.note_thread_updated()
        change.write()
    return member
