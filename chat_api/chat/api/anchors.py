"""Pages of messages relative to an anchor: before it, after it, or around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError

from chat_api.chat.documents import AnyMessage
from chat_api.chat.message_rows import MessageRow, rows_of_page, shown_by_rows
from chat_api.chat.models import Message
from chat_api.lib.rest.relations import ID_MAX
from chat_api.lib.rest.views import count_within

M = TypeVar("M", bound=AnyMessage)

_ANCHORS: Final = {
    "before": "The id of a message: return the messages that precede it.",
    "after": "The id of a message: return the messages that follow it.",
    "around": "The id of a message: return it with the messages before and after it that fit on the page.",
}
#: Query parameters with which a page needs no queryset.
_OF_PLAIN_PAGES: Final = frozenset(
    {"limit", "ordering", "before", "after", "fields", "include_fields", "mark_read"}
)
ANCHOR_PARAMETERS: Final = [
    OpenApiParameter(name, OpenApiTypes.INT, description=text) for name, text in _ANCHORS.items()
]


def page_of(view: Any, messages: QuerySet[Message]) -> list[Message]:
    """Return the requested page, in the order of `messages`. Raises `ValidationError` (400)."""
    given = {name: view.request.query_params[name] for name in _ANCHORS if name in view.request.query_params}
    if not given:
        page: list[Message] = view.page_of(messages)
        return page
    if len(given) > 1:
        raise ValidationError({name: ["ONE_ANCHOR_ONLY"] for name in given})
    ((name, raw),) = given.items()
    if not raw.isdecimal() or len(raw) > len(str(ID_MAX)) or int(raw) > ID_MAX:
        raise ValidationError({name: ["Enter a whole number."]})
    order = messages.query.order_by
    if order not in (("id",), ("-id",)):
        raise ValidationError({"ordering": ["An anchor goes with ordering by id only."]})
    newest_first = order == ("-id",)
    if name == "around":
        return _around(view, messages, int(raw), newest_first)
    nearest = (
        messages.filter(pk__lt=int(raw)).order_by("-id")
        if name == "before"
        else messages.filter(pk__gt=int(raw)).order_by("id")
    )
    page = view.page_of(nearest)
    return sorted(page, key=lambda message: message.pk, reverse=newest_first)


def plain_page(view: Any) -> list[MessageRow] | None:
    """Return the page as plain rows, where they suffice and the request has only an order by id and an anchor."""
    params = view.request.query_params
    if not _OF_PLAIN_PAGES.issuperset(params) or not shown_by_rows():
        return None
    order, limit = params.get("ordering", "id"), view.plain_limit()
    given = [name for name in _ANCHORS if name in params]
    if order not in ("id", "-id") or limit is None or len(given) > 1:
        return None
    from_newest = order == "-id" if not given else given == ["before"]
    beyond = ID_MAX if from_newest else 0
    if given:
        raw = params[given[0]]
        if not raw.isdecimal() or len(raw) > len(str(ID_MAX)) or int(raw) > ID_MAX:
            return None
        beyond = int(raw)
    rows = rows_of_page(
        thread_id=view.kwargs["thread_id"],
        reader=view.request.user,
        beyond=beyond,
        newest_first=from_newest,
        limit=limit,
    )
    page: list[MessageRow] = view.hold_page(rows, limit)
    return page if from_newest == (order == "-id") else page[::-1]


def within_bytes(view: Any, messages: Sequence[M], size_of: Callable[[M], int]) -> Sequence[M]:
    """Return as many messages of the page as fit PAGE_BYTES_MAX: with an anchor, those nearest to it."""
    name = next((name for name in _ANCHORS if name in view.request.query_params), None)
    if name is None:
        kept: Sequence[M] = view.within_bytes(messages, size_of)
        return kept
    anchor = int(view.request.query_params[name])
    nearest = sorted(messages, key=lambda message: (abs(message.pk - anchor), message.pk))
    if name == "around":
        count = count_within(nearest, size_of)
    else:
        # The page was loaded by distance, too, so that its `next` continues after the farthest message.
        count = len(view.within_bytes(nearest, size_of))
    near = {message.pk for message in nearest[:count]}
    return [message for message in messages if message.pk in near]


def _around(view: Any, messages: QuerySet[Message], anchor: int, newest_first: bool) -> list[Message]:
    limit = view.page_size()
    before = messages.filter(pk__lt=anchor).order_by("-id").values_list("pk", flat=True)
    after = messages.filter(pk__gte=anchor).order_by("id").values_list("pk", flat=True)
    ids = [*before[: limit // 2], *after[: limit - limit // 2]]
    page = view.page_of(messages.filter(pk__in=ids))
    return sorted(page, key=lambda message: message.pk, reverse=newest_first)
