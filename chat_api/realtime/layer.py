"""Sending to the channel layer from synchronous code, without failing or blocking the caller for long."""

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

#: Seconds that a layer can take for one batch before it counts as down.
_PATIENCE_SECONDS: Final = 2.0
#: Seconds without further attempts after a failure; the periodic task publishes what is not sent in the meantime.
_PAUSE_SECONDS: Final = 1.0
_BURST: Final = 50

GroupMessage = tuple[str, dict[str, Any]]


def has_layer() -> bool:
    """Return whether the host has configured a channel layer."""
    return get_channel_layer() is not None


def send_to_groups(messages: Sequence[GroupMessage]) -> bool:
    """Send each message to its group, and return whether the layer accepted all of them.

    A failure is logged, and there are no further attempts for a second: the caller has committed already, so its
    request must neither fail nor wait.
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
        logger.warning(
            "The channel layer did not accept a message. The periodic task will publish it.", exc_info=True
        )
        return False
    return True


def is_of_one_loop(layer: Any) -> bool:
    """Return whether the layer is bound to the event loop of its sockets, like the in-memory layer."""
    # Outside of a loop, accessing a missing attribute of a Redis layer raises an error.
    return isinstance(vars(layer).get("inner", layer), InMemoryChannelLayer)


def note_loop_of_sockets() -> None:
    """Record the running loop as the one that the sockets of this process run in."""
    _sockets.loop = asyncio.get_running_loop()


class _Sockets:
    """The loop that the sockets of this process run in; None if there are none."""

    loop: asyncio.AbstractEventLoop | None = None


_sockets: Final = _Sockets()


def _run_in(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, None]) -> None:
    try:
        here = asyncio.get_running_loop()
    except RuntimeError:
        here = None
    if here is loop:
        # The caller blocks the loop, so it cannot wait for it.
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
                # An in-memory channel holds a hundred messages, and nothing receives them until this yields.
                await asyncio.sleep(0)


class _Outage:
    """The end of the pause after a failure, in monotonic seconds."""

    until: float = 0.0


_outage: Final = _Outage()


class _BackgroundLoop:
    """A loop in its own thread, so that connections to the layer outlive one call. Created on first use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: asyncio.AbstractEventLoop | None = None

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run the coroutine in the loop and wait for it. Its exceptions propagate."""
        _run_in(self._loop(), work)

    def _loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._running is None:
                self._running = asyncio.new_event_loop()
                name = "chat_api.realtime"
                threading.Thread(target=self._running.run_forever, name=name, daemon=True).start()
            return self._running

    def forget(self) -> None:
        """Reset after a fork: the threads of the parent process do not exist in the child."""
        self.__init__()  # type: ignore[misc]


_background: Final = _BackgroundLoop()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_background.forget)
