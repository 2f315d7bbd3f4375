"""Fan-out to the sockets of one process: each event is rendered once for all of them."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Sequence
from typing import Any, Final

from chat_api.realtime.auth.identities import Watch
from chat_api.realtime.event_source import EventSource, Frames
from chat_api.realtime.thread_pool import in_database

logger = logging.getLogger("chat_api.realtime")

#: How many batches are kept, and for how many seconds, for other sockets of this process that need them.
_BATCHES_KEPT: Final = 64
_BATCH_SECONDS: Final = 5.0
#: A thread id, and the sequence numbers of the first and last event.
_Range = tuple[int, int, int]


class _Batch:
    """Frames that are rendered for all listeners. Frames that all sockets have taken are dropped."""

    def __init__(self, made: asyncio.Task[dict[Any, Frames]], listeners: Counter[Any]) -> None:
        self.made = made
        self._to_come = listeners

    def take(self, user_id: Any) -> Frames | None:
        """Return the user's frames; None if there are none, or if each of the user's sockets has taken them."""
        frames = self.made.result()
        self._to_come[user_id] -= 1
        return frames.get(user_id) if self._to_come[user_id] > 0 else frames.pop(user_id, None)

    @property
    def is_taken(self) -> bool:
        """Whether no frames are left."""
        return not self.made.result()


class Hub:
    """The listeners of each thread in this process, and the frames rendered for them."""

    def __init__(self, event_source: EventSource) -> None:
        self.event_source = event_source
        self.watch = Watch()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: dict[int, Counter[Any]] = {}
        self._batches: OrderedDict[_Range, _Batch] = OrderedDict()

    def join(self, thread_id: int, user_id: Any) -> None:
        """Add a socket of the user as a listener of the thread."""
        self._reset_in_another_loop()
        self._listeners.setdefault(thread_id, Counter())[user_id] += 1

    def leave(self, thread_id: int, user_id: Any) -> None:
        """Remove a socket of the user from the listeners of the thread."""
        listeners = self._listeners.get(thread_id)
        if listeners is None:
            return
        listeners[user_id] -= 1
        if listeners[user_id] <= 0:
            del listeners[user_id]
        if not listeners:
            del self._listeners[thread_id]

    async def frames(self, thread_id: int, first: int, last: int, user_id: Any) -> Frames:
        """Return the user's frames of the events `first` to `last`; none if the user has left the thread.

        The first socket that calls this starts the rendering for all listeners in this process; the others wait for
        the same result. Exceptions of the event source propagate.
        """
        self._reset_in_another_loop()
        batch = self._batches.get((thread_id, first, last))
        if batch is None:
            listeners = Counter(self._listeners.get(thread_id, ()))
            users = {user_id, *listeners}
            made = asyncio.create_task(
                in_database(self.event_source.live_frames, thread_id, first, last, users),
                name="chat_api.frames",
            )
            batch = _Batch(made, listeners)
            self._keep((thread_id, first, last), batch)
        # A socket that disconnects while it waits must not cancel the work for the others.
        await asyncio.shield(batch.made)
        taken = batch.take(user_id)
        if batch.is_taken:
            self._forget((thread_id, first, last), batch)
        if taken is not None:
            return taken
        mine = await in_database(self.event_source.live_frames, thread_id, first, last, {user_id})
        found: Sequence[str | None] = mine.get(user_id, ())
        return found

    def _keep(self, key: _Range, batch: _Batch) -> None:
        self._batches[key] = batch
        while len(self._batches) > _BATCHES_KEPT:
            self._batches.popitem(last=False)

        def made(done: asyncio.Task[dict[Any, Frames]]) -> None:
            if done.cancelled() or done.exception() is not None:
                self._forget(key, batch)
            else:
                done.get_loop().call_later(_BATCH_SECONDS, self._forget, key, batch)

        batch.made.add_done_callback(made)

    def _forget(self, key: _Range, batch: _Batch) -> None:
        if self._batches.get(key) is batch:
            del self._batches[key]

    def _reset_in_another_loop(self) -> None:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            self._listeners.clear()
            self._batches.clear()
