"""The consumer of the socket: it receives commands, and sends the events of all threads of the user."""

from __future__ import annotations

import asyncio
import inspect
import logging
import random
import time
from collections import deque
from functools import partial
from typing import Any, Final

from chat_api.realtime.auth.identities import Identity
from chat_api.realtime.fanout import Hub
from chat_api.realtime.group_names import digest, user_group
from chat_api.realtime.signals import hosts_listen, ws_received
from chat_api.realtime.socket.admission import IDENTITY
from chat_api.realtime.socket.codes import CloseCode, ErrorCode
from chat_api.realtime.socket.commands import COMMANDS, Call, CommandRefused
from chat_api.realtime.socket.connection import Connection
from chat_api.realtime.socket.cursors import Streams
from chat_api.realtime.socket.frames import BadFrame, Frame, parsed
from chat_api.realtime.socket.outbox import TooSlow
from chat_api.realtime.thread_pool import in_database
from chat_api.settings import chat_settings

logger = logging.getLogger("chat_api.realtime")

_RATE_WINDOW_SECONDS: Final = 60.0
#: How many commands of one client can wait to be executed.
_WAITING_MAX: Final = 100
#: The smallest part of WS_RECHECK_SECONDS during which a check of user and session counts.
_TRUSTED_AT_LEAST: Final = 0.5


class ChatConsumer(Connection):
    """One socket of one user."""

    #: As loaded at the last check.
    user: Any
    streams: Streams

    def __init__(self, *, hub: Hub) -> None:
        super().__init__()
        self.hub = hub
        self._identity: Identity | None = None
        self._checked = 0.0
        self._trusted_for = 1.0
        self._calls: deque[float] = deque()
        self._waiting: asyncio.Queue[Frame] = asyncio.Queue(_WAITING_MAX)

    # Opening and closing

    async def connect(self) -> None:
        """Accept the socket and start its tasks."""
        await self.accept()
        self.begin(self.outbox.deliver)
        self.begin(self._serve)

    async def _serve(self) -> None:
        """Open the user's threads and execute commands."""
        scope: Any = self.scope
        self._know(scope[IDENTITY])
        self.streams = Streams(self.hub, self.user.pk, self.outbox, self.joined)
        await self.joined.join(user_group(self.user.pk))
        # Check again: a user who signed out before the group was joined caused no message.
        self._checked = 0.0
        try:
            if not await self._may_stay():
                return
            self.streams.request_reload(heartbeat=True)
            await self.streams.deliver()
        except TooSlow:
            raise
        except Exception:
            await self.shut(CloseCode.INTERNAL)
            raise
        self.begin(self._deliver)
        self.begin(self._beat)
        while not self.closed:
            await self._carry_out(await self._waiting.get())

    def _know(self, identity: Identity) -> None:
        self._identity, self.user = identity, identity.user
        self._checked = time.monotonic()
        # Spread the next checks of sockets that are checked together now.
        self._trusted_for = random.uniform(_TRUSTED_AT_LEAST, 1)  # noqa: S311 (chooses a time, not a secret)

    async def let_go(self) -> None:
        """Leave all threads and groups."""
        if self._identity is not None:
            await self.streams.close()
        await super().let_go()

    def _refuse(self, code: str, command: str | None = None, **details: Any) -> None:
        self.send_event("error", {"code": str(code), "command": command, **details})

    # Messages of the channel layer

    def handle_chat_api_events(self, hint: dict[str, Any]) -> None:
        """Request the thread's events up to `head`."""
        if self._identity is not None:
            self.streams.hint(hint["thread"], hint["head"])

    def handle_chat_api_refresh(self, _: dict[str, Any]) -> None:
        """Request a reload of the user's threads."""
        if self._identity is not None:
            self.streams.request_reload()

    def handle_chat_api_signed_out(self, message: dict[str, Any]) -> None:
        """Close if the user signed out of the session with that digest or, without one, in any case."""
        session = message.get("session")
        mine = digest(self._identity.session_key) if self._identity and self._identity.session_key else None
        if session is None or session == mine:
            self.begin(partial(self.shut, CloseCode.NOT_SIGNED_IN))

    def handle_chat_api_writing(self, message: dict[str, Any]) -> None:
        """Send that another user is typing, unless the client wants no live events, is busy, or may have left."""
        if self._identity is None or self.streams.unsure:
            return
        opened = self.streams.threads.get(message["thread"])
        if opened is None or not opened.live or message["user"] == str(self.user.pk):
            return
        if self.outbox.has_room(message["frame"]):
            self.outbox.put(message["frame"])

    # Heartbeat, user and session

    async def _deliver(self) -> None:
        while not self.closed:
            await self.streams.asked()
            await self.guarded(self._deliver_requested())

    async def _deliver_requested(self) -> None:
        if await self._may_stay():
            await self.streams.deliver()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(chat_settings.WS_HEARTBEAT_SECONDS)
            self._checked = 0.0
            self.streams.request_reload(heartbeat=True)

    async def _may_stay(self) -> bool:
        """Check, at most every WS_RECHECK_SECONDS, whether user and session are still valid; else close."""
        if self.closed or self._identity is None:
            return False
        trusted = chat_settings.WS_RECHECK_SECONDS * self._trusted_for
        if self._checked and time.monotonic() - self._checked < trusted:
            return True
        identity = await self.hub.watch.still_allowed(self._identity)
        if identity is None:
            await self.shut(CloseCode.NOT_SIGNED_IN)
            return False
        self._know(identity)
        return not self.closed

    # Commands

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Queue a command; rejected frames count against the rate limit, too."""
        if self.closed:
            return
        sent, wrong = None, ""
        try:
            sent = parsed(text_data, limit=chat_settings.WS_FRAME_MAX)
        except BadFrame as error:
            wrong = str(error)
        # A malformed frame counts as a command, because parsing and rejecting it is work, too.
        wait = 1 if self._waiting.full() else self._seconds_to_wait()
        if wait is not None:
            self._refuse(ErrorCode.RATE_LIMITED, sent.name if sent else None, retry_after=wait)
        elif sent is None:
            self._refuse(wrong)
        else:
            self._waiting.put_nowait(sent)

    def _seconds_to_wait(self) -> int | None:
        now = time.monotonic()
        while self._calls and now - self._calls[0] >= _RATE_WINDOW_SECONDS:
            self._calls.popleft()
        if len(self._calls) >= chat_settings.WS_COMMANDS_PER_MINUTE:
            return int(_RATE_WINDOW_SECONDS - (now - self._calls[0])) + 1
        self._calls.append(now)
        return None

    async def _carry_out(self, sent: Frame) -> None:
        try:
            if await self._may_stay():
                await self._call(sent)
        except CommandRefused as refused:
            self._refuse(refused.code, sent.name, **refused.details)
        except TooSlow:
            raise
        except Exception:
            logger.exception("The command %s failed", sent.name)
            self._refuse(ErrorCode.INTERNAL, sent.name)

    async def _call(self, sent: Frame) -> None:
        found = COMMANDS.get(sent.name)
        if not isinstance(sent.data, dict) and not (found is not None and found.any_data):
            raise CommandRefused(ErrorCode.MALFORMED, field="data")
        if hosts_listen():
            await in_database(self._send_received_signal, sent)
        if found is None:
            raise CommandRefused(ErrorCode.UNKNOWN_COMMAND)
        call = Call(user=self.user, data=sent.data, socket=self)
        if inspect.iscoroutinefunction(found.handler):
            await found.handler(call)
        elif inspect.isawaitable(result := await in_database(found.handler, call)):
            await result

    def _send_received_signal(self, sent: Frame) -> None:
        email = getattr(self.user, "email", "")
        results = ws_received.send_robust(
            sender=type(self), message_data=sent.whole, channel_emails=[email], user=self.user
        )
        for receiver, result in results:
            if isinstance(result, Exception):
                logger.error("%r failed at %s", receiver, sent.name, exc_info=result)
