"""The cursors of one socket: the last event of each thread that was sent to its client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Final

from django.db import InterfaceError, OperationalError

from chat_api.realtime.event_source import HistoryTrimmed, OpenThread, Outcome
from chat_api.realtime.fanout import Hub
from chat_api.realtime.group_names import thread_group
from chat_api.realtime.layer_exchange import Groups
from chat_api.realtime.socket.frames import frame
from chat_api.realtime.socket.outbox import Outbox
from chat_api.realtime.thread_pool import in_database
from chat_api.settings import chat_settings

logger = logging.getLogger("chat_api.realtime")

#: How many events are rendered at once, as waiting frames take memory for each listener.
_PART: Final = 50


class Streams:
    """A cursor for each thread: the sequence number of the last event that was sent.

    A hint that a thread has news sends the events between the cursor and the hint, so hints can be lost, duplicated
    and late. Loading the threads again, at each heartbeat, finds events without a hint. One task at a time moves the
    cursors, so events are sent in order, each once.
    """

    def __init__(self, hub: Hub, user_id: Any, outbox: Outbox, groups: Groups) -> None:
        self.threads: dict[int, OpenThread] = {}
        self._hub = hub
        self._user_id = user_id
        self._outbox = outbox
        self._groups = groups
        self._cursors: dict[int, int] = {}
        self._turn = asyncio.Lock()
        self._opened = False
        self._closed = False
        #: Whether `threads` may be out of date, because a change was announced and not loaded yet.
        self.unsure = False
        # The work that hints have requested since the last `deliver`.
        self._asked = asyncio.Event()
        self._heads: dict[int, int] = {}
        self._reload_requested = False
        self._heartbeat_requested = False

    def hint(self, thread_id: int, head: int) -> None:
        """Request that the next `deliver` sends the thread's events up to `head`."""
        self._heads[thread_id] = max(head, self._heads.get(thread_id, 0))
        self._asked.set()

    def request_reload(self, *, heartbeat: bool = False) -> None:
        """Request that the next `deliver` reloads the user's threads and, with `heartbeat`, sends a heartbeat."""
        self._reload_requested = self.unsure = True
        self._heartbeat_requested |= heartbeat
        self._asked.set()

    async def asked(self) -> None:
        """Wait until `deliver` has something to do."""
        await self._asked.wait()
        self._asked.clear()

    async def deliver(self) -> None:
        """Send the events announced by the hints since the last call. Raises `TooSlow`."""
        heads, self._heads = self._heads, {}
        reload, self._reload_requested = self._reload_requested, False
        heartbeat, self._heartbeat_requested = self._heartbeat_requested, False
        async with self._turn:
            if reload:
                await self._synchronise()
                self.unsure = self._reload_requested
            for thread_id, head in heads.items():
                await self._advance(thread_id, head)
            if heartbeat:
                await self._outbox.put_patiently(self._heartbeat())

    async def catch_up(self, thread_id: int, after: int) -> bool:
        """Send the events after `after` and then the outcome. Return False if the user cannot read the thread.

        Raises `TooSlow`.
        """
        async with self._turn:
            missed = await in_database(self._hub.event_source.catch_up, self._user_id, thread_id, after)
            if missed is None:
                return False
            ended = {"thread": thread_id, "outcome": missed.outcome, "head": missed.head}
            for text in (*missed.frames, frame("catch_up", ended)):
                await self._outbox.put_patiently(text)
            if thread_id in self._cursors:
                self._cursors[thread_id] = max(missed.head, self._cursors[thread_id])
        return True

    async def close(self) -> None:
        """Leave all threads."""
        self._closed = True
        for thread_id in self._cursors:
            self._hub.leave(thread_id, self._user_id)
        self.threads.clear()
        self._cursors.clear()
        await self._groups.leave_all()

    def _heartbeat(self) -> str:
        heads = {str(thread_id): opened.head for thread_id, opened in self.threads.items()}
        return frame("heartbeat", {"threads": heads})

    async def _synchronise(self) -> None:
        if await self._reopen():
            # There were no hints for events before the last group was joined.
            await self._reopen()
        self._opened = True
        for thread_id, opened in list(self.threads.items()):
            await self._advance(thread_id, opened.head)

    async def _reopen(self) -> bool:
        """Load the threads of the user; return whether there are new ones."""
        found: dict[int, OpenThread] = await in_database(self._hub.event_source.threads_of, self._user_id)
        if self._closed:
            return False
        gone = [thread_id for thread_id in self.threads if thread_id not in found]
        # Query this before anything changes, so that the next call starts over if the database fails now.
        left = await self._left([thread_id for thread_id in gone if self.threads[thread_id].live])
        if self._closed:
            return False
        new = [thread_id for thread_id in found if thread_id not in self.threads]
        self.threads = found
        for thread_id in gone:
            del self._cursors[thread_id]
            self._hub.leave(thread_id, self._user_id)
        for thread_id, opened in found.items():
            if thread_id in self._cursors:
                # The user may have left and come back; do not send events from in between.
                self._cursors[thread_id] = max(opened.start, self._cursors[thread_id])
            else:
                # Nothing was sent yet of a thread that the user joined while the socket was open.
                self._cursors[thread_id] = opened.start if self._opened else opened.head
                self._hub.join(thread_id, self._user_id)
        await self._groups.leave(*map(thread_group, gone))
        await self._groups.join(*map(thread_group, new))
        for thread_id in left:
            await self._outbox.put_patiently(frame("thread_left", {"thread": thread_id}))
        return bool(new)

    async def _left(self, thread_ids: Sequence[int]) -> list[int]:
        """Return which of the threads the user has left; the others are beyond WS_THREADS_MAX."""
        if not thread_ids:
            return []
        left: list[int] = await in_database(self._hub.event_source.threads_left, self._user_id, thread_ids)
        return left

    async def _advance(self, thread_id: int, head: int) -> None:
        """Send the thread's events after the cursor up to `head`, in parts."""
        while thread_id in self._cursors and head > (cursor := self._cursors[thread_id]):
            last = min(head, cursor + _PART)
            texts: Sequence[str | None] = ()
            try:
                if not self.threads[thread_id].live:
                    last = head
                elif head - cursor > chat_settings.EVENT_CATCH_UP_MAX:
                    raise HistoryTrimmed
                else:
                    texts = await self._hub.frames(thread_id, cursor + 1, last, self._user_id)
                    # Large events come in smaller parts; a user who has left the thread receives none.
                    last = cursor + len(texts) if texts else last
            except (OperationalError, InterfaceError):
                # The database is not available; the heartbeat retries.
                raise
            except Exception as error:
                if not isinstance(error, HistoryTrimmed):
                    logger.exception("Events of thread %s could not be rendered", thread_id)
                outcome = {"thread": thread_id, "outcome": Outcome.RESYNC, "head": head}
                last, texts = head, (frame("catch_up", outcome),)
            if thread_id not in self._cursors:
                return
            self._cursors[thread_id] = last
            for text in texts:
                if text is not None:
                    await self._outbox.put_patiently(text)
