"""Publishing events of threads to sockets: at once after commit, and later for processes that died before they could.

Only a hint (thread, head) goes through the channel layer, no content: each process of sockets reads the log for its
subscribers. So a hint can be lost, duplicated or late, and costs the same for any number of members.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from django.db import connections
from django.utils import timezone

from chat_api.lib.db.transactions import on_commit
from chat_api.realtime.group_names import thread_group, user_group
from chat_api.realtime.layer import has_layer, send_to_groups
from chat_api.realtime.models import SocketTicket, ThreadEvent
from chat_api.settings import chat_settings

#: The number of rows in one statement of publishing or cleaning up, and the maximum number of statements in one call.
_BATCH: Final = 1000
_BATCHES_MAX: Final = 1000
#: A younger event is still being published by the process that wrote it.
_GRACE: Final = timedelta(seconds=1)

_MARK_PUBLISHED: Final = """
UPDATE {events} SET published = TRUE WHERE thread_id = %s AND seq BETWEEN %s AND %s AND NOT published
"""
# The request does not wait until this is on the disk: if the server crashes first, the events are published once more.
_WITHOUT_WAITING: Final = "AND (SELECT set_config('synchronous_commit', 'off', true)) = 'off'"


def publish(thread_id: int, *, first: int, last: int, using: str) -> None:
    """Publish the events `first` to `last` of the thread, whose transaction in the database `using` has committed.

    Events that the channel layer does not accept are published by `publish_pending_events`.
    """
    if send_to_groups([hint(thread_id, last)]):
        connection = connections[using]
        statement = _MARK_PUBLISHED.format(events=connection.ops.quote_name(ThreadEvent._meta.db_table))
        is_alone = connection.get_autocommit() and not connection.in_atomic_block
        if is_alone and connection.vendor == "postgresql":
            statement += _WITHOUT_WAITING
        with connection.cursor() as cursor:
            cursor.execute(statement, (thread_id, first, last))


def publish_many_after_commit(heads: Mapping[int, int]) -> None:
    """Publish the last event of each thread when the transaction commits; `heads` are their numbers."""
    if heads and has_layer():
        on_commit(partial(_publish_many, heads))


def _publish_many(heads: Mapping[int, int]) -> None:
    if send_to_groups([hint(thread_id, head) for thread_id, head in heads.items()]):
        rows = ThreadEvent.objects.filter(thread_id__in=heads, seq__in=set(heads.values()), published=False)
        keys = [
            pk for pk, thread_id, seq in rows.values_list("pk", "thread_id", "seq") if heads[thread_id] == seq
        ]
        ThreadEvent.objects.filter(pk__in=keys).update(published=True)


def hint(thread_id: int, head: int) -> tuple[str, dict[str, Any]]:
    """Return the group and the message that publish the head of a thread's history to its sockets."""
    return thread_group(thread_id), {"type": "chat_api.events", "thread": thread_id, "head": head}


def refresh_after_commit(user_ids: Iterable[Any]) -> None:
    """Refresh the memberships in those users' sockets when the transaction commits."""
    groups = [(user_group(user_id), {"type": "chat_api.refresh"}) for user_id in user_ids]
    if groups and has_layer():
        on_commit(partial(send_to_groups, groups))


def publish_pending_events(*, grace: timedelta = _GRACE) -> int:
    """Publish, in order, the events that crashed processes left unpublished, and return how many there were.

    Any number of calls can run at once: a repeated hint changes nothing. It stops early if the layer is down.
    """
    published, after = 0, 0
    for _ in range(_BATCHES_MAX):
        pending = ThreadEvent.objects.filter(
            published=False, created__lte=timezone.now() - grace, pk__gt=after
        ).order_by("pk")
        rows = list(pending.values_list("pk", "thread_id", "seq")[:_BATCH])
        if not rows:
            break
        heads: dict[int, int] = {}
        for _, thread_id, seq in rows:
            heads[thread_id] = max(seq, heads.get(thread_id, 0))
        if not send_to_groups([hint(thread_id, head) for thread_id, head in heads.items()]):
            break
        ThreadEvent.objects.filter(pk__in=[pk for pk, _, _ in rows]).update(published=True)
        published += len(rows)
        after = rows[-1][0]
    return published


def trim_event_log() -> int:
    """Delete events older than EVENT_LOG_RETENTION and expired tickets; return the number of deleted rows."""
    now = timezone.now()
    old = ThreadEvent.objects.filter(created__lt=now - chat_settings.EVENT_LOG_RETENTION)
    deleted = _delete_in_batches(old.order_by("created").values_list("pk", flat=True), ThreadEvent)
    over = SocketTicket.objects.filter(expires__lt=now)
    return deleted + _delete_in_batches(over.order_by("pk").values_list("pk", flat=True), SocketTicket)


def _delete_in_batches(keys: Any, model: Any) -> int:
    deleted = 0
    for _ in range(_BATCHES_MAX):
        batch = list(keys[:_BATCH])
        if not batch:
            break
        deleted += model.objects.filter(pk__in=batch).delete()[0]
    return deleted
