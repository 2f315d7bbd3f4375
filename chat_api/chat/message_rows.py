"""Pages of messages as plain rows: one query, compiled once, and no model objects.

They show the same as messages do. Where the host changes what is loaded or shown (a filter of messages, its own
accounts or pagination), pages are loaded by querysets.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import FilteredRelation, Q, QuerySet

from chat_api.chat.models import Message
from chat_api.lib.db.prepared import Prepared
from chat_api.lib.text_formats import plain_text
from chat_api.settings import chat_settings
from chat_api.utils.serializers import PlainAccount, account_columns


class MessageRow(NamedTuple):
    """The columns of a message, its sender's names, and whether one user has not read it."""

    pk: int
    related_question_id: int | None
    predecessor_id: int | None
    thread_id: int
    sender_id: Any
    text: str
    text_format: str | None
    type: str
    meta: Any
    has_attachments: bool
    created: datetime
    updated: datetime
    client_id: UUID | None
    instance: int | None
    asks: bool
    first_name: str | None
    last_name: str | None
    #: The id of the unread row; None for a message that the user sent or has read.
    unread_id: int | None

    @property
    def plain_text(self) -> str:
        """The text as it was typed or as the script says it."""
        return plain_text(self.text, self.text_format, by_script=self.asks)

    @property
    def sender(self) -> PlainAccount | None:
        """Return the account of the sender."""
        if self.sender_id is None:
            return None
        return PlainAccount(self.sender_id, self.first_name or "", self.last_name or "")


_COLUMNS: Final = (
    *list(MessageRow.__annotations__)[:15],
    "sender__first_name",
    "sender__last_name",
    "unread__id",
)
#: The number of page lengths whose queries stay compiled; others are compiled at each request.
_KEPT_MAX: Final = 100
_pages: Final[dict[tuple[int, bool], Prepared[Any]]] = {}


def shown_by_rows() -> bool:
    """Return whether a row has everything that messages show: the host has neither a filter nor its own accounts."""
    return not chat_settings.has("CHAT_MESSAGE_FILTER_QUERYSET") and account_columns() == (
        "first_name",
        "last_name",
    )


def rows_of_page(
    *, thread_id: int, reader: Any, beyond: int, newest_first: bool, limit: int
) -> list[MessageRow]:
    """Return at most `limit` messages after the id `beyond`, nearest first; with `newest_first` those before it."""
    page = _pages.get((limit, newest_first))
    if page is None:
        build = partial(_page, limit, newest_first)
        if len(_pages) >= _KEPT_MAX:
            return [MessageRow(*row) for row in build(thread_id, beyond, reader.pk)]
        name = f"{limit} messages, {'newest' if newest_first else 'oldest'} first"
        page = _pages[limit, newest_first] = Prepared(name, 3, build)
    return [MessageRow(*row) for row in page.values(thread_id, beyond, reader.pk)]


def rows_by_id(*, ids: Collection[int], reader: Any) -> list[MessageRow]:
    """Return the messages with these ids that were not deleted."""
    return [MessageRow(*row) for row in _BY_ID.values(reader.pk, [*ids])] if ids else []


def _page(limit: int, newest_first: bool, thread_id: int, beyond: int, reader_id: Any) -> QuerySet[Any, Any]:
    messages = Message.objects.filter(thread_id=thread_id)
    if newest_first:
        messages = messages.filter(pk__lt=beyond).order_by("-pk")
    else:
        messages = messages.filter(pk__gt=beyond).order_by("pk")
    return _rows(messages, reader_id)[:limit]


def _rows(messages: QuerySet[Message], reader_id: Any) -> QuerySet[Any, Any]:
    # At most one row; `Exists` would add a parameter besides the numbers.
    unread = FilteredRelation("unread_states", condition=Q(unread_states__user_id=reader_id))
    return messages.annotate(unread=unread).values_list(*_COLUMNS)


_BY_ID: Final = Prepared[Message](
    "messages by id",
    1,
    lambda reader_id, ids: _rows(Message.objects.filter(pk__in=ids), reader_id),
    ids=True,
)


def asking_in(reply: Any) -> int:
    """Return the id of the message whose asking a stored reply names, as a corrected answer does; else 0."""
    found = reply.get("asking") if isinstance(reply, dict) else None
    return found if isinstance(found, int) else 0
