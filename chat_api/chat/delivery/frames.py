"""The frames of a thread's events, for many recipients at once; content that they share is encoded once."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any, Final

from chat_api.chat.choices import Permission
from chat_api.chat.delivery.audience import View, Viewer, viewers_of
from chat_api.chat.delivery.thread_frames import MessageWriter, ThreadWriter, large_message
from chat_api.chat.documents import flag_event_document
from chat_api.chat.models import Thread
from chat_api.chat.permissions.results import sees_results_of
from chat_api.lib.hooks import hook_scope
from chat_api.lib.languages import language_of
from chat_api.lib.rest.selection import Selection, cut
from chat_api.raised_flags.models import Flag
from chat_api.realtime import events
from chat_api.realtime.event_source import Frames, HistoryTrimmed
from chat_api.realtime.models import ThreadEvent
from chat_api.realtime.socket.frames import as_json, event_frame, joined, skipped
from chat_api.settings import chat_settings


def frames_of(
    *, thread_id: int, first: int, last: int, user_ids: Collection[Any], live: bool, guest: Any = None
) -> dict[Any, Frames]:
    """Return the frames of the events `first` to `last` by user, in order.

    The list of a user who is neither a member nor subscribed (nor the `guest`, see `viewers_of`) is empty. Other lists
    have an entry for each event: None if the event is from before the user joined or, with `live`, if the user does not
    want live events. The frame of an event that is hidden from the user is `skipped`; a frame larger than
    WS_FRAME_OUT_MAX is replaced by a small one with `too_large`. Raises `HistoryTrimmed` if events are missing.

    When the frames of all users together exceed EVENT_BATCH_BYTES_MAX, all lists end after that event; the caller
    requests the rest.
    """
    with hook_scope():
        return _frames_of(
            thread_id=thread_id, first=first, last=last, user_ids=user_ids, live=live, guest=guest
        )


def _frames_of(
    *, thread_id: int, first: int, last: int, user_ids: Collection[Any], live: bool, guest: Any
) -> dict[Any, Frames]:
    frames: dict[Any, list[str | None]] = {user_id: [] for user_id in user_ids}
    thread = Thread.objects.filter(pk=thread_id).first()
    if thread is None:
        return frames  # type: ignore[return-value]
    rows = list(ThreadEvent.objects.filter(thread_id=thread_id, seq__range=(first, last)).order_by("seq"))
    if len(rows) != last - first + 1:
        raise HistoryTrimmed
    viewers = viewers_of(thread, user_ids, guest=guest)
    recipients = [viewer for viewer in viewers if viewer.live or not live]
    writer = _FrameWriter(thread, recipients, rows)
    made = 0
    for row in rows:
        for viewer in viewers:
            text = None
            if (viewer.live or not live) and row.seq > viewer.member.history_start:
                text = writer.frame(viewer, row)
                made += len(text)
            frames[viewer.user.pk].append(text)
        if made > chat_settings.EVENT_BATCH_BYTES_MAX:
            break
    return frames  # type: ignore[return-value]


class _FrameWriter:
    """Writes the frames of some events of a thread for some viewers."""

    def __init__(self, thread: Thread, viewers: Collection[Viewer], rows: Collection[ThreadEvent]) -> None:
        self._thread = thread
        self._limit: Collection[str] | None = chat_settings.thread_switch((thread.type, "LIMIT_FIELDS_TO"))
        self._view = View(thread, viewers, _messages_named(rows))
        self._messages = MessageWriter(self._view)
        self._threads = ThreadWriter(self._view)
        self._flags = _flags_named(rows)

    def frame(self, viewer: Viewer, row: ThreadEvent) -> str:
        """Return the event as the viewer gets it."""
        data = _DATA[row.name](self, viewer, row.data)
        if data is None:
            return skipped(thread_id=self._thread.pk, seq=row.seq)
        text = event_frame(row.name, thread_id=self._thread.pk, seq=row.seq, data=data)
        if len(text) <= chat_settings.WS_FRAME_OUT_MAX:
            return text
        return event_frame(
            row.name, thread_id=self._thread.pk, seq=row.seq, data=as_json(self._too_large(row))
        )

    def _too_large(self, row: ThreadEvent) -> dict[str, Any]:
        """Return a placeholder for data larger than WS_FRAME_OUT_MAX, with enough to load the data over REST."""
        if row.name == events.MessageCreatedOrUpdated.name:
            return large_message(row.data["message"], self._thread.pk)
        if row.name == events.MessagesRead.name:
            return {"thread": self._thread.pk, "user": row.data["user"], "too_large": True}
        if row.name == events.RunCorrected.name:
            return {"thread": self._thread.pk, "message": row.data["message"], "too_large": True}
        if row.name == events.FlagRaised.name:
            return {"id": row.data["flag"], "thread": self._thread.pk, "too_large": True}
        return {"id": self._thread.pk, "too_large": True}

    def message(self, viewer: Viewer, data: dict[str, Any]) -> str | None:
        """Return the message as it is now; if it is deleted, only its ids, `deleted` and the viewer's `unread`."""
        pk = data["message"]
        row = self._view.messages.get(pk)
        if row is None or not self._view.sees(viewer, pk):
            return None
        if row.deleted:
            unread = self._view.unread_count(viewer)
            return as_json({"id": pk, "thread": self._thread.pk, "deleted": True, "unread": unread})
        pieces = self._messages.pieces(viewer, pk)
        if self._limit is None or "thread_data" in self._limit:
            pieces = {**pieces, "thread_data": self._threads.text(viewer)}
        else:
            inside = Selection(only=frozenset(self._limit)).inside("thread_data")
            if inside.only:
                shown = cut(json.loads(self._threads.text(viewer)), inside)
                pieces = {**pieces, "thread_data": as_json(shown)}
        return joined(pieces)

    def read(self, viewer: Viewer, data: dict[str, Any]) -> str | None:
        """Return who has read which of the messages visible to the viewer; None if there are no such messages.

        Only members get it. For the reader it includes their number of unread messages: the client could not count
        them, because a frame shows what has been read by the time it is encoded.
        """
        seen = [pk for pk in data["messages"] if self._view.sees(viewer, pk)]
        if viewer.subscribes or not seen:
            return None
        shown = {"thread": self._thread.pk, "user": data["user"], "messages": seen}
        if str(viewer.user.pk) == str(data["user"]):
            shown["unread"] = self._view.unread_count(viewer)
        return as_json(shown)

    def corrected(self, viewer: Viewer, data: dict[str, Any]) -> str | None:
        """Return which message corrects an answer, and which it supersedes; None if the viewer does not see it."""
        if not self._view.sees(viewer, data["message"]):
            return None
        shown = {"message": data["message"], "superseded": data["superseded"]}
        return as_json({"thread": self._thread.pk, **shown})

    def thread(self, viewer: Viewer, data: dict[str, Any]) -> str | None:
        """Return the thread as the viewer's own object."""
        return self._threads.text(viewer) if viewer.member.may(Permission.THREAD_READ) else None

    def flag(self, viewer: Viewer, data: dict[str, Any]) -> str | None:
        """Return the flag as it is now, its label in the viewer's language.

        Returns None if the flag is gone, and for viewers who see no results of the respondent.
        """
        flag = self._flags.get(data["flag"])
        if flag is None or flag.run is None:
            return None
        respondent_id = flag.run.user_thread.user_id
        sees = sees_results_of("flags", user=viewer.user, member=viewer.member, respondent_id=respondent_id)
        return as_json(flag_event_document(flag, language_of(viewer.user))) if sees else None


_DATA: Final[dict[str, Callable[[_FrameWriter, Viewer, dict[str, Any]], str | None]]] = {
    events.MessageCreatedOrUpdated.name: _FrameWriter.message,
    events.MessagesRead.name: _FrameWriter.read,
    events.ThreadUpdated.name: _FrameWriter.thread,
    events.RunCorrected.name: _FrameWriter.corrected,
    events.FlagRaised.name: _FrameWriter.flag,
}


def _messages_named(rows: Collection[ThreadEvent]) -> set[int]:
    named = {row.data["message"] for row in rows if "message" in row.data}
    if not any(map(chat_settings.has, ("CHAT_MESSAGE_USER_FILTER", "CHAT_MESSAGE_FILTER_QUERYSET"))):
        return named
    # Messages that were read are looked up only where some of them could be hidden.
    return named.union(*(row.data["messages"] for row in rows if "messages" in row.data))


def _flags_named(rows: Collection[ThreadEvent]) -> dict[int, Flag]:
    named = {row.data["flag"] for row in rows if row.name == events.FlagRaised.name}
    if not named:
        return {}
    flags = Flag.objects.filter(pk__in=named).select_related("schema", "run__user_thread")
    return {flag.pk: flag for flag in flags}
