"""Writing to the event log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

from chat_api.lib.db.transactions import on_commit
from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.db.writes import insert
from chat_api.realtime.events import Event
from chat_api.realtime.layer import has_layer
from chat_api.realtime.models import ThreadEvent
from chat_api.realtime.publish import publish, publish_many_after_commit
from chat_api.settings import chat_settings


class HasHistory(Protocol):
    """A thread as the log sees it."""

    pk: int
    event_head: int


def append_events(plan: WritePlan, thread: HasHistory, events: Sequence[Event]) -> None:
    """Log `events` in order with the plan and advance `thread.event_head`; the caller holds the lock and saves it.

    They are published when the transaction commits. Without a channel layer there is nowhere to publish them, so they
    are stored as published.
    """
    first = thread.event_head + 1
    is_published = has_layer()
    notifies = bool(chat_settings.NOTIFICATION_TRANSPORTS)
    rows = []
    for event in events:
        thread.event_head += 1
        rows.append(
            ThreadEvent(
                thread_id=thread.pk,
                seq=thread.event_head,
                name=event.name,
                data=event.data(),
                published=not is_published,
                dispatched=not (notifies and event.is_news),
            )
        )
    plan.insert(rows)
    if is_published:
        using = plan.connection.alias
        on_commit(partial(publish, thread.pk, first=first, last=thread.event_head, using=using), using=using)


def append_to_each(heads: Mapping[int, int], event: Event) -> dict[int, int]:
    """Log `event` in each of the threads and return their new heads; a constant number of queries.

    `heads` are the numbers of their last events so far. The caller holds the locks of all and saves the new numbers.
    The event must be one without notifications to users who are away.
    """
    after = {thread_id: head + 1 for thread_id, head in heads.items()}
    nowhere = not has_layer()
    insert(
        [
            ThreadEvent(thread_id=thread_id, seq=seq, name=event.name, data=event.data(), published=nowhere)
            for thread_id, seq in after.items()
        ]
    )
    publish_many_after_commit(after)
    return after
