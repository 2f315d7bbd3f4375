"""Catching up: nothing was missed, here is all of it, or read everything anew; over the socket and over HTTP alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from chat_api.chat.delivery import event_source
from chat_api.chat.delivery.event_source import ChatFeed
from chat_api.chat.models import Thread
from chat_api.realtime.models import ThreadEvent
from chat_api.realtime.publish import trim_event_log
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, talks
from tests.realtime.sockets import CREATED, UPDATED, Opener, Socket, names, outside, say, seqs, texts

pytestmark = pytest.mark.django_db(transaction=True)


async def ask(socket: Socket, talk: Talk, after: int) -> tuple[str, int, list[dict[str, Any]]]:
    """Catch up both ways, see that they agree, and give outcome, head and events."""
    await socket.send("catch_up", {"threads": {str(talk.thread_id): after}})
    *frames, ended = await socket.news()
    assert ended["message"] == "catch_up"
    assert ended["data"].pop("thread") == talk.thread_id
    response = await outside(talk.client.get, f"{talk.path}/events?after={after}")
    assert response.status_code == 200, response.content
    assert response.json() == {**ended["data"], "events": frames}
    return ended["data"]["outcome"], ended["data"]["head"], frames


async def test_the_three_outcomes(both: list[Talk], opened: Opener) -> None:
    mine, _ = both
    for text in "abc":
        await say(mine, text)
    socket = await opened(mine.user)
    assert await ask(socket, mine, 3) == ("current", 3, [])
    for after in (0, 1, 2):
        outcome, head, frames = await ask(socket, mine, after)
        assert (outcome, head, seqs(frames)) == ("replayed", 3, list(range(after + 1, 4)))
        assert texts(frames) == list("abc"[after:])
    # Who has seen what never was is mistaken about all of it.
    for after in (4, 10**12, 2**63 - 1):
        assert await ask(socket, mine, after) == ("resync", 3, [])
    await socket.send("catch_up", {"threads": {str(mine.thread_id): 10**40}})
    assert [frame["data"]["outcome"] for frame in await socket.news()] == ["resync"]


async def test_in_a_thread_without_history_nothing_was_missed(both: list[Talk], opened: Opener) -> None:
    socket = await opened(both[0].user)
    assert await ask(socket, both[0], 0) == ("current", 0, [])
    assert await ask(socket, both[0], 1) == ("resync", 0, [])


async def test_who_is_too_far_behind_reads_everything_anew(both: list[Talk], opened: Opener) -> None:
    mine, _ = both
    for number in range(6):
        await say(mine, str(number))
    with override_settings(CHAT_SETTINGS={"EVENT_CATCH_UP_MAX": 5}):
        socket = await opened(mine.user)
        assert await ask(socket, mine, 0) == ("resync", 6, [])
        assert seqs((await ask(socket, mine, 1))[2]) == [2, 3, 4, 5, 6]


async def test_a_part_of_a_trimmed_log_is_never_sent(both: list[Talk], opened: Opener) -> None:
    mine, _ = both
    for number in range(6):
        await say(mine, str(number))
    old = timezone.now() - timedelta(days=8)
    await outside(ThreadEvent.objects.filter(seq__lte=3).update, created=old)
    assert await outside(trim_event_log) == 3
    socket = await opened(mine.user)
    for after in (0, 1, 2):
        assert await ask(socket, mine, after) == ("resync", 6, [])
    assert seqs((await ask(socket, mine, 3))[2]) == [4, 5, 6]
    await outside(ThreadEvent.objects.all().delete)
    assert await ask(socket, mine, 5) == ("resync", 6, [])
    assert await ask(socket, mine, 6) == ("current", 6, [])
    await say(mine, "goes on")
    assert seqs(await socket.news()) == [7]


async def test_a_new_members_history_begins_when_he_joins(
    both: list[Talk], carol: Any, opened: Opener
) -> None:
    mine, _ = both
    await say(mine, "before her time")
    await outside(mine.client.post, f"{mine.path}/users", {"user": carol.pk}, format="json")
    hers = Talk(carol, mine.thread_id)
    await say(mine, "welcome")
    socket = await opened(carol)
    for after in (0, 1):
        outcome, head, frames = await ask(socket, hers, after)
        assert (outcome, head, names(frames), seqs(frames)) == ("replayed", 3, [UPDATED, CREATED], [2, 3])
        assert texts(frames) == ["welcome"]


async def test_long_histories_are_made_ready_in_parts(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_source, "_PART", 2)
    mine, _ = both
    for number in range(7):
        await say(mine, str(number))
    socket = await opened(mine.user)
    assert texts((await ask(socket, mine, 0))[2]) == list("0123456")
    assert texts((await ask(socket, mine, 2))[2]) == list("23456")


async def test_a_hundred_threads_at_once_and_not_one_more(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both

    def hundred() -> list[int]:
        return [thread_with(mine.user).pk for _ in range(100)]

    ids = await outside(hundred)
    socket = await opened(mine.user)
    await socket.send("catch_up", {"threads": {str(pk): 0 for pk in ids}})
    frames = await socket.news()
    assert [frame["data"]["thread"] for frame in frames] == ids
    assert {frame["data"]["outcome"] for frame in frames} == {"current"}
    await socket.send("catch_up", {"threads": {str(pk): 0 for pk in (*ids, bobs.thread_id)}})
    (refused,) = await socket.news()
    assert refused["data"] == {"code": "WRONG_VALUE", "command": "catch_up", "field": "threads"}


async def test_threads_that_are_none_of_his_are_refused_and_the_rest_answered(
    both: list[Talk], carol: Any, opened: Opener
) -> None:
    mine, _ = both
    others = await outside(thread_with, carol)
    await say(mine, "a")
    socket = await opened(mine.user)
    asked = [others.pk, 10**18, 2**63, 10**19 - 1, 0, mine.thread_id]
    await socket.send("catch_up", {"threads": {str(pk): 0 for pk in asked}})
    *refused, created, ended = await socket.news()
    assert [(frame["data"]["code"], frame["data"]["thread"]) for frame in refused] == [
        ("NO_PERMISSIONS", pk) for pk in asked[:-1]
    ]
    assert (created["data"]["text"], ended["data"]["outcome"]) == ("a", "replayed")


async def test_after_has_to_be_a_number(both: list[Talk]) -> None:
    mine, _ = both
    for wrong in ("", "x", "-1", "1.0", "²", "1e3", str(2**63), "9" * 40, " 1", "%00", "null"):
        response = await outside(mine.client.get, f"{mine.path}/events?after={wrong}")
        assert (response.status_code, response.json()) == (400, {"after": ["WRONG_VALUE"]}), wrong
    shown = (await outside(mine.client.get, f"{mine.path}/events")).json()
    assert shown == {"outcome": "current", "head": 0, "events": []}
    response = await outside(mine.client.get, f"{mine.path}/events?after={2**63 - 1}")
    assert response.json()["outcome"] == "resync"


async def test_what_is_caught_up_with_is_not_sent_once_more(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    his = await opened(bobs.user)
    hint, his.consumer.streams.hint = his.consumer.streams.hint, lambda *args: None
    await say(mine, "a")
    await say(mine, "b")
    assert await his.news() == []
    await his.send("catch_up", {"threads": {str(mine.thread_id): 0}})
    assert texts(await his.news()) == ["a", "b"]
    his.consumer.streams.hint = hint
    hint(mine.thread_id, 2)
    assert await his.news() == []
    await say(mine, "c")
    assert texts(await his.news()) == ["c"]


async def test_hints_may_be_lost_doubled_late_and_wrong(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    his = await opened(bobs.user)
    streams = his.consumer.streams
    hint, streams.hint = streams.hint, lambda *args: None
    for text in "abc":
        await say(mine, text)
    for head in (2, 1, 2, 0, -5):
        hint(mine.thread_id, head)
    hint(10**6, 7)
    assert (texts(await his.news()), streams._cursors) == (["a", "b"], {mine.thread_id: 2})
    # What no hint told of is found by the heartbeat.
    await his.send("ping")
    heads = {str(mine.thread_id): 3}
    his.consumer.streams.hint_anew(beat=True)
    frames = [frame for frame in await his.news() if frame["message"] != "pong"]
    assert texts(frames) == ["c"]
    assert frames[-1]["data"] == {"threads": heads}


async def test_a_socket_that_has_fallen_far_behind_is_told_to_read_anew(
    both: list[Talk], opened: Opener
) -> None:
    mine, bobs = both
    his, hers = await opened(bobs.user), await opened(mine.user)
    for socket in (his, hers):
        socket.consumer.streams.hint = lambda *args: None
    for number in range(4):
        await say(mine, str(number))
    with override_settings(CHAT_SETTINGS={"EVENT_CATCH_UP_MAX": 3}):
        his.consumer.streams.hint_anew()
        resync = {"thread": mine.thread_id, "outcome": "resync", "head": 4}
        assert await his.news() == [{"message": "catch_up", "data": resync}]
    await outside(ThreadEvent.objects.filter(seq=2).delete)
    hers.consumer.streams.hint_anew()
    assert await hers.news() == [{"message": "catch_up", "data": resync}]


async def test_an_event_that_cannot_be_shown_holds_nobody_up(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, bobs = both
    his = await opened(bobs.user)

    def fails(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(ChatFeed, "live_frames", fails)
        await say(mine, "a")
        (shown,) = await his.news()
        assert shown["data"] == {"thread": mine.thread_id, "outcome": "resync", "head": 1}
    await say(mine, "b")
    assert texts(await his.news()) == ["b"]


async def test_a_thread_that_is_gone_ends_quietly(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    other = talks(await outside(thread_with, bobs.user), bobs.user)[0]
    his = await opened(bobs.user)
    await say(mine, "a")
    await outside(Thread.objects.filter(pk=mine.thread_id).delete)
    assert await his.beat() == {str(other.thread_id): 0}
    await his.news()
    await say(other, "b")
    assert texts(await his.news()) == ["b"]
