"""Marking messages as read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from chat_api.chat import selectors
from chat_api.chat.models import Thread, UnreadMessage
from chat_api.lib.db.locks import lock_row
from chat_api.lib.db.transactions import atomic
from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.rest.relations import ID_MAX
from chat_api.realtime.event_log import append_events
from chat_api.realtime.events import MessagesRead
from chat_api.settings import chat_settings

#: The maximum number of ids in one event.
_IDS_PER_EVENT = 1000


@atomic
def mark_read(
    *, user: Any, thread_id: int, messages: Collection[int] | None = None, up_to: int | None = None
) -> list[int]:
    """Delete the user's unread rows of those messages (or of all up to an id) and return the ids that were unread.

    Locks the thread. Messages that are read already, hidden from the user, or of another thread are ignored.
    Raises `Thread.DoesNotExist`, `HookFailed`.
    """
    thread = lock_row(Thread, thread_id)
    rows = UnreadMessage.objects.filter(user=user, thread_id=thread_id)
    if chat_settings.has("CHAT_MESSAGE_FILTER_QUERYSET"):
        visible = selectors.messages_visible_to(user=user, thread_id=thread_id, for_write=True)
        rows = rows.filter(message__in=visible)
    if messages is not None:
        rows = rows.filter(message_id__in=[pk for pk in messages if 0 <= pk <= ID_MAX])
    if up_to is not None:
        rows = rows.filter(message_id__lte=max(0, min(up_to, ID_MAX)))
    read = list(rows.order_by("message_id").values_list("message_id", flat=True))
    if not read:
        return []
    rows.delete()
    plan = WritePlan()
    append_events(plan, thread, [MessagesRead(user=user.pk, messages=part) for part in _parts(read)])
    plan.update(Thread, where="id", equals=thread.pk, values={"event_head": thread.event_head})
    plan.carry_out()
    return read


def _parts(ids: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for start in range(0, len(ids), _IDS_PER_EVENT):
        yield tuple(ids[start : start + _IDS_PER_EVENT])
