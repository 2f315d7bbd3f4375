"""Threads and messages in frames, encoded for many viewers; content that some of them share is encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from chat_api.chat.delivery.audience import View, Viewer
from chat_api.chat.documents import message_document, thread_document
from chat_api.chat.member_previews import Crowd, crowds_of
from chat_api.chat.models import Thread, UserThread
from chat_api.chat.serializers.document_contexts import columns_context, message_context, reader_of
from chat_api.chat.serializers.responses import ThreadSerializer
from chat_api.lib.background_requests import BackgroundRequest
from chat_api.lib.rest.accounts import Accounts
from chat_api.lib.rest.selection import EVERYTHING, Selection, cut
from chat_api.realtime.socket.frames import as_json, joined
from chat_api.settings import chat_settings

#: The fields of a thread that are encoded separately, as its other fields are the same for most viewers.
_SEPARATE: Final = frozenset({"users_data", "users_count", "last_message_data", "question_data"})
_COLUMNS: Final = frozenset(ThreadSerializer.Meta.fields) - _SEPARATE
#: The columns of a membership by which two viewers' objects can differ.
_COMPARED: Final = tuple(
    field.attname
    for field in UserThread._meta.concrete_fields
    if field.name
    not in ("id", "user", "thread", "last_message", "variables_pool", "values", "history_start", "run")
)
#: The last message of a thread takes at most 1/n of a frame.
_SHARE_OF_LAST_MESSAGE: Final = 4


def large_message(pk: int, thread_id: int) -> dict[str, Any]:
    """Return the placeholder for a message that is too large for a frame: it is loaded over REST."""
    return {"id": pk, "thread": thread_id, "too_large": True}


def context_for(thread: Thread, viewer: Viewer) -> dict[str, Any]:
    """Return the context for what this viewer sees; its request records whether the result is for them alone."""
    return {
        "viewer": viewer.user,
        "thread_type": thread.type,
        "request": BackgroundRequest(viewer.user),
    }


class MessageWriter:
    """Encodes messages of one thread. Content that viewers share is encoded once, for the first of them."""

    def __init__(self, view: View, selection: Selection = EVERYTHING) -> None:
        self._view = view
        self._selection = selection
        self._shared: dict[int, dict[str, str]] = {}
        self._texts: dict[tuple[int, bool, bool], dict[str, str]] = {}
        self._whole: dict[tuple[str, ...], str] = {}

    def pieces(self, viewer: Viewer, pk: int) -> dict[str, str]:
        """Return the message's fields, their values as JSON. The caller must not change it."""
        message = self._view.messages[pk]
        is_read, is_own = self._view.has_read(viewer, message), message.is_by(viewer.user)
        # Attachments may be visible to one viewer and hidden from another.
        if pk not in self._shared or message.has_attachments:
            pieces, shared = self._encode(viewer, pk)
            if not shared or message.has_attachments:
                return pieces
            self._shared[pk] = pieces
        key = (pk, is_read, is_own)
        if key not in self._texts:
            own = {"is_read": as_json(is_read), "is_own": as_json(is_own)}
            self._texts[key] = {name: own.get(name, value) for name, value in self._shared[pk].items()}
        return self._texts[key]

    def text(self, viewer: Viewer, pk: int) -> str:
        """Return the message as JSON."""
        pieces = self.pieces(viewer, pk)
        key = tuple(pieces.values())
        if key not in self._whole:
            self._whole[key] = joined(pieces)
        return self._whole[key]

    def _encode(self, viewer: Viewer, pk: int) -> tuple[dict[str, str], bool]:
        context = context_for(self._view.thread, viewer)
        message = self._view.messages[pk]
        unread = () if self._view.has_read(viewer, message) else (pk,)
        shown = message_context(
            [message],
            reader=reader_of(context),
            selection=self._selection,
            unread=unread,
            attachments=self._view.attachments,
        )
        document = message_document(message, shown)
        return {key: as_json(value) for key, value in document.items()}, not context["request"].names_user


class ThreadWriter:
    """Encodes a thread as each of its viewers sees it, cut to WS_THREAD_FIELDS."""

    def __init__(self, view: View) -> None:
        self._view = view
        fields = chat_settings.WS_THREAD_FIELDS
        self._selection = Selection() if fields is None else Selection(only=frozenset(fields) | {"id"})
        self._columns = Selection(only=frozenset(filter(self._selection.wants, _COLUMNS)))
        self._last = MessageWriter(view, self._selection.inside("last_message_data"))
        self._texts: dict[Any, str] = {}
        self._whole: dict[tuple[str, ...], str] = {}
        self._alike: dict[tuple[Any, ...], dict[str, str]] = {}
        self._crowd: Crowd | None = None
        self._users_of_all: str | None = None

    def text(self, viewer: Viewer) -> str:
        """Return the thread as JSON, the viewer's own object."""
        if viewer.user.pk not in self._texts:
            self._texts[viewer.user.pk] = self._joined(viewer)
        return self._texts[viewer.user.pk]

    def _joined(self, viewer: Viewer) -> str:
        shared, own = self._shared_pieces(viewer), self._own_pieces(viewer)
        # The same texts under the same names: joined once, and kept in memory once.
        key = (*shared.values(), *own.values())
        if key not in self._whole:
            self._whole[key] = joined({**shared, **own})
        return self._whole[key]

    def _shared_pieces(self, viewer: Viewer) -> dict[str, str]:
        """Return the columns of the membership, encoded once for all viewers for whom they are equal."""
        member = viewer.member
        if member.variables_pool:
            # No other membership equals it.
            return self._encode(viewer)
        key = (self._view.unread_count(viewer), *(getattr(member, name) for name in _COMPARED))
        found = self._alike.get(key)
        if found is None:
            found = self._alike[key] = self._encode(viewer)
        return found

    def _encode(self, viewer: Viewer) -> dict[str, str]:
        unread = {viewer.member.thread_id: self._view.unread_count(viewer)}
        reader = reader_of(context_for(self._view.thread, viewer))
        shown = columns_context(reader, selection=self._columns, unread=unread)
        return {key: as_json(value) for key, value in thread_document(viewer.member, shown).items()}

    def _own_pieces(self, viewer: Viewer) -> dict[str, str]:
        pieces: dict[str, str] = {}
        wants = self._selection.wants
        if wants("last_message_data"):
            last = self._view.last_message(viewer)
            pieces["last_message_data"] = "null" if last is None else self._last_message(viewer, last.pk)
        if wants("question_data"):
            question = self._view.question(viewer)
            pieces["question_data"] = as_json(cut(question, self._selection.inside("question_data")))
        if wants("users_data") or wants("users_count"):
            pieces |= self._users(viewer)
        return pieces

    def _last_message(self, viewer: Viewer, pk: int) -> str:
        text = self._last.text(viewer, pk)
        # A large last message must not keep every frame of the thread from being sent.
        if len(text) <= chat_settings.WS_FRAME_OUT_MAX // _SHARE_OF_LAST_MESSAGE:
            return text
        return as_json(large_message(pk, self._view.thread.pk))

    def _users(self, viewer: Viewer) -> dict[str, str]:
        thread_id = self._view.thread.pk
        if self._crowd is None:
            wants_users = self._selection.wants("users_data")
            self._crowd = crowds_of(thread_ids=[thread_id], with_users=wants_users)[thread_id]
        pieces = {}
        if self._selection.wants("users_count"):
            pieces["users_count"] = as_json(self._crowd.count)
        users = "" if self._crowd.users is None else self._users_text(viewer, self._crowd.users)
        if users and len(users.encode()) <= chat_settings.WS_USERS_DATA_BYTES_MAX:
            pieces["users_data"] = users
        return pieces

    def _users_text(self, viewer: Viewer, users: Sequence[Any]) -> str:
        if self._users_of_all is not None:
            return self._users_of_all
        context = context_for(self._view.thread, viewer)
        accounts = Accounts(context, self._selection.inside("users_data"))
        text = as_json(accounts.documents(users))
        if not context["request"].names_user:
            self._users_of_all = text
        return text
