"""Catching up: current, replayed or resync; the same over the socket and over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from chat_api.chat.delivery import event_source
from chat_api.chat.delivery.event_source import ChatEventSource
from chat_api.chat.models import Thread
from chat_api.realtime.models import ThreadEvent
from chat_api.realtime.publish import trim_event_log
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, talks
from tests.realtime.sockets import CREATED, UPDATED, Opener, Socket, names, outside, say, seqs, texts

pytestmark = pytest.mark.django_db(transaction=True)


async def ask(socket: Socket, talk: Talk, after: int) -> tuple[str, int, list[dict[str, Any]]]:
    """Catch up over the socket and over HTTP, compare both, and return outcome, head and events."""
    await socket.send("catch_up", {"threads": {str(talk.thread_id): after}})
    *frames, ended = await socket.news()
    assert ended["message"] == "catch_up"
    assert ended["data"].pop("thread") == talk.thread_id
    response = await outside(talk.client.get, f"{talk.path}/events?after={after}")
    assert response.status_code == 200, response.content
    assert response.json() == {**ended["data"], "events": frames}
    return ended["data"]["outcome"], ended["data"]["head"], frames


async def test_catch_up_is_current_replayed_or_resync(both: list[Talk], opened: Opener) -> None:
    alice_talk, _ = both
    for text in "abc":
        await say(alice_talk, text)
    socket = await opened(alice_talk.user)
    assert await ask(socket, alice_talk, 3) == ("current", 3, [])
    for after in (0, 1, 2):
        outcome, head, frames = await ask(socket, alice_talk, after)
        assert (outcome, head, seqs(frames)) == ("replayed", 3, list(range(after + 1, 4)))
        assert texts(frames) == list("abc"[after:])
    # A client that claims a later event than the last one must load everything again.
    for after in (4, 10**12, 2**63 - 1):
        assert await ask(socket, alice_talk, after) == ("resync", 3, [])
    await socket.send("catch_up", {"threads": {str(alice_talk.thread_id): 10**40}})
    assert [frame["data"]["outcome"] for frame in await socket.news()] == ["resync"]


async def test_thread_without_history_is_current(both: list[Talk], opened: Opener) -> None:
    socket = await opened(both[0].user)
    assert await ask(socket, both[0], 0) == ("current", 0, [])
    assert await ask(socket, both[0], 1) == ("resync", 0, [])


async def test_socket_too_far_behind_must_resync(both: list[Talk], opened: Opener) -> None:
    alice_talk, _ = both
    for number in range(6):
        await say(alice_talk, str(number))
    with override_settings(CHAT_SETTINGS={"EVENT_CATCH_UP_MAX": 5}):
        socket = await opened(alice_talk.user)
        assert await ask(socket, alice_talk, 0) == ("resync", 6, [])
        assert seqs((await ask(socket, alice_talk, 1))[2]) == [2, 3, 4, 5, 6]


async def test_trimmed_log_is_never_sent_in_part(both: list[Talk], opened: Opener) -> None:
    alice_talk, _ = both
    for number in range(6):
        await say(alice_talk, str(number))
    old = timezone.now() - timedelta(days=8)
    await outside(ThreadEvent.objects.filter(seq__lte=3).update, created=old)
    assert await outside(trim_event_log) == 3
    socket = await opened(alice_talk.user)
    for after in (0, 1, 2):
        assert await ask(socket, alice_talk, after) == ("resync", 6, [])
    assert seqs((await ask(socket, alice_talk, 3))[2]) == [4, 5, 6]
    await outside(ThreadEvent.objects.all().delete)
    assert await ask(socket, alice_talk, 5) == ("resync", 6, [])
    assert await ask(socket, alice_talk, 6) == ("current", 6, [])
    await say(alice_talk, "goes on")
    assert seqs(await socket.news()) == [7]


async def test_history_of_a_new_member_begins_when_they_join(
    both: list[Talk], carol: Any, opened: Opener
) -> None:
    alice_talk, _ = both
    await say(alice_talk, "before her time")
    await outside(alice_talk.client.post, f"{alice_talk.path}/users", {"user": carol.pk}, format="json")
    carol_talk = Talk(carol, alice_talk.thread_id)
    await say(alice_talk, "welcome")
    socket = await opened(carol)
    for after in (0, 1):
        outcome, head, frames = await ask(socket, carol_talk, after)
        assert (outcome, head, names(frames), seqs(frames)) == ("replayed", 3, [UPDATED, CREATED], [2, 3])
        assert texts(frames) == ["welcome"]


async def test_long_histories_are_sent_in_parts(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_source, "_PART", 2)
    alice_talk, _ = both
    for number in range(7):
        await say(alice_talk, str(number))
    socket = await opened(alice_talk.user)
    assert texts((await ask(socket, alice_talk, 0))[2]) == list("0123456")
    assert texts((await ask(socket, alice_talk, 2))[2]) == list("23456")


async def test_catch_up_is_limited_to_a_hundred_threads(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both

    def hundred() -> list[int]:
        return [thread_with(alice_talk.user).pk for _ in range(100)]

    ids = await outside(hundred)
    socket = await opened(alice_talk.user)
    await socket.send("catch_up", {"threads": {str(pk): 0 for pk in ids}})
    frames = await socket.news()
    assert [frame["data"]["thread"] for frame in frames] == ids
    assert {frame["data"]["outcome"] for frame in frames} == {"current"}
    await socket.send("catch_up", {"threads": {str(pk): 0 for pk in (*ids, bob_talk.thread_id)}})
    (refused,) = await socket.news()
    assert refused["data"] == {"code": "WRONG_VALUE", "command": "catch_up", "field": "threads"}


async def test_foreign_threads_are_refused_and_the_rest_replayed(
    both: list[Talk], carol: Any, opened: Opener
) -> None:
    alice_talk, _ = both
    others = await outside(thread_with, carol)
    await say(alice_talk, "a")
    socket = await opened(alice_talk.user)
    asked = [others.pk, 10**18, 2**63, 10**19 - 1, 0, alice_talk.thread_id]
    await socket.send("catch_up", {"threads": {str(pk): 0 for pk in asked}})
    *refused, created, ended = await socket.news()
    assert [(frame["data"]["code"], frame["data"]["thread"]) for frame in refused] == [
        ("NO_PERMISSIONS", pk) for pk in asked[:-1]
    ]
    assert (created["data"]["text"], ended["data"]["outcome"]) == ("a", "replayed")


async def test_after_must_be_a_whole_number(both: list[Talk]) -> None:
    alice_talk, _ = both
    for wrong in ("", "x", "-1", "1.0", "²", "1e3", str(2**63), "9" * 40, " 1", "%00", "null"):
        response = await outside(alice_talk.client.get, f"{alice_talk.path}/events?after={wrong}")
        assert (response.status_code, response.json()) == (400, {"after": ["WRONG_VALUE"]}), wrong
    shown = (await outside(alice_talk.client.get, f"{alice_talk.path}/events")).json()
    assert shown == {"outcome": "current", "head": 0, "events": []}
    response = await outside(alice_talk.client.get, f"{alice_talk.path}/events?after={2**63 - 1}")
    assert response.json()["outcome"] == "resync"


async def test_replayed_events_are_not_sent_again(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    hint, bob_socket.consumer.streams.hint = bob_socket.consumer.streams.hint, lambda *args: None
    await say(alice_talk, "a")
    await say(alice_talk, "b")
    assert await bob_socket.news() == []
    await bob_socket.send("catch_up", {"threads": {str(alice_talk.thread_id): 0}})
    assert texts(await bob_socket.news()) == ["a", "b"]
    bob_socket.consumer.streams.hint = hint
    hint(alice_talk.thread_id, 2)
    assert await bob_socket.news() == []
    await say(alice_talk, "c")
    assert texts(await bob_socket.news()) == ["c"]


async def test_hints_can_be_lost_repeated_late_or_wrong(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    streams = bob_socket.consumer.streams
    hint, streams.hint = streams.hint, lambda *args: None
    for text in "abc":
        await say(alice_talk, text)
    for head in (2, 1, 2, 0, -5):
        hint(alice_talk.thread_id, head)
    hint(10**6, 7)
    assert (texts(await bob_socket.news()), streams._cursors) == (["a", "b"], {alice_talk.thread_id: 2})
    # The heartbeat finds events whose hints were lost.
    await bob_socket.send("ping")
    heads = {str(alice_talk.thread_id): 3}
    bob_socket.consumer.streams.request_reload(heartbeat=True)
    frames = [frame for frame in await bob_socket.news() if frame["message"] != "pong"]
    assert texts(frames) == ["c"]
    assert frames[-1]["data"] == {"threads": heads}


async def test_socket_that_fell_far_behind_gets_resync(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket, alice_socket = await opened(bob_talk.user), await opened(alice_talk.user)
    for socket in (bob_socket, alice_socket):
        socket.consumer.streams.hint = lambda *args: None
    for number in range(4):
        await say(alice_talk, str(number))
    with override_settings(CHAT_SETTINGS={"EVENT_CATCH_UP_MAX": 3}):
        bob_socket.consumer.streams.request_reload()
        resync = {"thread": alice_talk.thread_id, "outcome": "resync", "head": 4}
        assert await bob_socket.news() == [{"message": "catch_up", "data": resync}]
    await outside(ThreadEvent.objects.filter(seq=2).delete)
    alice_socket.consumer.streams.request_reload()
    assert await alice_socket.news() == [{"message": "catch_up", "data": resync}]


async def test_event_that_cannot_be_serialized_becomes_a_resync(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)

    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(ChatEventSource, "live_frames", fails)
        await say(alice_talk, "a")
        (shown,) = await bob_socket.news()
        assert shown["data"] == {"thread": alice_talk.thread_id, "outcome": "resync", "head": 1}
    await say(alice_talk, "b")
    assert texts(await bob_socket.news()) == ["b"]


async def test_deleted_thread_ends_without_errors(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    other = talks(await outside(thread_with, bob_talk.user), bob_talk.user)[0]
    bob_socket = await opened(bob_talk.user)
    await say(alice_talk, "a")
    await outside(Thread.objects.filter(pk=alice_talk.thread_id).delete)
    assert await bob_socket.beat() == {str(other.thread_id): 0}
    await bob_socket.news()
    await say(other, "b")
    assert texts(await bob_socket.news()) == ["b"]
