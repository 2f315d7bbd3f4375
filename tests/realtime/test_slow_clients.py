"""Stalled clients and outages of layer and database do not affect others."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers
from django.db import OperationalError
from django.test import override_settings

from chat_api.chat.delivery.event_source import ChatEventSource
from chat_api.realtime import layer_exchange
from chat_api.realtime.socket import outbox
from chat_api.realtime.socket.codes import CloseCode
from chat_api.realtime.socket.outbox import Outbox, TooSlow
from tests.chat.talking import Talk
from tests.realtime.sockets import Opener, Socket, outside, say, texts

pytestmark = pytest.mark.django_db(transaction=True)


class Stalled:
    """Stops delivery from a socket to its client until `flows` is set."""

    def __init__(self, socket: Socket) -> None:
        self.flows = asyncio.Event()
        self._send = socket.consumer.outbox._send
        socket.consumer.outbox._send = self._wait

    async def _wait(self, text: str) -> None:
        await self.flows.wait()
        await self._send(text)


async def test_stalled_client_is_closed_and_others_are_not_affected(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PATIENCE_SECONDS", 0.3)
    alice_talk, bob_talk = both
    with override_settings(CHAT_SETTINGS={"WS_QUEUE_MAX": 10_000}):
        slow, quick = await opened(bob_talk.user), await opened(bob_talk.user)
        Stalled(slow)
        said = []
        for number in range(20):
            said.append(f"{number}" + "x" * 1000)
            await say(alice_talk, said[-1])
            assert slow.consumer.outbox._bytes <= 10_000
        assert await slow.closed_with() == CloseCode.TOO_SLOW
        assert texts(await quick.news()) == said
        assert slow.consumer.closed
        assert slow.consumer.outbox._bytes == 0
        # The client connects again and catches up.
        again = await opened(bob_talk.user)
        await again.send("catch_up", {"threads": {str(alice_talk.thread_id): 0}})
        assert texts(await again.news()) == said


async def test_slow_client_that_keeps_receiving_stays_open(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    for number in range(10):
        await say(alice_talk, f"{number}" + "x" * 1000)
    with override_settings(CHAT_SETTINGS={"WS_QUEUE_MAX": 6000}):
        socket = await opened(bob_talk.user)
        stalled = Stalled(socket)
        await socket.send("catch_up", {"threads": {str(alice_talk.thread_id): 0}})
        await say(alice_talk, "last")
        while not socket.consumer.outbox._frames:
            await asyncio.sleep(0.001)
        assert socket.consumer.outbox._bytes <= 6000
        stalled.flows.set()
        assert [text[:1] for text in texts(await socket.news())] == [*"0123456789", "l"]


async def test_burst_larger_than_the_queue_reaches_a_fast_client(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    with override_settings(CHAT_SETTINGS={"WS_QUEUE_MAX": 5000}):
        socket = await opened(bob_talk.user)
        hint, socket.consumer.streams.hint = socket.consumer.streams.hint, lambda *args: None
        said = [f"{number}" + "x" * 3000 for number in range(12)]
        for text in said:
            await say(alice_talk, text)
        hint(alice_talk.thread_id, len(said))
        assert texts(await socket.news()) == said


async def test_client_that_sends_and_does_not_receive_is_closed(both: list[Talk], opened: Opener) -> None:
    with override_settings(CHAT_SETTINGS={"WS_QUEUE_MAX": 10_000}):
        socket = await opened(both[0].user)
        Stalled(socket)
        for _ in range(300):
            await socket.send_text("{}")
        assert await socket.closed_with() == CloseCode.TOO_SLOW


async def test_typing_is_dropped_while_the_queue_is_full(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    socket = await opened(bob_talk.user)
    stalled = Stalled(socket)
    for _ in range(2):
        socket.consumer.send_event("x", "x" * 500)
    socket.consumer.outbox._limit = 1200
    message = {
        "type": "chat_api.writing",
        "thread": alice_talk.thread_id,
        "user": "0",
        "frame": '{"a":"b"}' * 20,
    }
    socket.consumer.on_group_message(message)
    assert not socket.consumer.closed
    stalled.flows.set()
    assert [frame["message"] for frame in await socket.news()] == ["x", "x"]


async def test_outbox_keeps_order_and_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PATIENCE_SECONDS", 0.01)
    sent: list[str] = []

    async def send(text: str) -> None:
        sent.append(text)

    box = Outbox(send, limit=10)
    # A frame larger than the limit is accepted if it is alone.
    box.put("x" * 50)
    with pytest.raises(TooSlow):
        box.put("y")
    with pytest.raises(TooSlow):
        await box.put_patiently("y")
    deliver = asyncio.create_task(box.deliver())
    await box.put_patiently("y" * 5)
    box.put("z" * 5)
    # Waiting senders can fill one half, the others the rest; bytes are counted, not characters.
    with pytest.raises(TooSlow):
        box.put("é")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sent == ["x" * 50, "y" * 5, "z" * 5]
    deliver.cancel()


async def test_heartbeats_are_sent_periodically(both: list[Talk], opened: Opener) -> None:
    with override_settings(CHAT_SETTINGS={"WS_HEARTBEAT_SECONDS": 0.02}):
        socket = await opened(both[0].user)
        for _ in range(3):
            heads = {str(both[0].thread_id): 0}
            assert await socket.frame() == {"message": "heartbeat", "data": {"threads": heads}}


class Dead(InMemoryChannelLayer):
    """A layer that is down while `down` is set."""

    down = True

    async def new_channel(self, prefix: str = "specific.") -> str:
        await self._fail()
        return str(await super().new_channel(prefix))

    async def group_add(self, group: str, channel: str) -> None:
        await self._fail()
        await super().group_add(group, channel)

    async def group_send(self, group: str, message: Any) -> None:
        await self._fail()
        await super().group_send(group, message)

    async def group_discard(self, group: str, channel: str) -> None:
        await self._fail()
        await super().group_discard(group, channel)

    async def _fail(self) -> None:
        if self.down:
            raise ConnectionError("the layer is down")


class Hung(Dead):
    """A layer that does not answer while `down` is set."""

    async def _fail(self) -> None:
        if self.down:
            await asyncio.Event().wait()


@pytest.mark.parametrize("kind", [Dead, Hung])
async def test_sockets_survive_a_layer_that_is_down(
    kind: type[Dead], both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer_exchange, "_PATIENCE_SECONDS", 0.02)
    monkeypatch.setattr(layer_exchange, "_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("chat_api.realtime.layer._PATIENCE_SECONDS", 0.02)
    monkeypatch.setattr("chat_api.realtime.layer._PAUSE_SECONDS", 0.0)
    layer = kind()
    channel_layers.set("default", layer)
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    await say(alice_talk, "a")
    await bob_socket.send("thread_someone_is_writing", {"thread": alice_talk.thread_id, "length": 1})
    bob_socket.consumer.streams.request_reload(heartbeat=True)
    assert (await bob_socket.frame())["data"]["text"] == "a"
    assert (await bob_socket.frame())["message"] == "heartbeat"
    layer.down = False
    async with asyncio.timeout(5):
        while not await bob_socket.consumer.joined.exchange.renew():
            await asyncio.sleep(0.001)
    await say(alice_talk, "b")
    assert texts(await bob_socket.news()) == ["b"]
    layer.down = True
    await bob_socket.leave()
    assert bob_socket.consumer.hub._listeners == {}


async def test_sockets_survive_a_layer_that_fails_to_receive(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer_exchange, "_PAUSE_SECONDS", 0.0)
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    layer = bob_socket.consumer.joined.exchange.layer
    receive, left = layer.receive, [3]

    async def fails(channel: str) -> Any:
        if left[0]:
            left[0] -= 1
            raise ConnectionError
        return await receive(channel)

    monkeypatch.setattr(layer, "receive", fails)
    await say(alice_talk, "a")
    await say(alice_talk, "b")
    await say(alice_talk, "c")
    assert texts(await bob_socket.news()) == ["a", "b", "c"]
    assert left == [0]


async def test_heartbeats_deliver_events_without_a_layer(both: list[Talk]) -> None:
    alice_talk, bob_talk = both
    with override_settings(CHANNEL_LAYERS={}):
        bob_socket = Socket(bob_talk.user)
        await bob_socket.open()
        await say(alice_talk, "a")
        bob_socket.consumer.streams.request_reload(heartbeat=True)
        assert (await bob_socket.frame())["data"]["text"] == "a"
        await bob_socket.send("thread_someone_is_writing", {"thread": alice_talk.thread_id, "length": 1})
        await bob_socket.leave()


async def test_short_database_outage_loses_no_events(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)

    def fails(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(ChatEventSource, "live_frames", fails)
        patched.setattr(ChatEventSource, "threads_of", fails)
        await say(alice_talk, "a")
        bob_socket.consumer.streams.request_reload()
        assert await bob_socket.news() == []
    await outside(bob_talk.thread)
    bob_socket.consumer.streams.request_reload()
    assert texts(await bob_socket.news()) == ["a"]
