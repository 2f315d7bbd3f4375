"""One channel of the layer serves all sockets of an event loop; groups that the layer lost are joined again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer, channel_layers
from django.conf import LazySettings

from benchmarks.chaos_servers import Server, free_port, redis_command
from chat_api.realtime import layer_exchange
from chat_api.realtime.group_names import thread_group
from chat_api.realtime.layer import note_loop_of_sockets, send_to_groups
from chat_api.realtime.layer_exchange import Exchange, Groups
from tests.chat.talking import Talk
from tests.realtime.sockets import Opener, outside, say, texts

LAYERS = ["channels_redis.core.RedisChannelLayer", "channels_redis.pubsub.RedisPubSubChannelLayer"]


class Listener:
    def __init__(self, hub: Exchange) -> None:
        self.received: list[Any] = []
        self.groups = Groups(hub, self)

    def on_group_message(self, message: dict[str, Any]) -> None:
        self.received.append(message["number"])


async def until(condition: Any) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.001)


async def test_group_is_joined_with_the_first_listener_and_left_with_the_last() -> None:
    layer = InMemoryChannelLayer()
    hub = Exchange(layer)
    first, second = Listener(hub), Listener(hub)
    await asyncio.gather(first.groups.join("a", "b"), second.groups.join("b", "c"))
    assert {name: len(channels) for name, channels in layer.groups.items()} == {"a": 1, "b": 1, "c": 1}
    for number, name in enumerate("abc"):
        await hub.send(name, {"number": number})
    await until(lambda: first.received == [0, 1] and second.received == [1, 2])
    await first.groups.leave_all()
    assert set(layer.groups) == {"b", "c"}
    await hub.send("b", {"number": 3})
    await until(lambda: second.received == [1, 2, 3])
    assert first.received == [0, 1]
    await second.groups.leave_all()
    await until(lambda: not layer.groups and not layer.channels)


async def test_listener_that_joins_while_another_leaves_is_in_the_group() -> None:
    class Slow(InMemoryChannelLayer):
        async def group_discard(self, group: str, channel: str) -> None:
            await asyncio.sleep(0.01)
            await super().group_discard(group, channel)

    layer = Slow()
    hub = Exchange(layer)
    keeper, first, second = Listener(hub), Listener(hub), Listener(hub)
    await keeper.groups.join("other")
    await first.groups.join("a")
    leaving = asyncio.create_task(first.groups.leave("a"))
    await asyncio.sleep(0)
    await asyncio.gather(second.groups.join("a"), leaving)
    await hub.send("a", {"number": 1})
    await until(lambda: second.received == [1])
    for listener in (second, keeper):
        await listener.groups.leave_all()


async def test_groups_that_expire_are_renewed_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer_exchange, "_RENEWED_AT_A_BEAT", 2)
    layer = InMemoryChannelLayer()
    hub = Exchange(layer)
    listener = Listener(hub)
    await listener.groups.join(*"abcde")
    layer.groups.clear()
    for _ in range(3):
        assert await hub.renew()
    assert set(layer.groups) == set("abcde")
    await listener.groups.leave_all()


@pytest.mark.django_db(transaction=True)
async def test_burst_larger_than_a_channel_loses_no_hints() -> None:
    layer = InMemoryChannelLayer()
    channel_layers.set("default", layer)
    listener = Listener(layer_exchange.exchange_for("default"))
    names = [f"group{number}" for number in range(400)]
    await listener.groups.join(*names)
    note_loop_of_sockets()
    hints = [(name, {"number": number}) for number, name in enumerate(names)]
    assert await outside(send_to_groups, hints)
    await until(lambda: listener.received == list(range(400)))
    await listener.groups.leave_all()


def test_each_event_loop_has_its_own_exchange() -> None:
    async def talk() -> None:
        listener = Listener(layer_exchange.exchange_for("default"))
        await listener.groups.join("a")
        await listener.groups.send("a", {"number": 1})
        await until(lambda: listener.received == [1])
        await listener.groups.leave_all()

    channel_layers.backends.clear()
    asyncio.run(talk())
    asyncio.run(talk())
    channel_layers.backends.clear()


@pytest.fixture
def redis(needs_redis: str, tmp_path: Any) -> Iterator[Server]:
    """A Redis server for one test, which can restart it."""
    port = free_port()
    try:
        command = redis_command(port)
    except FileNotFoundError:
        pytest.skip("there is no redis-server to start and restart")
    server = Server(command, port, {}, tmp_path / "redis.log")
    server.start()
    yield server
    server.kill()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("backend", LAYERS)
async def test_open_sockets_receive_events_after_a_restart_of_redis(
    backend: str, both: list[Talk], opened: Opener, settings: LazySettings, redis: Server
) -> None:
    alice_talk, bob_talk = both
    hosts = [f"redis://127.0.0.1:{redis.port}"]
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend, "CONFIG": {"hosts": hosts}}}
    settings.CHAT_SETTINGS = {"WS_HEARTBEAT_SECONDS": 0.2}
    bob_socket = await opened(bob_talk.user)
    settings.CHAT_SETTINGS = {"WS_HEARTBEAT_SECONDS": 3600}
    hub = bob_socket.consumer.joined.exchange
    await outside(redis.kill)
    await outside(redis.start)
    # A hint arrives through the layer again; heartbeats do not send hints.
    received: list[Any] = []
    receive, bob_socket.consumer.on_group_message = bob_socket.consumer.on_group_message, received.append
    settings.CHAT_SETTINGS = {"WS_HEARTBEAT_SECONDS": 0.05}
    async with asyncio.timeout(30):
        while not received:
            await hub.send(thread_group(alice_talk.thread_id), {"type": "chat_api.events"})
            await asyncio.sleep(0.05)
    bob_socket.consumer.on_group_message = receive
    await say(alice_talk, "again")
    while (frame := await bob_socket.frame())["message"] == "heartbeat":
        pass
    assert texts([frame]) == ["again"]
