"""Letting the search know of messages, in the transaction that writes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from html import unescape
from typing import TYPE_CHECKING, Any

from chat_api.chat.models import Message
from chat_api.lib.db.managers import accounts
from chat_api.lib.hooks import degraded
from chat_api.search.backends.base import Document, search_backend
from chat_api.search.normalization import searchable
from chat_api.settings import chat_settings, optimization

if TYPE_CHECKING:
    from chat_api.chat.actions.change import Posting


def index(posting: Posting, messages: Sequence[Message]) -> None:
    """Let the posting's messages be found, unless the host leaves its type of thread out."""
    if not messages or optimization(posting.thread.type, "NOT_INDEXED"):
        return
    search_backend().index(documents_of(messages, _known_users(posting, messages)))


def forget(message_ids: Collection[int]) -> None:
    """Let messages not be found any more."""
    search_backend().remove(message_ids)


def documents_of(messages: Iterable[Message], known: Mapping[Any, Any]) -> list[Document]:
    """Give the messages as they are searched; the senders that are not `known` are read in one query."""
    messages = list(messages)
    unknown = {message.sender_id for message in messages} - known.keys() - {None}
    users = {**known, **(accounts().in_bulk(unknown) if unknown else {})}
    names = {pk: searchable(full_name(user)) for pk, user in users.items()}
    return [
        Document(
            message_id=message.pk,
            thread_id=message.thread_id,
            text=searchable(plain_text(message.text)),
            sender_name=names.get(message.sender_id, ""),
        )
        for message in messages
    ]


def plain_text(stored: str) -> str:
    """Give a stored text as it was written."""
    return unescape(stored) if chat_settings.ESCAPE_TEXT else stored


def full_name(user: Any) -> str:
    """Return the user's full name; empty where the host's users have none, or cannot say it."""
    return degraded(
        "AUTH_USER_MODEL", lambda: str(getattr(user, "get_full_name", lambda: "")() or ""), fallback=""
    )


def _known_users(posting: Posting, messages: Sequence[Message]) -> dict[Any, Any]:
    """Give the users among the senders that were read already."""
    holders = [(message, "sender") for message in messages]
    members = [(member, name) for member in posting.known_members for name in ("user", "automated_sender")]
    kept = [row._state.fields_cache.get(name) for row, name in [*holders, *members]]
    senders = {message.sender_id for message in messages}
    return {user.pk: user for user in kept if user is not None and user.pk in senders}
