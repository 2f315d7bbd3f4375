"""Writing the table of what is searched: one statement for the messages that a request creates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.db.writes import insert
from chat_api.search.backends.base import Document
from chat_api.search.combining_marks import indexed
from chat_api.search.models import MessageSearch

T = TypeVar("T")

#: More rows than this go into several statements.
BATCH: Final = 5_000


def write(
    documents: Sequence[Document], *, plan: WritePlan | None = None, pending: int | None = None
) -> None:
    """Write the documents, over what there was of those messages: with the plan, or without one at once."""
    rows = [
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
    if plan is None:
        insert(rows, over="message")
    else:
        plan.insert(rows, over="message")


def in_batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the items in batches that fit one statement."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
