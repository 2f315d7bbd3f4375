"""Large frames over a real WebSocket: through a web server, to a client with its own limit."""

from __future__ import annotations

import asyncio
import json
import socket as sockets
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from chat_api.chat.models import UserThread
from chat_api.realtime.auth.tickets import issue_ticket
from chat_api.settings import chat_settings
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, talks
from tests.factories import UserFactory
from tests.realtime.sockets import ORIGIN, PATIENCE, ROUTER, outside

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MEMBERS = 500
#: Bytes that the client accepts: the maximum in the documentation.
CLIENT_LIMIT = 131_072


@pytest_asyncio.fixture
async def url() -> AsyncIterator[str]:
    """Serve the sockets by uvicorn; yield the URL."""
    with sockets.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(ROUTER, lifespan="off", ws="websockets-sansio", log_level="warning")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"ws://127.0.0.1:{listening.getsockname()[1]}/ws/chat"
        server.should_exit = True
        await serving


@pytest.fixture
def crowd(transactional_db: None, alice: Any, bob: Any) -> list[Talk]:
    """Alice and Bob in a thread with 500 members."""
    thread = thread_with(alice, bob)
    users = UserFactory.create_batch(MEMBERS - 2)
    times = {"created": thread.created, "updated": thread.updated}
    UserThread.objects.bulk_create(
        [UserThread(user=user, thread=thread, type=thread.type, **times) for user in users]
    )
    return talks(thread, alice, bob)


async def news(client: ClientConnection, name: str) -> dict[str, Any]:
    """Receive frames until one has that name, and return it."""
    while True:
        frame: dict[str, Any] = json.loads(await asyncio.wait_for(client.recv(), PATIENCE))
        if frame["message"] == name:
            return frame


async def test_frames_of_a_thread_with_500_members_reach_a_client(crowd: list[Talk], url: str) -> None:
    alice_talk, other = crowd
    assert chat_settings.WS_FRAME_OUT_MAX <= CLIENT_LIMIT
    ticket = await outside(issue_ticket, user=other.user)
    path = f"{url}?ticket={ticket.text}"
    async with connect(path, origin=Origin(ORIGIN), max_size=CLIENT_LIMIT) as client:
        await news(client, "heartbeat")
        await outside(alice_talk.say, text="small")
        assert (await news(client, "message_created_or_updated"))["data"]["text"] == "small"
        large = await outside(alice_talk.say, text="🙂" * 30_000)
        stub = {"id": large["id"], "thread": alice_talk.thread_id, "too_large": True}
        assert (await news(client, "message_created_or_updated"))["data"] == stub
        await outside(alice_talk.say, text="after")
        assert (await news(client, "message_created_or_updated"))["data"]["text"] == "after"
        # The socket is still open, and catching up sends all of them again.
        await client.send(json.dumps({"message": "catch_up", "data": {"threads": {alice_talk.thread_id: 0}}}))
        again = [await news(client, "message_created_or_updated") for _ in range(3)]
        assert [frame["data"].get("text") for frame in again] == ["small", None, "after"]
        assert (await news(client, "catch_up"))["data"]["outcome"] == "replayed"


async def test_member_far_behind_large_messages_must_resync(crowd: list[Talk], url: str) -> None:
    alice_talk, other = crowd
    for _ in range(100):
        await outside(alice_talk.say, text="x" * 60_000, meta={"a": "m" * 30_000})
    ticket = await outside(issue_ticket, user=other.user)
    path = f"{url}?ticket={ticket.text}"
    async with connect(path, origin=Origin(ORIGIN), max_size=CLIENT_LIMIT) as client:
        await client.send(json.dumps({"message": "catch_up", "data": {"threads": {alice_talk.thread_id: 0}}}))
        assert (await news(client, "catch_up"))["data"]["outcome"] == "resync"
        await client.send(json.dumps({"message": "ping", "data": 1}))
        assert (await news(client, "pong"))["data"] == 1
