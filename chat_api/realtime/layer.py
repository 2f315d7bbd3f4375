"""Handing messages to the channel layer from ordinary code, without ever failing or holding up the caller."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections.abc import Coroutine, Sequence
from typing import Any, Final

from channels.layers import InMemoryChannelLayer, get_channel_layer

logger = logging.getLogger("chat_api.realtime")

#: How long a layer may take for one batch before it counts as down.
_PATIENCE_SECONDS: Final = 2.0
#: How long a layer that was down is left alone; what is not sent meanwhile is found by the sweep.
_PAUSE_SECONDS: Final = 1.0
_BURST: Final = 50

GroupMessage = tuple[str, dict[str, Any]]


def has_layer() -> bool:
    """Say whether the host has a channel layer at all."""
    return get_channel_layer() is not None


def send_to_groups(messages: Sequence[GroupMessage]) -> bool:
    """Send each message to its group and say whether the layer took them all.

    A layer that fails is logged, once, and left alone for a second: whoever calls has committed already, so he can
    neither be refused nor be made to wait.
    """
    layer = get_channel_layer()
    if layer is None:
        return True
    if time.monotonic() < _outage.until:
        return False
    try:
        if not is_of_one_loop(layer):
            _background.run(_send_all(layer, messages))
        elif _sockets.loop is not None and _sockets.loop.is_running():
            _run_in(_sockets.loop, _send_all(layer, messages))
    except Exception:
        _outage.until = time.monotonic() + _PAUSE_SECONDS
        logger.warning("The channel layer took no message. The sweep will publish it.", exc_info=True)
        return False
    return True


def is_of_one_loop(layer: Any) -> bool:
    """Say whether the layer lives in the loop that its sockets are in, as the one in memory does."""
    # Asking a layer of Redis for an attribute that it has not is an error outside of a loop.
    return isinstance(vars(layer).get("inner", layer), InMemoryChannelLayer)


def note_loop_of_sockets() -> None:
    """Remember the running loop as the one that this process has its sockets in."""
    _sockets.loop = asyncio.get_running_loop()


class _Sockets:
    """The loop that this process has its sockets in; None where it has none."""

    loop: asyncio.AbstractEventLoop | None = None


_sockets: Final = _Sockets()


def _run_in(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> None:
    try:
        here = asyncio.get_running_loop()
    except RuntimeError:
        here = None
    if here is loop:
        # The caller holds the loop up himself, so he cannot wait for it.
        _started.add(task := loop.create_task(work))
        task.add_done_callback(_started.discard)
    else:
        asyncio.run_coroutine_threadsafe(work, loop).result(timeout=_PATIENCE_SECONDS + 1)


_started: Final[set[asyncio.Task[None]]] = set()


async def _send_all(layer: Any, messages: Sequence[GroupMessage]) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        for number, (group, message) in enumerate(messages, start=1):
            await layer.group_send(group, {**message, "group": group})
            if number % _BURST == 0:
                # A channel in memory holds a hundred messages, and nobody takes them out before this gives way.
                await asyncio.sleep(0)


class _Outage:
    """Until when the layer is left alone (monotonic seconds)."""

    until: float = 0.0


_outage: Final = _Outage()


class _BackgroundLoop:
    """A loop in a thread of its own, so that connections to the layer outlive one call. Made at the first use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: asyncio.AbstractEventLoop | None = None

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work in the loop and wait for it. Raises what it raises."""
        _run_in(self._loop(), work)

    def _loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._running is None:
                self._running = asyncio.new_event_loop()
                name = "chat_api.realtime"
                threading.Thread(target=self._running.run_forever, name=name, daemon=True).start()
            return self._running

    def forget(self) -> None:
        """Begin anew: the threads of a process do not come along when it forks."""
        self.__init__()  # type: ignore[misc]


_background: Final = _BackgroundLoop()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_background.forget)
