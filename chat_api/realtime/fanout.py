"""What the sockets of one process share: each event is made ready once for all who listen to it here."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Sequence
from typing import Any, Final

from chat_api.realtime.auth.identities import Watch
from chat_api.realtime.event_source import Feed, Frames
from chat_api.realtime.thread_pool import in_database

logger = logging.getLogger("chat_api.realtime")

#: How long and how many batches are remembered for sockets of this process that come for them a moment later.
_BATCHES_KEPT: Final = 64
_BATCH_SECONDS: Final = 5.0
#: A thread's events `first` to `last`.
_Range = tuple[int, int, int]


class _Batch:
    """Frames being made for all who listen; what everyone has come for is forgotten."""

    def __init__(self, made: asyncio.Task[dict[Any, Frames]], listeners: Counter[Any]) -> None:
        self.made = made
        self._to_come = listeners

    def take(self, user_id: Any) -> Frames | None:
        """Give the user's frames; None where none were made for him, or as many as he has sockets were taken."""
        frames = self.made.result()
        self._to_come[user_id] -= 1
        return frames.get(user_id) if self._to_come[user_id] > 0 else frames.pop(user_id, None)

    @property
    def is_taken(self) -> bool:
        """Whether nothing is left of it."""
        return not self.made.result()


class Hub:
    """Who listens to which thread in this process, and the frames made for them."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.watch = Watch()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: dict[int, Counter[Any]] = {}
        self._batches: OrderedDict[_Range, _Batch] = OrderedDict()

    def join(self, thread_id: int, user_id: Any) -> None:
        """Count a socket of the user as listening to the thread."""
        self._begin_anew_in_another_loop()
        self._listeners.setdefault(thread_id, Counter())[user_id] += 1

    def leave(self, thread_id: int, user_id: Any) -> None:
        """Count a socket of the user as gone from the thread."""
        listeners = self._listeners.get(thread_id)
        if listeners is None:
            return
        listeners[user_id] -= 1
        if listeners[user_id] <= 0:
            del listeners[user_id]
        if not listeners:
            del self._listeners[thread_id]

    async def frames(self, thread_id: int, first: int, last: int, user_id: Any) -> Frames:
        """Give the user's frames of the events `first` to `last`, none where he is not in the thread any more.

        The first socket that asks has them made for all that listen here; the others wait for the same. Raises what
        the feed raises.
        """
        self._begin_anew_in_another_loop()
        batch = self._batches.get((thread_id, first, last))
        if batch is None:
            listeners = Counter(self._listeners.get(thread_id, ()))
            users = {user_id, *listeners}
            made = asyncio.create_task(
                in_database(self.feed.live_frames, thread_id, first, last, users), name="chat_api.frames"
            )
            batch = _Batch(made, listeners)
            self._keep((thread_id, first, last), batch)
        # One socket that goes away while it waits must not end the work for the rest.
        await asyncio.shield(batch.made)
        taken = batch.take(user_id)
        if batch.is_taken:
            self._forget((thread_id, first, last), batch)
        if taken is not None:
            return taken
        mine = await in_database(self.feed.live_frames, thread_id, first, last, {user_id})
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

    def _begin_anew_in_another_loop(self) -> None:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            self._listeners.clear()
            self._batches.clear()
