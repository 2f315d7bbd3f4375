"""Indexing messages, in the transaction that writes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from django.contrib.auth.models import AbstractUser
from django.db.models.query_utils import DeferredAttribute

from chat_api.chat.models import Message, UserThread
from chat_api.lib.db.managers import accounts
from chat_api.lib.db.write_plan import WritePlan
from chat_api.lib.hooks import degraded
from chat_api.search.backends.base import Document, search_backend
from chat_api.search.normalization import searchable
from chat_api.settings import chat_settings

_COLUMNS_OF_NAME: Final = frozenset({"first_name", "last_name"})


def index(
    plan: WritePlan, messages: Sequence[Message], *, thread_type: str, members: Iterable[UserThread]
) -> None:
    """Index messages of one thread with the plan, unless the host excludes threads of its type.

    Loaded users of `members` save a query.
    """
    if not messages or chat_settings.thread_switch((thread_type, "NOT_INDEXED")):
        return
    search_backend().index_with(plan, documents_of(messages, _known_users(messages, members)))


def forget(message_ids: Collection[int]) -> None:
    """Remove messages from the index."""
    search_backend().remove(message_ids)


def documents_of(messages: Iterable[Message], known: Mapping[Any, Any]) -> list[Document]:
    """Return the index documents of messages; senders who are not `known` are loaded in one query."""
    messages = list(messages)
    unknown = {message.sender_id for message in messages} - known.keys() - {None}
    users = {**known, **(accounts().in_bulk(unknown) if unknown else {})}
    names = {pk: searchable(full_name(user)) for pk, user in users.items()}
    return [
        Document(
            message_id=message.pk,
            thread_id=message.thread_id,
            text=searchable(message.plain_text),
            sender_name=names.get(message.sender_id, ""),
        )
        for message in messages
    ]


def full_name(user: Any) -> str:
    """Return the user's full name; empty where the host's users have none, or computing it fails."""
    model: Any = type(user)
    if _has_djangos_name(model) and user.__dict__.keys() >= _COLUMNS_OF_NAME:
        # No code of the host runs, so no guard is needed.
        name: str = user.get_full_name()
        return name
    return degraded(
        "AUTH_USER_MODEL", lambda: str(getattr(user, "get_full_name", lambda: "")() or ""), fallback=""
    )


@cache
def _has_djangos_name(model: type[Any]) -> bool:
    """Return whether users of that class have the two names and the full name of Django's own."""
    columns = all(isinstance(getattr(model, name, None), DeferredAttribute) for name in _COLUMNS_OF_NAME)
    return columns and getattr(model, "get_full_name", None) is AbstractUser.get_full_name


def _known_users(messages: Sequence[Message], members: Iterable[UserThread]) -> dict[Any, Any]:
    """Return the users among the senders that are loaded already."""
    of_messages = [(message, "sender") for message in messages]
    of_members = [(member, name) for member in members for name in ("user", "automated_sender")]
    kept = [row._state.fields_cache.get(name) for row, name in [*of_messages, *of_members]]
    senders = {message.sender_id for message in messages}
    return {user.pk: user for user in kept if user is not None and user.pk in senders}
