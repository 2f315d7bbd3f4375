"""`?q=` on lists: the query, the visible messages that match it, and their highlights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.request import Request

from chat_api.chat import selectors, visibility
from chat_api.chat.choices import Permission
from chat_api.chat.message_rows import MessageRow
from chat_api.chat.models import Message, UserThread
from chat_api.lib.rest.openapi import Refusal
from chat_api.search.backends.base import RANK, search_backend
from chat_api.search.highlight import highlight
from chat_api.search.query import Query

_Q: Final = "q"
#: The name in `ordering` that sorts by relevance, and the column that it stands for.
RANK_ORDERING: Final = {"rank": RANK}
#: The order of found messages when the request names none.
DEFAULT_ORDER: Final = ("-id",)

_WORDS: Final = (
    "Words, which match the beginnings of words, and phrases in double quotes. All must match in the text or in the "
    "sender's full name, ignoring case and accents. Other characters have no special meaning. At most 500 characters "
    "and 20 words or phrases. Nothing is marked as read."
)
MESSAGES_PARAMETER: Final = OpenApiParameter(
    _Q,
    str,
    description=f"{_WORDS} Messages have a `highlight`. The newest come first, unless `ordering` says "
    "otherwise: `-rank` sorts the most relevant first.",
)
THREADS_PARAMETER: Final = OpenApiParameter(
    _Q, str, description=f"Only threads with a matching message. {_WORDS}"
)

REFUSALS: Final = {
    503: OpenApiResponse(
        Refusal, "With `q`: the search is not available now (`SEARCH_UNAVAILABLE`); all else is."
    )
}


def query_of(request: Request) -> Query | None:
    """Return the search query of the request, or None without one. Raises `InvalidInput` (q: TOO_LONG)."""
    raw = request.query_params.get(_Q, "")
    return Query.parse(raw) if raw else None


def is_ranked(request: Request) -> bool:
    """Return whether the request orders by relevance."""
    names = request.query_params.get("ordering", "").split(",")
    return any(name.strip().removeprefix("-") in RANK_ORDERING for name in names)


def messages_found(
    messages: QuerySet[Message], query: Query, *, thread_id: int, ranked: bool
) -> QuerySet[Message]:
    """Return those of a thread's visible messages that match."""
    return search_backend().matching(messages, query, thread_ids=[thread_id], ranked=ranked)


def threads_found(rows: QuerySet[UserThread], query: Query, *, users: Sequence[Any]) -> QuerySet[UserThread]:
    """Return the memberships with MESSAGES_READ in whose threads a message visible to all of `users` matches."""
    readable = selectors.with_permission(rows, Permission.MESSAGES_READ)
    thread_ids = list(readable.order_by().values_list("thread_id", flat=True))
    messages = Message.objects.filter(thread_id__in=thread_ids)
    for user in users:
        messages = visibility.filtered_by_host(messages, user=user)
    found = search_backend().matching(messages, query, thread_ids=thread_ids)
    return rows.filter(thread_id__in=found.order_by().values("thread_id"))


def highlights(messages: Iterable[Message | MessageRow], query: Query) -> dict[int, str]:
    """Return, by id, the text of each message with the matches marked."""
    return {message.pk: highlight(message.plain_text, query) for message in messages}
