"""The events of threads, as sockets and the events over HTTP deliver them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser

from chat_api.chat.choices import Notification, Permission, State
from chat_api.chat.delivery.audience import may_subscribe
from chat_api.chat.delivery.frames import frames_of
from chat_api.chat.models import Thread, ThreadWSSubscription, UserThread
from chat_api.lib.db.managers import accounts
from chat_api.lib.rest.accounts import account_document
from chat_api.lib.rest.relations import can_be_key
from chat_api.realtime.event_source import CatchUp, Frames, HistoryTrimmed, OpenThread, Outcome
from chat_api.realtime.socket.frames import as_json
from chat_api.settings import chat_settings

#: How many events are encoded at once, so that a long history does not have to fit into memory twice.
_PART: Final = 200


class ChatEventSource:
    """The threads of the chat, for sockets."""

    def threads_of(self, user_id: Any) -> dict[int, OpenThread]:
        """Return the user's threads, the WS_THREADS_MAX with the latest events, and the one they are subscribed to."""
        rows = (
            UserThread.objects.filter(user_id=user_id)
            .select_related("thread")
            .only("thread__event_head", "history_start", "notifications", "permissions", "state")
            .order_by("-updated", "-pk")
        )
        found = {
            row.thread_id: OpenThread(
                head=row.thread.event_head,
                start=row.history_start,
                live=row.is_notified_by(Notification.WS),
                writes=row.may(Permission.MESSAGES_CREATE) and row.state != State.CLOSED,
            )
            for row in rows[: chat_settings.WS_THREADS_MAX]
        }
        subscription = subscription_of(user_id)
        if subscription is not None:
            thread = subscription.thread
            quiet = bool(chat_settings.thread_switch((thread.type, "NO_WS_TO_SUBSCRIBED")))
            opened = OpenThread(
                head=thread.event_head, start=subscription.start, live=not quiet, writes=False
            )
            found.setdefault(thread.pk, opened)
        return found

    def threads_left(self, user_id: Any, thread_ids: Collection[int]) -> list[int]:
        """Return those of the threads that the user is neither a member of nor subscribed to, in the given order."""
        rows = UserThread.objects.filter(user_id=user_id, thread_id__in=thread_ids)
        kept = set(rows.values_list("thread_id", flat=True))
        subscription = subscription_of(user_id)
        if subscription is not None:
            kept.add(subscription.thread_id)
        return [thread_id for thread_id in thread_ids if thread_id not in kept]

    def live_frames(
        self, thread_id: int, first: int, last: int, user_ids: Collection[Any]
    ) -> dict[Any, Frames]:
        """Return each user's frames of the events `first` to `last`. Raises `HistoryTrimmed`."""
        return frames_of(thread_id=thread_id, first=first, last=last, user_ids=user_ids, live=True)

    def catch_up(self, user_id: Any, thread_id: int, after: int) -> CatchUp | None:
        """Return the events that the user missed; None unless they are subscribed or a member who can read messages."""
        if not can_be_key(thread_id):
            return None
        member = UserThread.objects.filter(user_id=user_id, thread_id=thread_id).first()
        if member is not None:
            allowed, start = member.may(Permission.MESSAGES_READ), member.history_start
        else:
            subscription = subscription_of(user_id)
            allowed, start = subscription is not None and subscription.thread_id == thread_id, 0
        if not allowed:
            return None
        return catch_up(user_id=user_id, thread_id=thread_id, after=max(after, start))

    def writer(self, user_id: Any) -> str:
        """Return the user as others see them, as JSON; null where ACCOUNT_SERIALIZER fails.

        It is encoded once for all recipients: the request that the serializer gets is anonymous.
        """
        user = accounts().get(pk=user_id)
        return as_json(account_document(user, viewer=AnonymousUser()))


def catch_up(*, user_id: Any, thread_id: int, after: int, guest: Any = None) -> CatchUp:
    """Return the events after `after` as the user sees them: none are new, all of them, or (too many, gone) none.

    Too many are more than EVENT_CATCH_UP_MAX, or than EVENT_BATCH_BYTES_MAX bytes.

    `guest` is the user if they are not a member but the host admits them. Raises `Thread.DoesNotExist`.
    """
    head = Thread.objects.values_list("event_head", flat=True).get(pk=thread_id)
    if after == head:
        return CatchUp(Outcome.CURRENT, head)
    resync = CatchUp(Outcome.RESYNC, head)
    if after > head or head - after > chat_settings.EVENT_CATCH_UP_MAX:
        return resync
    frames: list[str] = []
    size = 0
    try:
        for first in range(after + 1, head + 1, _PART):
            last = min(first + _PART - 1, head)
            made = frames_of(
                thread_id=thread_id, first=first, last=last, user_ids=[user_id], live=False, guest=guest
            )
            texts = [text for text in made[user_id] if text is not None]
            frames += texts
            size += sum(map(len, texts))
            if len(texts) <= last - first or size > chat_settings.EVENT_BATCH_BYTES_MAX:
                # Too much at once, or the user left the thread while it was being loaded.
                return resync
    except HistoryTrimmed:
        return resync
    return CatchUp(Outcome.REPLAYED, head, frames)


def subscription_of(user_id: Any) -> ThreadWSSubscription | None:
    """Return the user's subscription, if they would be permitted to subscribe now: without that right, it ends."""
    found = ThreadWSSubscription.objects.filter(user_id=user_id).select_related("thread", "user").first()
    if found is None or not may_subscribe(found.user, found.thread_id):
        return None
    return found
