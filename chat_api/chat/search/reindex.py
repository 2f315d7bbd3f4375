"""Rebuilding the search index while the chat is in use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db.models import Q

from chat_api.chat.models import Message, Thread
from chat_api.chat.search import indexing
from chat_api.lib.db.locks import lock_rows
from chat_api.lib.db.transactions import atomic
from chat_api.search.backends.base import search_backend
from chat_api.search.models import SearchIndexBuild
from chat_api.search.normalization import FOLDING
from chat_api.settings import chat_settings

#: Messages of a batch. Their threads are locked, so that no message changes between being loaded and indexed.
_BATCH: Final = 500


def messages_to_index() -> int:
    """Return the number of messages to process, including deleted ones."""
    return Message.all_objects.count()


def rebuild_search_index() -> Iterator[int]:
    """Index every message as it is now, and yield, after each batch, the number of messages processed so far.

    Each batch is a separate transaction. Messages written in the meantime are indexed by their own transactions.
    """
    after, done = 0, 0
    while True:
        rows = Message.all_objects.filter(pk__gt=after).order_by("pk").values_list("pk", "thread_id")
        batch = list(rows[:_BATCH])
        if not batch:
            SearchIndexBuild.objects.create(folding=FOLDING)
            return
        after = batch[-1][0]
        _index([pk for pk, _ in batch], {thread_id for _, thread_id in batch})
        done += len(batch)
        yield done


@atomic
def _index(message_ids: list[int], thread_ids: set[int]) -> None:
    lock_rows(Thread, thread_ids)
    wanted = Message.objects.filter(~_excluded(), pk__in=message_ids).select_related("sender")
    messages = list(wanted)
    senders: dict[Any, Any] = {message.sender_id: message.sender for message in messages if message.sender}
    backend = search_backend()
    backend.index(indexing.documents_of(messages, senders))
    gone = set(message_ids) - {message.pk for message in messages}
    if gone:
        backend.remove(gone)


def _excluded() -> Q:
    switches = chat_settings.OPTIMIZATIONS_BY_THREAD_TYPE
    types = [kind for kind, chosen in switches.items() if chosen.get("NOT_INDEXED")]
    return Q(thread__type__in=types)
