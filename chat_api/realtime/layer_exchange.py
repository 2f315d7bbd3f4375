"""The channel layer as one event loop uses it: one channel for all sockets, and the groups that they are in.

A group is joined with its first socket in this process and left with the last one. A message to the group is received
once, however many sockets are in it. So the layer serves one channel, and carries one message, per process.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, Protocol, TypeVar
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from chat_api.settings import chat_settings

logger = logging.getLogger("chat_api.realtime")

T = TypeVar("T")

#: Seconds that the layer can take for one operation before it counts as down.
_PATIENCE_SECONDS: Final = 2.0
#: Seconds without further attempts after a failure.
_PAUSE_SECONDS: Final = 1.0
#: How many groups are renewed per heartbeat, to bound the work.
_RENEWED_AT_A_BEAT: Final = 1000


class Receiver(Protocol):
    """The part of a socket that the exchange uses."""

    def on_group_message(self, message: dict[str, Any]) -> None:
        """Receive a message of a group. Must neither block nor raise."""


class _Group:
    """A group of the layer, and its sockets in this process."""

    def __init__(self) -> None:
        self.receivers: dict[Receiver, None] = {}
        #: Whether the layer has confirmed that the channel is in it.
        self.is_joined = False
        #: Whether the channel may be in it, because joining was attempted.
        self.is_touched = False
        #: Held while joining and leaving, so that neither overtakes the other.
        self.lock = asyncio.Lock()


class Exchange:
    """One channel and the groups of all sockets of an event loop.

    Failures of the layer are logged and retried at the next heartbeat, or as soon as the layer can be received from.
    They close no socket. Groups are renewed at each heartbeat, because a Redis that was restarted or flushed has lost
    them, and because layers let them expire. Sockets find events whose hints were lost at their own heartbeats.
    """

    def __init__(self, layer: Any) -> None:
        self.layer = layer
        #: The name of the channel in the layer, once it is open.
        self.channel: str | None = None
        self._opening = asyncio.Lock()
        self._groups: dict[str, _Group] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._down_until = 0.0
        self._renewal_due = asyncio.Event()
        self._renewed_up_to = 0

    async def join(self, receiver: Receiver, groups: Iterable[str]) -> None:
        """Add the receiver to the groups, and join them in the layer unless it is down."""
        groups = tuple(groups)
        for name in groups:
            self._groups.setdefault(name, _Group()).receivers[receiver] = None
        if self.layer is None or not groups:
            return
        self._start()
        for name in groups:
            await self._settle(name)

    async def leave(self, receiver: Receiver, groups: Iterable[str]) -> None:
        """Remove the receiver from the groups immediately, and leave those in the layer that have become empty."""
        left = []
        for name in groups:
            group = self._groups.get(name)
            if group is not None:
                group.receivers.pop(receiver, None)
                if not group.receivers:
                    left.append(name)
        for name in left:
            await self._settle(name)
        if not self._groups:
            self._stop()

    async def send(self, group: str, message: dict[str, Any]) -> None:
        """Send a message to a group, without retries."""
        if self.layer is not None:
            await self._attempt(lambda: self.layer.group_send(group, {**message, "group": group}))

    async def renew(self) -> bool:
        """Renew groups that the layer may have lost: all that failed, and some of the others in turn.

        Return whether the layer accepted them.
        """
        failed = [name for name, group in self._groups.items() if not group.is_joined]
        for name in failed:
            if not await self._settle(name):
                return False
        names = list(self._groups)
        start = self._renewed_up_to % len(names) if names else 0
        turn = names[start : start + _RENEWED_AT_A_BEAT]
        for name in turn:
            if not await self._settle(name, again=True):
                return False
        self._renewed_up_to = start + len(turn)
        return True

    # Operations of the layer

    async def _settle(self, name: str, *, again: bool = False) -> bool:
        """Join the group in the layer if it has receivers, else leave it; return whether the layer succeeded."""
        group = self._groups.get(name)
        if group is None:
            return True
        async with group.lock:
            done = True
            if group.receivers and (again or not group.is_joined):
                group.is_joined = done = await self._add(name, group)
            elif not group.receivers and group.is_touched:
                group.is_joined = group.is_touched = False
                done = await self._attempt(lambda: self.layer.group_discard(name, self.channel))
            if not group.receivers and self._groups.get(name) is group:
                del self._groups[name]
            return done

    async def _add(self, name: str, group: _Group) -> bool:
        async def add() -> None:
            channel = await self._open_channel()
            # Set this first: a socket that disconnects in the meantime has to leave the group all the same.
            group.is_touched = True
            await self.layer.group_add(name, channel)

        return await self._attempt(add)

    async def _open_channel(self) -> str:
        async with self._opening, asyncio.timeout(_PATIENCE_SECONDS):
            if self.channel is None:
                self.channel = await self.layer.new_channel()
            return self.channel

    async def _attempt(self, work: Callable[[], Awaitable[Any]]) -> bool:
        if time.monotonic() < self._down_until:
            return False
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await work()
        except Exception:
            self._down_until = time.monotonic() + _PAUSE_SECONDS
            logger.warning("An operation of the channel layer failed", exc_info=True)
            return False
        return True

    # Receiving

    def _start(self) -> None:
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._listen(), name="chat_api.exchange.listen"),
                asyncio.create_task(self._keep(), name="chat_api.exchange.keep"),
            ]

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        self.channel = None

    async def _listen(self) -> None:
        while True:
            try:
                message = await self.layer.receive(await self._open_channel())
            except Exception:
                logger.warning("Receiving from the channel layer failed", exc_info=True)
                await asyncio.sleep(_PAUSE_SECONDS)
                # A layer that was down may have lost its groups.
                for group in self._groups.values():
                    group.is_joined = False
                self._renewal_due.set()
            else:
                self._hand_out(message)

    def _hand_out(self, message: dict[str, Any]) -> None:
        group = self._groups.get(message.get("group", ""))
        if group is not None:
            for receiver in tuple(group.receivers):
                receiver.on_group_message(message)

    async def _keep(self) -> None:
        while True:
            try:
                async with asyncio.timeout(chat_settings.WS_HEARTBEAT_SECONDS):
                    await self._renewal_due.wait()
            except TimeoutError:
                pass
            self._renewal_due.clear()
            await self.renew()


_exchanges: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, Exchange]] = WeakKeyDictionary()


def exchange_for(alias: str) -> Exchange:
    """Return the exchange of the running loop for the channel layer with that alias."""
    loop, layer = asyncio.get_running_loop(), get_channel_layer(alias)
    found = _exchanges.get(loop)
    if found is None or found.layer is not layer:
        found = _exchanges[loop] = Exchange(layer)
    return found


class Groups:
    """The groups that one socket is in."""

    def __init__(self, exchange: Exchange, receiver: Receiver) -> None:
        self.exchange = exchange
        self._receiver = receiver
        self._names: dict[str, None] = {}

    async def join(self, *groups: str) -> None:
        """Join the groups; if the layer is down, they are joined when it is back."""
        self._names.update(dict.fromkeys(groups))
        await self.exchange.join(self._receiver, groups)

    async def leave(self, *groups: str) -> None:
        """Leave the groups."""
        for name in groups:
            self._names.pop(name, None)
        await self.exchange.leave(self._receiver, groups)

    async def leave_all(self) -> None:
        """Leave every group."""
        await self.leave(*self._names)

    async def send(self, group: str, message: dict[str, Any]) -> None:
        """Send a message to a group, without retries."""
        await self.exchange.send(group, message)
