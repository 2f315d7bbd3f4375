"""The base of the consumer: receiving messages, sending frames, running tasks, closing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.utils import await_many_dispatch

from chat_api.lib.url_prefix import enter_prefix_of
from chat_api.realtime.layer import note_loop_of_sockets
from chat_api.realtime.layer_exchange import Groups, exchange_for
from chat_api.realtime.socket.codes import CloseCode
from chat_api.realtime.socket.frames import frame
from chat_api.realtime.socket.outbox import Outbox, TooSlow
from chat_api.settings import chat_settings

logger = logging.getLogger("chat_api.realtime")

#: Seconds for closing; after that, the keepalive of the server ends the connection.
_CLOSE_SECONDS: Final = 5.0


class Connection(AsyncWebsocketConsumer):
    """A socket with an outbox, groups, and tasks that end with it.

    Messages are handled one after the other, so handlers never wait for the database or the client: tasks do that. So
    a message that closes the socket never waits for one that keeps it busy.
    """

    outbox: Outbox
    #: The groups of the channel layer that it is in.
    joined: Groups

    def __init__(self) -> None:
        super().__init__()
        self.closed = False
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the socket until it ends; however it ends, leave its groups and cancel its tasks."""
        self.scope, self.base_send = scope, send
        self._loop = asyncio.get_running_loop()
        # Frames contain URLs, and this may be the first use of them in the process.
        enter_prefix_of(scope)
        note_loop_of_sockets()
        self.joined = Groups(exchange_for(self.channel_layer_alias), self)
        self.outbox = Outbox(self._send_text, limit=chat_settings.WS_QUEUE_MAX)
        try:
            await await_many_dispatch([receive], self.dispatch)
        except StopConsumer:
            pass
        finally:
            await self._let_go()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Handle a message. Errors are logged; only a client that is too slow is disconnected."""
        handler = getattr(self, str(message["type"]).replace(".", "_"), None)
        if handler is not None:
            await self.guarded(handler(message))

    def on_group_message(self, message: dict[str, Any]) -> None:
        """Pass a message of a group to the method `handle_…` of its type, which does not wait."""
        handler = getattr(self, "handle_" + str(message.get("type")).replace(".", "_"), None)
        if handler is None or self.closed:
            return
        try:
            handler(message)
        except TooSlow:
            self.begin(partial(self.shut, CloseCode.TOO_SLOW))
        except Exception:
            logger.exception("A socket could not handle a message of the channel layer")

    async def guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine of this socket. Errors are logged; only a client that is too slow is disconnected."""
        try:
            await work
        except StopConsumer:
            raise
        except TooSlow:
            await self.shut(CloseCode.TOO_SLOW)
        except Exception:
            logger.exception("A task of a socket failed")

    def begin(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Start a task that ends with the socket at the latest."""
        if not self.closed:
            task = asyncio.create_task(self._do(work))
            self._tasks.append(task)
            task.add_done_callback(self._tasks.remove)

    async def _do(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        await self.guarded(work())

    async def websocket_disconnect(self, message: Any) -> None:
        """Stop the consumer."""
        raise StopConsumer

    async def shut(self, code: CloseCode) -> None:
        """Close the socket and drop waiting frames. A client that does not receive the close frame is ignored."""
        if self.closed:
            return
        self._end_tasks()
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self.close(int(code))
        except Exception:
            logger.info("A client did not receive the close frame", exc_info=True)
        await self.let_go()

    async def let_go(self) -> None:
        """Release everything that the socket holds except its tasks."""
        await self.joined.leave_all()

    async def _let_go(self) -> None:
        self._end_tasks()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_CLOSE_SECONDS)
        await self.let_go()

    def _end_tasks(self) -> None:
        self.closed = True
        self.outbox.clear()
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()

    async def _send_text(self, text: str) -> None:
        await super().send(text_data=text)

    def send_event(self, name: str, data: Any) -> None:
        """Send a frame that is not part of a thread's history to this client only. Can be called from any OS thread."""
        text = frame(name, data)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            self._loop.call_soon_threadsafe(self._put_from_thread, text)
        else:
            self.outbox.put(text)

    def _put_from_thread(self, text: str) -> None:
        try:
            self.outbox.put(text)
        except TooSlow:
            self.begin(partial(self.shut, CloseCode.TOO_SLOW))
