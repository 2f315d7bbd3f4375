"""A socket's outgoing frames: sent in order by one task, bounded in bytes."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

logger = logging.getLogger("chat_api.realtime")

#: Seconds that a frame waits for a client that receives nothing.
PATIENCE_SECONDS: Final = 10.0


class TooSlow(Exception):
    """The client does not receive its frames fast enough."""


class Outbox:
    """The queue of frames to a client, of at most `limit` bytes.

    `put_patiently` waits for room in one half of the queue. The other half is reserved for `put`, which never waits, so
    that a client that is receiving a long history is not too slow for a short response.
    """

    def __init__(self, send: Callable[[str], Awaitable[None]], *, limit: int) -> None:
        self._send = send
        self._limit = limit
        self._frames: deque[str] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._room = asyncio.Event()

    def has_room(self, frame: str) -> bool:
        """Return whether the frame fits. An empty outbox accepts a frame of any size."""
        return not self._frames or self._bytes + len(frame.encode()) <= self._limit

    def put(self, frame: str) -> None:
        """Add a frame. Raises `TooSlow` if more than the limit is waiting."""
        if not self.has_room(frame):
            raise TooSlow
        self._frames.append(frame)
        self._bytes += len(frame.encode())
        self._news.set()

    async def put_patiently(self, frame: str) -> None:
        """Add a frame once there is room for it. Raises `TooSlow` after PATIENCE_SECONDS without room."""
        if not self._frames:
            # Most clients have received all earlier frames.
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
        """Drop all waiting frames."""
        self._frames.clear()
        self._bytes = 0
        self._room.set()

    async def deliver(self) -> None:
        """Send frames as they are added, until the client disconnects."""
        while True:
            while self._frames:
                frame = self._frames[0]
                try:
                    await self._send(frame)
                except Exception:
                    # The server also notifies the consumer; frames added after this are dropped with the socket.
                    logger.info("A client disconnected before its frame was sent", exc_info=True)
                    return
                # `clear` may have been called while the frame was being sent.
                if self._frames and self._frames[0] is frame:
                    self._frames.popleft()
                    self._bytes -= len(frame.encode())
                self._room.set()
            self._news.clear()
            await self._news.wait()
