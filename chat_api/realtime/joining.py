"""The channel layer as one socket uses it: what comes in by its channel, and the groups that it is in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

logger = logging.getLogger("chat_api.realtime")

T = TypeVar("T")

#: How long the layer may take for one thing before it counts as down.
_PATIENCE_SECONDS: Final = 2.0
#: How long a layer that cannot be listened to is left alone.
_PAUSE_SECONDS: Final = 1.0


class Groups:
    """A socket's channel and groups.

    A layer that is down is logged and asked again by `retry`: it ends no socket. What hints would have told of
    meanwhile is found at the heartbeats.
    """

    def __init__(self, layer: Any) -> None:
        self._layer = layer
        self._channel: str | None = None
        self._has_channel = asyncio.Event()
        self._waiting: dict[str, None] = {}
        self._joined: set[str] = set()

    @property
    def channel(self) -> str | None:
        """The name of the socket's channel, once it has one."""
        return self._channel

    async def receive(self) -> dict[str, Any]:
        """Wait for a message and give it."""
        while True:
            await self._has_channel.wait()
            try:
                message: dict[str, Any] = await self._layer.receive(self._channel)
            except Exception:
                logger.warning("A socket cannot hear the channel layer", exc_info=True)
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return message

    async def join(self, *groups: str) -> None:
        """Join the groups, or, where the layer is down, wait to be joined to them."""
        self._waiting.update(dict.fromkeys(groups))
        await self.retry()

    async def retry(self) -> None:
        """Join what could not be joined before. One failure ends it: the rest would fail alike."""
        if self._layer is None or not self._waiting:
            return
        try:
            if self._channel is None:
                self._channel = await _patiently(self._layer.new_channel())
                self._has_channel.set()
            for group in list(self._waiting):
                # Before it is done: who goes away in the middle of it leaves the group all the same.
                self._joined.add(group)
                await _patiently(self._layer.group_add(group, self._channel))
                self._waiting.pop(group, None)
        except Exception:
            logger.warning("A socket could not join groups of the channel layer", exc_info=True)

    async def leave(self, *groups: str) -> None:
        """Leave the groups."""
        for group in groups:
            self._waiting.pop(group, None)
        joined = [group for group in groups if group in self._joined]
        self._joined.difference_update(joined)
        try:
            for group in joined:
                await _patiently(self._layer.group_discard(group, self._channel))
        except Exception:
            logger.warning("A socket could not leave groups of the channel layer", exc_info=True)

    async def leave_all(self) -> None:
        """Leave every group."""
        await self.leave(*self._joined, *self._waiting)

    async def send(self, group: str, message: dict[str, Any]) -> None:
        """Send to a group what is worth no second attempt."""
        if self._layer is None:
            return
        try:
            await _patiently(self._layer.group_send(group, message))
        except Exception:
            logger.warning("The channel layer took no message", exc_info=True)


async def _patiently(work: Awaitable[T]) -> T:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        return await work
