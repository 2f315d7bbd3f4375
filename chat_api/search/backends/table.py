"""The table with the searched texts, which backends update in the transaction that writes the messages."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final, TypeVar

from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.db.writes import insert
from chat_api.search.backends.base import Document, SearchBackend
from chat_api.search.combining_marks import indexed
from chat_api.search.models import MessageSearch

T = TypeVar("T")

#: More rows than this go into several statements.
BATCH: Final = 5_000


class TableBackend(SearchBackend):
    """A backend that keeps searchable messages in the chat's database, in the table of `MessageSearch`."""

    #: Whether rows wait until an index elsewhere has them.
    queues: ClassVar[bool] = False

    def index(self, documents: Sequence[Document]) -> None:
        """Write the documents, replacing earlier ones of the same messages."""
        insert(self._rows(documents), on_conflict="message")

    def index_with(self, plan: WritePlan, documents: Sequence[Document]) -> None:
        """Write the documents with the plan."""
        plan.insert(self._rows(documents), on_conflict="message")

    def _rows(self, documents: Sequence[Document]) -> list[MessageSearch]:
        pending = microseconds_now() if self.queues else None
        return [
            MessageSearch(
                message_id=document.message_id,
                thread_id=document.thread_id,
                text=document.text if document.text.isascii() else indexed(document.text),
                sender_name=document.sender_name
                if document.sender_name.isascii()
                else indexed(document.sender_name),
                pending=pending,
            )
            for document in documents
        ]


def microseconds_now() -> int:
    """Return the value of `MessageSearch.pending` for a row that is queued now."""
    return time.time_ns() // 1000


def in_batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the items in batches that fit one statement."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
