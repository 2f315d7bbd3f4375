"""Clients that take nothing, and layers and databases that give nothing: they disturb nobody else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers
from django.db import OperationalError
from django.test import override_settings

from chat_api.chat.delivery.event_source import ChatFeed
from chat_api.realtime import layer_exchange
from chat_api.realtime.socket import outbox
from chat_api.realtime.socket.codes import CloseCode
from chat_api.realtime.socket.outbox import Outbox, TooSlow
from tests.chat.talking import Talk
from tests.realtime.sockets import Opener, Socket, outside, say, texts

pytestmark = pytest.mark.django_db(transaction=True)


class Clogged:
    """Stands between a socket and its client, who takes nothing until `flows` is set."""

    def __init__(self, socket: Socket) -> None:
        self.flows = asyncio.Event()
        self._send = socket.consumer.outbox._send
        socket.consumer.outbox._send = self._wait

    async def _wait(self, text: str) -> None:
        await self.flows.wait()
        await self._send(text)


async def test_a_client_that_takes_nothing_is_closed_and_the_others_are_not_disturbed(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PATIENCE_SECONDS", 0.3)
    mine, bobs = both
    with override_settings(CHAT_SETTINGS={"WS_QUEUE_MAX": 10_000}):
        slow, quick = await opened(bobs.user), await opened(bobs.user)
        Clogged(slow)
        said = []
        for number in range(20):
            said.append(f"{number}" + "x" * 1000)
            await say(mine, said[-1])
            assert slow.consumer.outbox._bytes <= 10_000
        assert await slow.closed_with() == CloseCode.TOO_SLOW
        assert texts(await quick.news()) == said
        assert slow.consumer.closed
        assert slow.consumer.outbox._bytes == 0
        # He connects again, and catches up.
        again = await opened(bobs.user)
        await again.send("catch_up", {"threads": {str(mine.thread_id): 0}})
        assert texts(await again.news()) == said


async def test_a_client_that_takes_slowly_is_not_too_slow(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    for number in range(10):
        await say(mine, f"{number}" + "x" * 1000)
    with override_settings(CHAT_SETTINGS={"WS_QUEUE_MAX": 6000}):
        socket = await opened(bobs.user)
        clog = Clogged(socket)
        await socket.send("catch_up", {"threads": {str(mine.thread_id): 0}})
        await say(mine, "last")
        while not socket.consumer.outbox._frames:
            await asyncio.sleep(0.001)
        assert socket.consumer.outbox._bytes <= 6000
        clog.flows.set()
        assert [text[:1] for text in texts(await socket.news())] == [*"0123456789", "l"]


async def test_more_news_at_once_than_the_queue_holds_reaches_a_quick_client(
    both: list[Talk], opened: Opener
) -> None:
    mine, bobs = both
    with override_settings(CHAT_SETTINGS={"WS_QUEUE_MAX": 5000}):
        socket = await opened(bobs.user)
        hint, socket.consumer.streams.hint = socket.consumer.streams.hint, lambda *args: None
        said = [f"{number}" + "x" * 3000 for number in range(12)]
        for text in said:
            await say(mine, text)
        hint(mine.thread_id, len(said))
        assert texts(await socket.news()) == said


async def test_a_client_that_asks_and_does_not_listen_is_closed(both: list[Talk], opened: Opener) -> None:
    with override_settings(CHAT_SETTINGS={"WS_QUEUE_MAX": 10_000}):
        socket = await opened(both[0].user)
        Clogged(socket)
        for _ in range(300):
            await socket.send_text("{}")
        assert await socket.closed_with() == CloseCode.TOO_SLOW


async def test_who_is_busy_taking_a_history_is_not_told_who_writes(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    socket = await opened(bobs.user)
    clog = Clogged(socket)
    for _ in range(2):
        socket.consumer.send_event("x", "x" * 500)
    socket.consumer.outbox._limit = 1200
    message = {"type": "chat_api.writing", "thread": mine.thread_id, "user": "0", "frame": '{"a":"b"}' * 20}
    socket.consumer.hear(message)
    assert not socket.consumer.closed
    clog.flows.set()
    assert [frame["message"] for frame in await socket.news()] == ["x", "x"]


async def test_an_outbox_keeps_order_and_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PATIENCE_SECONDS", 0.01)
    sent: list[str] = []

    async def send(text: str) -> None:
        sent.append(text)

    box = Outbox(send, limit=10)
    # One that is larger than the box goes, alone.
    box.put("x" * 50)
    with pytest.raises(TooSlow):
        box.put("y")
    with pytest.raises(TooSlow):
        await box.put_patiently("y")
    deliver = asyncio.create_task(box.deliver())
    await box.put_patiently("y" * 5)
    box.put("z" * 5)
    # What waits may fill one half, what does not wait the other; bytes count, not letters.
    with pytest.raises(TooSlow):
        box.put("é")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sent == ["x" * 50, "y" * 5, "z" * 5]
    deliver.cancel()


async def test_heartbeats_come_by_themselves(both: list[Talk], opened: Opener) -> None:
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
async def test_a_layer_that_is_down_ends_no_socket_and_loses_nothing(
    kind: type[Dead], both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer_exchange, "_PATIENCE_SECONDS", 0.02)
    monkeypatch.setattr(layer_exchange, "_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr("chat_api.realtime.layer._PATIENCE_SECONDS", 0.02)
    monkeypatch.setattr("chat_api.realtime.layer._PAUSE_SECONDS", 0.0)
    layer = kind()
    channel_layers.set("default", layer)
    mine, bobs = both
    his = await opened(bobs.user)
    await say(mine, "a")
    await his.send("thread_someone_is_writing", {"thread": mine.thread_id, "length": 1})
    his.consumer.streams.hint_anew(beat=True)
    assert (await his.frame())["data"]["text"] == "a"
    assert (await his.frame())["message"] == "heartbeat"
    layer.down = False
    async with asyncio.timeout(5):
        while not await his.consumer.joined.exchange.renew():
            await asyncio.sleep(0.001)
    await say(mine, "b")
    assert texts(await his.news()) == ["b"]
    layer.down = True
    await his.leave()
    assert his.consumer.hub._listeners == {}


async def test_a_layer_that_cannot_be_heard_ends_no_socket(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer_exchange, "_PAUSE_SECONDS", 0.0)
    mine, bobs = both
    his = await opened(bobs.user)
    layer = his.consumer.joined.exchange.layer
    receive, left = layer.receive, [3]

    async def fails(channel: str) -> Any:
        if left[0]:
            left[0] -= 1
            raise ConnectionError
        return await receive(channel)

    monkeypatch.setattr(layer, "receive", fails)
    await say(mine, "a")
    await say(mine, "b")
    await say(mine, "c")
    assert texts(await his.news()) == ["a", "b", "c"]
    assert left == [0]


async def test_without_any_layer_heartbeats_bring_the_news(both: list[Talk]) -> None:
    mine, bobs = both
    with override_settings(CHANNEL_LAYERS={}):
        his = Socket(bobs.user)
        await his.open()
        await say(mine, "a")
        his.consumer.streams.hint_anew(beat=True)
        assert (await his.frame())["data"]["text"] == "a"
        await his.send("thread_someone_is_writing", {"thread": mine.thread_id, "length": 1})
        await his.leave()


async def test_a_database_that_is_away_for_a_moment_loses_nothing(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, bobs = both
    his = await opened(bobs.user)

    def fails(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(ChatFeed, "live_frames", fails)
        patched.setattr(ChatFeed, "threads_of", fails)
        await say(mine, "a")
        his.consumer.streams.hint_anew()
        assert await his.news() == []
    await outside(bobs.thread)
    his.consumer.streams.hint_anew()
    assert texts(await his.news()) == ["a"]
