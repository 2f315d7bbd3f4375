"""A socket's outgoing frames: sent in order by one task, bounded in bytes."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

logger = logging.getLogger("chat_api.realtime")

#: How long a frame waits for a client that takes nothing.
PATIENCE_SECONDS: Final = 10.0


class TooSlow(Exception):
    """The client does not take what it is sent."""


class Outbox:
    """Frames on their way to a client, at most `limit` bytes of them.

    `put_patiently` waits for room, in one half of the box; the other half is for `put`, which never waits, so that
    who is busy taking a long history is not too slow for a short answer.
    """

    def __init__(self, send: Callable[[str], Awaitable[None]], *, limit: int) -> None:
        self._send = send
        self._limit = limit
        self._frames: deque[str] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._room = asyncio.Event()

    def has_room(self, frame: str) -> bool:
        """Say whether the frame fits; one too large for the box fits an empty one."""
        return not self._frames or self._bytes + len(frame.encode()) <= self._limit

    def put(self, frame: str) -> None:
        """Add a frame. Raises `TooSlow` when more than the limit is waiting."""
        if not self.has_room(frame):
            raise TooSlow
        self._frames.append(frame)
        self._bytes += len(frame.encode())
        self._news.set()

    async def put_patiently(self, frame: str) -> None:
        """Add a frame when there is room for it. Raises `TooSlow` when there is none for a while."""
        if not self._frames:
            # By far the most clients have taken all before.
            self.put(frame)
            return
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while self._frames and self._bytes + len(frame.encode()) > self._limit // 2:
                    self._room.clear()
                    await self._room.wait()
        except TimeoutError:
            raise TooSlow from None
        self.put(frame)

    def clear(self) -> None:
        """Throw away what is waiting."""
        self._frames.clear()
        self._bytes = 0
        self._room.set()

    async def deliver(self) -> None:
        """Send frames as they come, until the client is gone."""
        while True:
            while self._frames:
                frame = self._frames[0]
                try:
                    await self._send(frame)
                except Exception:
                    # The server tells the socket so, too; what is put in after this is let go with it.
                    logger.info("A client was gone before its frame", exc_info=True)
                    return
                # `clear` may have been called while the frame was being sent.
                if self._frames and self._frames[0] is frame:
                    self._frames.popleft()
                    self._bytes -= len(frame.encode())
                self._room.set()
            self._news.clear()
            await self._news.wait()
