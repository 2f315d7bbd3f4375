"""The filters and the order of an account's threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.request import Request

from chat_api.chat import selectors
from chat_api.chat.choices import State
from chat_api.chat.models import UserThread
from chat_api.chat.permissions.results import open_flags_visible_to
from chat_api.chat.serializers.responses import ThreadSerializer
from chat_api.lib.rest.filter_values import kind_of, read_list, read_switch
from chat_api.lib.rest.filters import ColumnFilters, Columns, Filter, TotalOrdering

Rows = QuerySet[UserThread]

#: By the name in `ordering`: `id` is the id of the thread.
_ORDERINGS: Final = {"id": "thread_id", "created": "created", "updated": "updated"}
_ME: Final = "me"
_NOBODY: Final = "none"
_SWITCH: Final = {"type": "boolean"}
_STATES: Final = {"type": "array", "items": {"type": "string", "enum": [state.value for state in State]}}


def _read_states(raw: str) -> list[str]:
    kind: Any = kind_of(UserThread._meta.get_field("state"))
    return read_list(kind.read_exact)(raw)


def _read_assignee(raw: str) -> Any:
    word = raw.strip().lower()
    if word in (_ME, _NOBODY):
        return word
    kind = kind_of(get_user_model()._meta.pk)
    try:
        if kind is not None:
            return kind.read_exact(raw)
    except ValidationError:
        pass
    raise ValidationError("Enter `me`, `none` or the id of a user.")


#: The lookups are the names of the functions in `_MATCHING`.
COLUMNS: Final = Columns(
    filters={
        "unread": Filter(
            "unread", read_switch, _SWITCH, "Whether the account has unread messages in the thread."
        ),
        "flagged": Filter(
            "flagged",
            read_switch,
            _SWITCH,
            "Whether an answer in the thread has raised a flag that is not cleared. Only flags that the requester sees "
            "count: for those who see none, no thread is flagged.",
        ),
        "assigned": Filter(
            "assigned",
            _read_assignee,
            {"type": "string"},
            "The user to whom the thread is assigned: an id, `me` for the requester, or `none`.",
        ),
        "state": Filter(
            "state", _read_states, _STATES, "The account's state: one, or several separated by commas."
        ),
    },
    ordering=_ORDERINGS,
    ignored=frozenset(ThreadSerializer.Meta.fields) - _ORDERINGS.keys(),
)


def _unread(rows: Rows, wanted: bool, view: Any) -> Rows:
    return _among(rows, selectors.unread_in_threads(user=view.owner).values("thread_id"), wanted)


def _flagged(rows: Rows, wanted: bool, view: Any) -> Rows:
    flags = open_flags_visible_to(user=view.request.user)
    return _among(rows, flags.values("run__user_thread__thread_id"), wanted)


def _among(rows: Rows, thread_ids: QuerySet[Any, Any], wanted: bool) -> Rows:
    return rows.filter(thread_id__in=thread_ids) if wanted else rows.exclude(thread_id__in=thread_ids)


def _assigned(rows: Rows, wanted: Any, view: Any) -> Rows:
    key = {_ME: view.request.user.pk, _NOBODY: None}.get(wanted, wanted)
    return rows.filter(thread__assigned_to=key)


def _in_states(rows: Rows, states: list[str], view: Any) -> Rows:
    return rows.filter(state__in=states)


_MATCHING: Final[Mapping[str, Callable[[Rows, Any, Any], Rows]]] = {
    "unread": _unread,
    "flagged": _flagged,
    "assigned": _assigned,
    "state": _in_states,
}


class ThreadFilters(ColumnFilters):
    """Keeps the threads that match every filter of the request; empty values are ignored."""

    def matching(self, rows: Rows, wanted: Mapping[str, Any], *, request: Request, view: Any) -> Rows:
        """Return the matching threads of the account `view.owner`, as the requester may filter them."""
        for name, value in wanted.items():
            rows = _MATCHING[name](rows, value, view)
        return rows


BACKENDS: Final = (ThreadFilters, TotalOrdering)
