"""With a channel layer that loses, duplicates and reorders, sockets still get every event once and in order."""

from __future__ import annotations

from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.conf import LazySettings

from chat_api.realtime.testing import FaultyChannelLayer
from tests.chat.talking import Talk
from tests.realtime.sockets import Opener, outside, seqs

pytestmark = pytest.mark.django_db(transaction=True)

MEMORY = {"BACKEND": "channels.layers.InMemoryChannelLayer"}
FAULTS = {"drop": 0.3, "duplicate": 0.2, "reorder": 0.2, "delay": 0.2, "delay_seconds": 0.01}


def faulty(inner: dict[str, Any], **faults: float) -> dict[str, Any]:
    config = {"inner": inner, **faults}
    return {"default": {"BACKEND": "chat_api.realtime.testing.FaultyChannelLayer", "CONFIG": config}}


def layer() -> FaultyChannelLayer:
    found = get_channel_layer()
    assert isinstance(found, FaultyChannelLayer)
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_every_event_arrives_once_and_in_order(
    both: list[Talk], opened: Opener, settings: LazySettings, seed: int
) -> None:
    settings.CHANNEL_LAYERS = faulty(MEMORY, **FAULTS, seed=seed)
    sockets = [await opened(talk.user) for talk in (*both, *both)]

    def talk() -> None:
        for number in range(40):
            both[number % 2].say(text=str(number))

    await outside(talk)
    for socket in sockets:
        frames = []
        # Heartbeats find events whose hints were lost.
        while (frame := await socket.frame())["message"] != "heartbeat":
            frames.append(frame)
            if len(frames) == 40:
                break
            if socket.wire.output_queue.empty():
                socket.consumer._checked = 0.0
                socket.consumer.streams.request_reload(heartbeat=True)
        if len(frames) < 40:
            frames += [frame for frame in await socket.news() if frame["message"] != "heartbeat"]
        assert seqs(frames) == list(range(1, 41))
    counts = layer().counts
    assert counts["drop"] + counts["duplicate"] + counts["reorder"] + counts["delay"] > 10


async def test_hints_through_redis(
    both: list[Talk], opened: Opener, settings: LazySettings, needs_redis: str
) -> None:
    pubsub = {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [needs_redis], "prefix": f"chat-api-tests-{both[0].thread_id}-{id(both)}"},
    }
    settings.CHANNEL_LAYERS = {"default": pubsub}
    sockets = [await opened(talk.user) for talk in both]

    def talk() -> None:
        for number in range(20):
            both[number % 2].say(text=str(number))

    await outside(talk)
    for socket in sockets:
        assert seqs([await socket.frame() for _ in range(20)]) == list(range(1, 21))


async def test_same_seed_gives_the_same_faults() -> None:
    async def counts(seed: int) -> dict[str, int]:
        tried = FaultyChannelLayer(inner=MEMORY, drop=0.2, duplicate=0.2, reorder=0.2, seed=seed)
        for number in range(100):
            await tried.group_send("group", {"type": "x", "number": number})
        return tried.counts

    assert await counts(1) == await counts(1)
    assert await counts(1) != await counts(2)


async def test_faulty_layer_drops_duplicates_reorders_and_delays() -> None:
    async def received(**faults: float) -> list[int]:
        tried = FaultyChannelLayer(inner=MEMORY, **faults)  # type: ignore[arg-type]
        channel = await tried.new_channel()
        await tried.group_add("group", channel)
        for number in range(3):
            await tried.group_send("group", {"type": "x", "number": number})
        queue = tried.inner.channels.get(channel)
        return [queue.get_nowait()[1]["number"] for _ in range(queue.qsize())] if queue else []

    assert await received() == [0, 1, 2]
    assert await received(drop=1) == []
    assert await received(duplicate=1) == [0, 0, 1, 1, 2, 2]
    assert await received(reorder=1) == []
    assert await received(delay=1, delay_seconds=60) == []
