"""The queue of deliveries: enqueue, claim, send, retry. It deals with ids of messages only.

A delivery goes from pending to claimed (a worker prepares it) to sending (from here on it may have arrived) to its
final status. If a worker dies, its lease expires and another worker takes over: a claimed delivery is processed again;
one that was being sent is repeated only by transports where a repetition does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connections, models
from django.db.models import Q
from django.utils import timezone

from chat_api.lib.celery.wakeup import Waker
from chat_api.lib.db.transactions import atomic, chat_database
from chat_api.notifications.models import DeliveryStatus, NotificationDelivery
from chat_api.notifications.transports.base import TransportError

#: Wakes a worker for the queue, so that push messages do not wait for the next beat.
WAKER: Final = Waker("chat_api.tasks.deliver_pending_notifications")

#: How long a worker can take for one delivery before it counts as dead.
LEASE: Final = timedelta(minutes=5)
ATTEMPTS_MAX: Final = 6
_FIRST_PAUSE: Final = timedelta(minutes=1)
_REASON_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request to notify a user of these messages of a thread."""

    thread_id: int
    user_id: Any
    transport: str
    first_message: int
    last_message: int
    due: datetime


def enqueue(wanted: Sequence[Wanted]) -> None:
    """Extend waiting deliveries by the wanted messages, and create the others; the caller has locked the threads."""
    keys = {(item.thread_id, item.user_id, item.transport): item for item in wanted}
    changed = []
    for row in _lock_pending(thread_id__in={item.thread_id for item in wanted}):
        item = keys.pop((row.thread_id or 0, row.user_id, row.transport), None)
        if item is not None:
            row.first_message = min(row.first_message, item.first_message)
            row.last_message = max(row.last_message, item.last_message)
            changed.append(row)
    NotificationDelivery.objects.bulk_update(changed, ("first_message", "last_message"), batch_size=500)
    NotificationDelivery.objects.bulk_create(
        (
            NotificationDelivery(
                thread_id=item.thread_id,
                user_id=item.user_id,
                transport=item.transport,
                first_message=item.first_message,
                last_message=item.last_message,
                due=item.due,
            )
            for item in keys.values()
        ),
        batch_size=500,
    )


def enqueue_flag(flag_id: int, user_ids: Iterable[Any], transports: Iterable[str], *, due: datetime) -> None:
    """Create the deliveries about a raised flag that do not wait yet; the caller has locked the flag."""
    waiting = {(row.user_id, row.transport) for row in _lock_pending(flag_id=flag_id)}
    names = [*transports]
    NotificationDelivery.objects.bulk_create(
        (
            NotificationDelivery(
                flag_id=flag_id,
                user_id=user_id,
                transport=name,
                first_message=0,
                last_message=0,
                due=due,
            )
            for user_id in user_ids
            for name in names
            if (user_id, name) not in waiting
        ),
        batch_size=500,
    )


@atomic
def claim(*, most: int) -> list[NotificationDelivery]:
    """Claim up to `most` deliveries that are due, or whose worker died, for this worker alone."""
    now = timezone.now()
    abandoned = Q(status__in=(DeliveryStatus.CLAIMED, DeliveryStatus.SENDING), lease_until__lt=now)
    due = Q(status=DeliveryStatus.PENDING, due__lte=now)
    rows = list(_locked(NotificationDelivery.objects.filter(due | abandoned).order_by("due", "pk"))[:most])
    for row in rows:
        row.lease_until = now + LEASE
        if row.status == DeliveryStatus.PENDING:
            row.status = DeliveryStatus.CLAIMED
    NotificationDelivery.objects.bulk_update(rows, ("status", "lease_until"))
    return rows


def begin_sending(row: NotificationDelivery) -> bool:
    """Mark the delivery as being sent, before sending it. Return False if another worker has claimed it since."""
    row.attempts += 1
    mine = NotificationDelivery.objects.filter(pk=row.pk, lease_until=row.lease_until)
    # It may have waited a long time behind others of its batch.
    row.lease_until = timezone.now() + LEASE
    return bool(
        mine.update(status=DeliveryStatus.SENDING, attempts=row.attempts, lease_until=row.lease_until)
    )


def finish(row: NotificationDelivery, status: DeliveryStatus, reason: str = "") -> None:
    """Store the final status of the delivery."""
    NotificationDelivery.objects.filter(pk=row.pk, lease_until=row.lease_until).update(
        status=status,
        attempts=row.attempts,
        reason=reason[:_REASON_LENGTH],
        finished=timezone.now(),
        lease_until=None,
    )


def put_back(row: NotificationDelivery, error: TransportError) -> None:
    """Retry the delivery later, with a longer back-off each time; the caller has locked the thread.

    After ATTEMPTS_MAX attempts or a permanent error, it has failed. If another delivery is waiting for the same
    recipient by now, that one takes over its messages.
    """
    if error.permanent or row.attempts >= ATTEMPTS_MAX:
        finish(row, DeliveryStatus.FAILED, str(error))
        return
    due = timezone.now() + _FIRST_PAUSE * 2 ** (row.attempts - 1)
    about: dict[str, Any] = {"thread_id": row.thread_id, "flag_id": row.flag_id}
    waiting = _lock_pending(**about, user_id=row.user_id, transport=row.transport).first()
    if waiting is None:
        NotificationDelivery.objects.filter(pk=row.pk, lease_until=row.lease_until).update(
            status=DeliveryStatus.PENDING,
            due=due,
            attempts=row.attempts,
            reason=str(error)[:_REASON_LENGTH],
            lease_until=None,
        )
        return
    finish(row, DeliveryStatus.DROPPED, f"Merged into delivery {waiting.pk}. {error}")
    NotificationDelivery.objects.filter(pk=waiting.pk).update(
        first_message=min(row.first_message, waiting.first_message),
        attempts=max(row.attempts, waiting.attempts),
        due=max(due, waiting.due),
    )


def _lock_pending(**about: Any) -> models.QuerySet[NotificationDelivery]:
    """Return the pending deliveries about something, locked when they are read.

    A worker that claims one at the same time either comes first, and it is left out, or skips it until the commit:
    otherwise messages could be added to a delivery whose range that worker has already read.
    """
    pending = NotificationDelivery.objects.filter(status=DeliveryStatus.PENDING, **about)
    return pending.order_by("pk").select_for_update(of=("self",))


def _locked(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Lock rows, skipping those that another worker has locked. SQLite has a single writer anyway."""
    if connections[chat_database()].features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",))
    return rows


def take_undispatched(events: models.QuerySet[Any], *, most: int) -> Iterable[Any]:
    """Return up to `most` events that no other worker is dispatching; the caller is in a transaction."""
    return list(_locked(events.filter(dispatched=False).order_by("pk"))[:most])
