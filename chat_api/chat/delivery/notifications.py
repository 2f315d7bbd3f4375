"""Notifications of unread messages: from the event log to deliveries, and from deliveries to transports."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final, TypeVar

from django.utils import timezone

from chat_api.chat import selectors, visibility
from chat_api.chat.choices import TRANSPORT_FLAGS, Notification, Permission
from chat_api.chat.models import Message, Thread, UnreadMessage, UserThread
from chat_api.chat.search.indexing import full_name
from chat_api.lib.db.locks import lock_rows
from chat_api.lib.db.transactions import atomic, on_commit
from chat_api.lib.hooks import guarded_transactions, hook_scope, log_failure
from chat_api.lib.languages import language_of
from chat_api.notifications import queue
from chat_api.notifications.models import DeliveryStatus, NotificationDelivery
from chat_api.notifications.queue import Wanted
from chat_api.notifications.signals import notification_sent
from chat_api.notifications.transports.base import Delivery, Transport, TransportError
from chat_api.notifications.transports.base import UnreadMessage as ShownMessage
from chat_api.notifications.unsubscribe import Unsubscription, unsubscribe_url
from chat_api.raised_flags.notifications import dispatch_flags, flag_delivery
from chat_api.realtime.events import MessageCreatedOrUpdated
from chat_api.realtime.models import ThreadEvent
from chat_api.settings import chat_settings, import_setting

logger = logging.getLogger("chat_api.notifications")

T = TypeVar("T")

_BATCH: Final = 500
_BATCHES_MAX: Final = 1000
#: How many messages a notification shows, and how many it considers.
_SHOWN_MAX: Final = 20
_LOOKED_AT_MAX: Final = 500


def deliver_pending_notifications() -> int:
    """Create deliveries for new messages and send those that are due. Return how many were sent.

    Any number of workers can run at once, and each can die at any point: nothing is lost or sent twice.
    """
    for _ in range(_BATCHES_MAX):
        if not _dispatch_batch():
            break
    with hook_scope():
        dispatch_flags([name for name in chat_settings.NOTIFICATION_TRANSPORTS if name in TRANSPORT_FLAGS])
    sent = 0
    for _ in range(_BATCHES_MAX):
        rows = queue.claim(most=_BATCH)
        if not rows:
            break
        sent += sum(_deliver(row) for row in rows)
    return sent


def _dispatch_batch() -> bool:
    """Create deliveries for the next events; return whether there were any."""
    with hook_scope():
        return _dispatch()


@atomic
def _dispatch() -> bool:
    events = list(queue.take_undispatched(ThreadEvent.objects.all(), most=_BATCH))
    if not events:
        return False
    ids = [row.data["message"] for row in events if row.name == MessageCreatedOrUpdated.name]
    by_thread: dict[int, list[Message]] = defaultdict(list)
    for message in Message.objects.filter(pk__in=ids).order_by("pk"):
        by_thread[message.thread_id].append(message)
    if by_thread:
        lock_rows(Thread, by_thread)
        queue.enqueue(list(_wanted(by_thread)))
    ThreadEvent.objects.filter(pk__in=[row.pk for row in events]).update(dispatched=True)
    return True


def _wanted(by_thread: dict[int, list[Message]]) -> Iterable[Wanted]:
    transports = [name for name in chat_settings.NOTIFICATION_TRANSPORTS if name in TRANSPORT_FLAGS]
    flags = sum(TRANSPORT_FLAGS[name] for name in transports)
    members = UserThread.objects.filter(thread_id__in=by_thread, notifications__gt=0).select_related("user")
    now = timezone.now()
    for member in members.order_by("pk"):
        if not (member.notifications or 0) & flags or not member.may(Permission.MESSAGES_READ):
            continue
        messages = [
            message.pk
            for message in by_thread[member.thread_id]
            if message.sender_id != member.user_id
            and visibility.is_visible_to(message=message, user=member.user)
        ]
        for name in transports if messages else ():
            if member.is_notified_by(TRANSPORT_FLAGS[name]):
                yield Wanted(
                    thread_id=member.thread_id,
                    user_id=member.user_id,
                    transport=name,
                    first_message=messages[0],
                    last_message=messages[-1],
                    due=now + delay_of(name),
                )


def delay_of(transport: str) -> timedelta:
    """Return how long to wait in case the message is read in the meantime."""
    return timedelta(seconds=chat_settings.NOTIFICATION_DELAYS.get(transport, 0))


def _deliver(row: NotificationDelivery) -> bool:
    """Send one delivery that this worker has claimed; return whether it was sent.

    A failure, of a transport or of a hook for one user or message, affects this delivery only.
    """
    attempts = row.attempts + 1
    try:
        with hook_scope():
            if not _send(row):
                return False
    except Exception as error:
        if not isinstance(error, TransportError):
            logger.exception("Delivery %s failed", row.pk)
            error = TransportError(f"{type(error).__name__}: {error}")
        row.attempts = attempts
        _put_back(row, error)
        return False
    queue.finish(row, DeliveryStatus.SENT)
    if notification_sent.has_listeners(NotificationDelivery):
        arguments = {"user_id": row.user_id, "thread_id": row.thread_id, "transport": row.transport}
        on_commit(
            lambda: notification_sent.send_robust(NotificationDelivery, delivery=row, **arguments) and None
        )
    return True


def _send(row: NotificationDelivery) -> bool:
    transport = _by_host(lambda: transport_named(row.transport))
    if transport is None:
        queue.finish(row, DeliveryStatus.DROPPED, "The transport is no longer configured.")
        return False
    if row.status == DeliveryStatus.SENDING and not getattr(transport, "repeatable", False):
        queue.finish(row, DeliveryStatus.FAILED, "The worker stopped while sending; it may have arrived.")
        return False
    delivery = _prepared(row)
    if isinstance(delivery, str):
        queue.finish(row, DeliveryStatus.DROPPED, delivery)
        return False
    if not queue.begin_sending(row):
        return False
    _by_host(lambda: transport.send(delivery))
    return True


def _by_host(call: Callable[[], T]) -> T:
    """Call code of a transport. Other exceptions than `TransportError` are logged and become one."""
    try:
        with guarded_transactions():
            return call()
    except TransportError:
        raise
    except Exception as error:
        log_failure("NOTIFICATION_TRANSPORTS", error)
        raise TransportError(f"{type(error).__name__}: {error}") from error


@atomic
def _put_back(row: NotificationDelivery, error: TransportError) -> None:
    if row.thread_id is not None:
        lock_rows(Thread, [row.thread_id])
    queue.put_back(row, error)


def transport_named(name: str) -> Transport | None:
    """Return the host's transport with that name and its options, or None."""
    path = chat_settings.NOTIFICATION_TRANSPORTS.get(name)
    if path is None or name not in TRANSPORT_FLAGS:
        return None
    transport: Transport = import_setting("NOTIFICATION_TRANSPORTS", path)(
        **chat_settings.NOTIFICATION_OPTIONS.get(name, {})
    )
    return transport


def _prepared(row: NotificationDelivery) -> Delivery | str:
    """Return the delivery as of now, or the reason why there is nothing to send."""
    if row.thread_id is None:
        return flag_delivery(row)
    member = (
        UserThread.objects.filter(thread_id=row.thread_id, user_id=row.user_id)
        .select_related("thread", "user")
        .first()
    )
    reason = _why_not(member, row.transport)
    if member is None or reason:
        return reason
    messages = _unread_messages(member, row)
    if not messages:
        return "The messages were read, deleted or hidden in the meantime."
    return Delivery(
        id=row.pk,
        user=member.user,
        thread_id=row.thread_id,
        thread_title=member.thread.title,
        thread_type=member.thread.type,
        messages=[_shown(message) for message in messages[-_SHOWN_MAX:]],
        count=len(messages),
        language=language_of(member.user),
        unsubscribe_url=unsubscribe_url(Unsubscription(row.user_id, row.thread_id, row.transport)),
    )


def _why_not(member: UserThread | None, transport: str) -> str:
    if member is None:
        return "The user is no longer a member."
    if not member.user.is_active:
        return "The user is not active."
    if not member.is_notified_by(TRANSPORT_FLAGS[transport]):
        return "The user has unsubscribed."
    return "" if member.may(Permission.MESSAGES_READ) else "The user can no longer read messages."


def _unread_messages(member: UserThread, row: NotificationDelivery) -> list[Message]:
    rows = selectors.messages_visible_to(user=member.user, thread_id=member.thread_id).filter(
        pk__range=(row.first_message, row.last_message)
    )
    rows = rows.exclude(sender_id=member.user_id).select_related("sender").order_by("-pk")
    if member.is_notified_by(Notification.UNREAD):
        unread = UnreadMessage.objects.filter(thread_id=member.thread_id, user_id=member.user_id)
        rows = rows.filter(pk__in=unread.values("message_id"))
    newest = list(rows[:_LOOKED_AT_MAX])
    return [
        message for message in reversed(newest) if visibility.is_visible_to(message=message, user=member.user)
    ]


def _shown(message: Message) -> ShownMessage:
    sender = _name_of(message.sender)
    return ShownMessage(id=message.pk, sender=sender, text=message.plain_text, created=message.created)


def _name_of(sender: Any) -> str:
    """Return the sender's full name, else the username unless it is an e-mail address or a number."""
    if sender is None:
        return ""
    username = str(sender.get_username() or "")
    private = "@" in username or not any(map(str.isalpha, username))
    return full_name(sender) or ("" if private else username)
