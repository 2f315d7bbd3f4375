"""Sockets for tests: opened through the routes of the project, read without waiting for a fixed time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any, cast

from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import AnonymousUser

from chat_api.realtime.socket.consumer import ChatConsumer
from chat_api.routing import websocket_urlpatterns
from tests.chat.talking import Talk
from tests.openapi.sockets import note_close

ROUTER: Any = URLRouter(cast(Any, websocket_urlpatterns))
ORIGIN = "http://localhost"
#: Seconds; nothing takes that long, so it only ends a test that would hang.
PATIENCE = 5
#: The consumers of this test's sockets, in the order in which they were opened.
CONSUMERS: list[ChatConsumer] = []

CREATED = "message_created_or_updated"
READ = "messages_read"
UPDATED = "thread_updated"
WRITING = "thread_someone_is_writing"
LEFT = "thread_left"


async def outside(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call `function` in a thread, as a web process would: for HTTP requests and database access of tests."""
    return await database_sync_to_async(function)(*args, **kwargs)


class Wire(WebsocketCommunicator):
    """A communicator that keeps `close_old_connections` as it is: threads of sockets return their connections."""

    async def send_input(self, message: Any) -> None:
        await ApplicationCommunicator.send_input(self, message)

    async def receive_output(self, timeout: float = 1) -> Any:
        output: Any = await ApplicationCommunicator.receive_output(self, timeout)
        # A refused handshake is a close without a code.
        if output["type"] == "websocket.close" and "code" in output:
            note_close(output["code"])
        return output

    async def wait(self, timeout: float = 1) -> None:
        await ApplicationCommunicator.wait(self, timeout)


class Socket:
    """The client side of a socket."""

    def __init__(
        self, user: Any, *, path: str = "/ws/chat", headers: list[tuple[bytes, bytes]] | None = None
    ):
        headers = [(b"origin", ORIGIN.encode())] if headers is None else headers
        self.wire = Wire(ROUTER, path, headers)
        if user is not None:
            cast(dict[str, Any], self.wire.scope)["user"] = user
        self.consumer: Any = None

    async def connect(self) -> bool:
        """Shake hands and return whether the socket was accepted."""
        before = len(CONSUMERS)
        accepted, _ = await self.wire.connect(timeout=PATIENCE)
        self.consumer = CONSUMERS[before] if len(CONSUMERS) > before else None
        return bool(accepted)

    async def open(self) -> dict[str, Any]:
        """Connect as a permitted user and return the heads of their threads from the first heartbeat."""
        assert await self.connect()
        first = await self.frame()
        assert first["message"] == "heartbeat", first
        heads: dict[str, Any] = first["data"]["threads"]
        return heads

    async def frame(self) -> dict[str, Any]:
        """Return the next frame."""
        shown: dict[str, Any] = await self.wire.receive_json_from(timeout=PATIENCE)
        return shown

    async def send(self, message: str, data: Any = None, **more: Any) -> None:
        """Send a command."""
        await self.wire.send_json_to({"message": message, "data": {} if data is None else data, **more})

    async def send_text(self, text: str) -> None:
        """Send a text frame unchanged."""
        await self.wire.send_input({"type": "websocket.receive", "text": text})

    async def news(self) -> list[dict[str, Any]]:
        """Wait until no frame is pending, and return those received since the last call."""
        async with asyncio.timeout(PATIENCE):
            while not self._is_idle():
                await asyncio.sleep(0.001)
        frames = []
        while not self.wire.output_queue.empty():
            output = self.wire.output_queue.get_nowait()
            assert output["type"] == "websocket.send", output
            frames.append(json.loads(output["text"]))
        return frames

    def _is_idle(self) -> bool:
        """Return whether the socket has processed all its input: each of its tasks is waiting."""
        consumer = self.consumer
        exchange = consumer.joined.exchange
        channel = exchange.layer.channels.get(exchange.channel)
        queues = (self.wire.input_queue, consumer._waiting)
        asked = consumer.streams._asked
        return (
            all(queue.empty() and queue._getters for queue in queues)
            and channel is not None
            and channel.empty()
            and bool(channel._getters)
            and not asked.is_set()
            and bool(asked._waiters)
            and not consumer.outbox._frames
        )

    async def answer(self, message: str, data: Any = None) -> dict[str, Any]:
        """Send a command and return the single frame that answers it."""
        await self.send(message, data)
        (shown,) = await self.news()
        return shown

    async def beat(self) -> dict[str, Any]:
        """Trigger a heartbeat and return its heads of threads."""
        self.consumer._checked = 0.0
        self.consumer.streams.request_reload(heartbeat=True)
        while (shown := await self.frame())["message"] != "heartbeat":
            pass
        heads: dict[str, Any] = shown["data"]["threads"]
        return heads

    async def closed_with(self) -> int:
        """Wait for the close and return its code."""
        while (output := await self.wire.receive_output(timeout=PATIENCE))["type"] != "websocket.close":
            pass
        return int(output["code"])

    async def leave(self) -> None:
        """Disconnect."""
        if not self.wire.future.done():
            await self.wire.disconnect(timeout=PATIENCE)


Opener = Callable[..., Any]


def nobody() -> Any:
    return AnonymousUser()


def with_cookie(cookies: SimpleCookie) -> list[tuple[bytes, bytes]]:
    """Return the headers of a browser with these cookies."""
    text = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    return [(b"origin", ORIGIN.encode()), (b"cookie", text.encode())]


async def say(talk: Talk, text: str, **body: Any) -> dict[str, Any]:
    """Post a message over HTTP."""
    shown: dict[str, Any] = await outside(talk.say, text=text, **body)
    return shown


def names(frames: list[dict[str, Any]]) -> list[str]:
    return [frame["message"] for frame in frames]


def seqs(frames: list[dict[str, Any]]) -> list[int]:
    return [frame["event"]["seq"] for frame in frames]


def texts(frames: list[dict[str, Any]]) -> list[str]:
    return [frame["data"]["text"] for frame in frames if frame["message"] == CREATED]


def error(code: str, command: str | None, **details: Any) -> dict[str, Any]:
    return {"message": "error", "data": {"code": code, "command": command, **details}}


def dumped(value: Any) -> str:
    return json.dumps(value)


async def replay(socket: Socket, talk: Talk, after: int = 0) -> list[dict[str, Any]]:
    """Catch up over the socket and return the replayed frames, without the closing one."""
    await socket.send("catch_up", {"threads": {str(talk.thread_id): after}})
    *frames, ended = await socket.news()
    assert ended["data"]["outcome"] == "replayed", ended
    return frames


async def over_http(talk: Talk, after: int = 0) -> list[dict[str, Any]]:
    shown = (await outside(talk.client.get, f"{talk.path}/events?after={after}")).json()
    assert shown["outcome"] == "replayed", shown
    frames: list[dict[str, Any]] = shown["events"]
    return frames


async def answered(socket: Socket, text: str) -> list[dict[str, Any]]:
    await socket.send_text(text)
    return await socket.news()
