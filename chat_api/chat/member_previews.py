"""Numbers of members of threads, and the members themselves where they are few enough to be shown with the thread."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db.models import Count, F, QuerySet, Subquery, Window

from chat_api.chat import selectors
from chat_api.chat.models import UserThread
from chat_api.lib.db.prepared import Prepared
from chat_api.lib.db.transactions import chat_database
from chat_api.lib.db.writes import Question
from chat_api.settings import chat_settings
from chat_api.utils.serializers import PlainAccount, account_columns


@dataclass(frozen=True, slots=True)
class Crowd:
    """The members of a thread: `users` in the order in which they joined; None if too many, or not requested."""

    count: int
    users: Sequence[Any] | None


#: The columns of users that are shown by default.
_NAMES: Final = ("first_name", "last_name")
_PREVIEW: Final = ("pk", *_NAMES, "members_count", "unread")

NOBODY: Final = Crowd(0, ())


def crowds_of(*, thread_ids: Collection[int], with_users: bool = True) -> dict[int, Crowd]:
    """Return the members of each thread, the users of those with at most THREAD_USERS_DATA_MAX.

    One query for one thread, two for any number of them.
    """
    most: int = chat_settings.THREAD_USERS_DATA_MAX
    if len(thread_ids) == 1 and with_users:
        (thread_id,) = thread_ids
        return {thread_id: _crowd(*_count_and_first_users(thread_id, most + 1))}
    counts = _counts(thread_ids)
    if not with_users:
        return {thread_id: Crowd(counts.get(thread_id, 0), None) for thread_id in thread_ids}
    small = [thread_id for thread_id in thread_ids if counts.get(thread_id, 0) <= most]
    users_of = _users_by_thread(small)
    return {thread_id: Crowd(counts.get(thread_id, 0), users_of.get(thread_id)) for thread_id in thread_ids}


def _counts(thread_ids: Collection[int]) -> dict[int, int]:
    counts: Any = _MEMBER_COUNTS.values([*thread_ids]) if thread_ids else ()
    return dict(counts)


_MEMBER_COUNTS: Final = Prepared[UserThread](
    "member counts",
    0,
    lambda thread_ids: (
        UserThread.objects.filter(thread_id__in=thread_ids)
        .order_by()
        .values("thread_id")
        .annotate(number=Count("pk"))
        .values_list("thread_id", "number")
    ),
    ids=True,
)


def _users_by_thread(thread_ids: Collection[int]) -> dict[int, list[Any]]:
    users: dict[int, list[Any]] = {thread_id: [] for thread_id in thread_ids}
    columns = account_columns()
    if columns == _NAMES and thread_ids:
        for thread_id, *names in _ACCOUNTS_OF_THREADS.values([*thread_ids]):
            users[thread_id].append(PlainAccount(*names))
        return users
    for user in _members(columns, thread_ids).annotate(of_thread_id=F("chat_api_threads__thread_id")):
        users[user.of_thread_id].append(user)
    return users


def _members(columns: tuple[str, ...] | None, thread_ids: Collection[int]) -> QuerySet[Any]:
    return (
        _accounts(columns).filter(chat_api_threads__thread_id__in=thread_ids).order_by("chat_api_threads__pk")
    )


_ACCOUNTS_OF_THREADS: Final = Prepared[Any](
    "accounts of threads",
    0,
    lambda thread_ids: _members(_NAMES, thread_ids).values_list(
        "chat_api_threads__thread_id", "pk", "first_name", "last_name"
    ),
    ids=True,
)


def _accounts(columns: tuple[str, ...] | None) -> QuerySet[Any]:
    # They are joined with memberships, so they are read from the same database.
    users = get_user_model()._default_manager.using(chat_database())
    return users if columns is None else users.only("pk", *columns)


def _count_and_first_users(thread_id: int, most: int) -> tuple[int, list[Any]]:
    columns = account_columns()
    if columns != _NAMES:
        users = list(_first_users(columns, most, thread_id))
        return (users[0].members_count if users else 0), users
    rows = _plain_users(most).values(thread_id)
    return (rows[0][-1] if rows else 0), [PlainAccount(*row[:-1]) for row in rows]


@dataclass(frozen=True, slots=True)
class ThreadPreview:
    """Values that a thread shows to one member besides its columns."""

    #: How many messages of the thread the member has not read.
    unread: int
    #: None if the host decides how users are shown.
    crowd: Crowd | None


def preview_question(*, user_id: Any, thread_id: int) -> Question:
    """Return the query whose rows `preview_of` turns into the thread's preview for the user."""
    if account_columns() != _NAMES:
        return selectors.UNREAD_COUNT.question(user_id, thread_id)
    most = chat_settings.THREAD_USERS_DATA_MAX + 1
    return _previews(most).question(user_id, thread_id)


def preview_of(rows: Sequence[Sequence[Any]], *, new: int) -> ThreadPreview:
    """Return the preview from the rows of `preview_question`, with `new` more unread messages."""
    first: Sequence[Any] = rows[0] if rows else (0,)
    unread = (first[-1] or 0) + new
    if len(first) == 1:
        return ThreadPreview(unread, None)
    return ThreadPreview(unread, _crowd(first[-2], [PlainAccount(*row[:3]) for row in rows]))


def _crowd(count: int, first_users: list[Any]) -> Crowd:
    return Crowd(count, first_users if count <= chat_settings.THREAD_USERS_DATA_MAX else None)


def _first_users(columns: tuple[str, ...] | None, most: int, thread_id: int) -> Any:
    members = _accounts(columns).filter(chat_api_threads__thread_id=thread_id)
    # It counts all of them, whatever the limit.
    counted = members.annotate(members_count=Window(Count("chat_api_threads__pk")))
    return counted.order_by("chat_api_threads__pk")[:most]


def _first_plain_users(most: int, thread_id: int) -> Any:
    users = _first_users(_NAMES, most, thread_id)
    return users.values_list("pk", *_NAMES, "members_count")


def _unread_and_first_users(most: int, user_id: Any, thread_id: int) -> Any:
    unread = Subquery(selectors.unread_count(user_id, thread_id))
    return _first_plain_users(most, thread_id).annotate(unread=unread).values_list(*_PREVIEW)


# Compiled for each bound in use: one, except for hosts that change their settings.
@cache
def _plain_users(most: int) -> Prepared[Any]:
    return Prepared(f"first {most} accounts of a thread", 1, partial(_first_plain_users, most))


@cache
def _previews(most: int) -> Prepared[Any]:
    name = f"unread and first {most} accounts of a thread"
    return Prepared(name, 2, partial(_unread_and_first_users, most))
