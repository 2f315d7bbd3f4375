"""Events as each receiver gets them: live, and when he catches up."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from chat_api.chat import actions
from chat_api.chat.models import Message, Thread, UserThread
from chat_api.realtime.events import EVENTS
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, led, set_state, talks
from tests.factories import published_schema
from tests.realtime.sockets import (
    CREATED,
    READ,
    UPDATED,
    Opener,
    names,
    outside,
    over_http,
    replay,
    say,
    seqs,
    texts,
)

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_message_is_shown_to_each_as_rest_shows_it_to_him(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    alices, his = await opened(mine.user), await opened(bobs.user)
    name = "8f14e45f-ceea-467f-a0e6-2a1d2f0d3a52"
    said = await say(mine, "a <b>", meta={"x": [1]}, client_id=name)
    (to_alice,), (to_bob,) = await alices.news(), await his.news()
    event = {"thread": mine.thread_id, "seq": 1}
    # The answer to a POST says besides which answers were chosen.
    said.pop("answers")
    assert to_alice == {"message": CREATED, "event": event, "data": said}
    assert (to_bob["message"], to_bob["event"]) == (CREATED, event)
    own = ("is_own", "is_read", "thread_data")
    assert {k: v for k, v in to_bob["data"].items() if k not in own} == {
        k: v for k, v in said.items() if k not in own
    }
    for frame, talk, is_own, is_read in ((to_alice, mine, True, True), (to_bob, bobs, False, False)):
        data = frame["data"]
        assert (data["is_own"], data["is_read"], data["client_id"]) == (is_own, is_read, name)
        assert data["thread_data"] == await outside(talk.thread)
        (listed,) = await outside(talk.messages)
        assert {key: data[key] for key in listed} == listed
        # Catching up, by either way, shows the same.
        socket = alices if talk is mine else his
        assert await replay(socket, talk) == [frame] == await over_http(talk)


async def test_thread_data_is_the_receivers_own(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    await outside(set_state, bobs, permissions=3, notifications=2)
    his = await opened(bobs.user)
    await say(mine, "a")
    (shown,) = await his.news()
    data = shown["data"]["thread_data"]
    assert (data["permissions"], data["notifications"], data["unread"]) == (3, 2, 0)
    assert [user["first_name"] for user in data["users_data"]] == ["Alice", "Bob"]


async def test_a_change_comes_as_the_message_that_it_is_now(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    said = await say(mine, "a")
    his = await opened(bobs.user)
    path = f"{mine.path}/messages/{said['id']}"
    await outside(mine.client.patch, path, {"text": "b"}, format="json")
    (shown,) = await his.news()
    assert (shown["message"], shown["data"]["text"], shown["event"]["seq"]) == (CREATED, "b", 2)
    assert shown["data"]["updated"] > said["updated"]
    assert texts(await replay(his, bobs)) == ["b", "b"]


async def test_of_a_deleted_message_nothing_is_told_but_that(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    his = await opened(bobs.user)
    said = await say(mine, "never to be seen again")
    await his.news()
    await outside(mine.client.delete, f"{mine.path}/messages/{said['id']}")
    gone = {"id": said["id"], "thread": mine.thread_id, "deleted": True, "unread": 0}
    shown, thread = await his.news()
    assert shown == {"message": CREATED, "event": {"thread": mine.thread_id, "seq": 2}, "data": gone}
    assert (thread["message"], thread["data"]["last_message_data"]) == (UPDATED, None)
    again = await replay(his, bobs)
    assert [frame["data"] for frame in again[:2]] == [gone, gone]
    assert again[2:] == [thread]
    assert "never" not in str(again)


async def test_a_deletion_says_how_many_are_unread_now(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    his, hers = await opened(bobs.user), await opened(mine.user)
    said = [await say(mine, text) for text in "abc"]
    for socket in (his, hers):
        await socket.news()
    await outside(mine.client.delete, f"{mine.path}/messages/{said[0]['id']}")
    for socket, unread in ((his, 2), (hers, 0)):
        shown, _ = await socket.news()
        assert shown["data"]["unread"] == unread
    assert (await outside(bobs.thread))["unread"] == 2


async def test_a_change_of_the_thread_comes_as_each_ones_own_object(both: list[Talk], opened: Opener) -> None:
    mine, _ = both
    sockets = {talk: await opened(talk.user) for talk in both}
    await outside(mine.patch, title="A new one")
    for talk, socket in sockets.items():
        (shown,) = await socket.news()
        assert (shown["message"], shown["event"]["seq"]) == (UPDATED, 1)
        assert shown["data"] == await outside(talk.thread)
        assert shown["data"]["title"] == "A new one"


async def test_what_a_script_says_comes_in_order(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    alices, his = await opened(mine.user), await opened(bobs.user)
    await outside(led, mine, published_schema_of_two := await outside(_two_questions), bobs.user)
    await say(bobs, "an answer")
    assert published_schema_of_two.pk
    for socket in (alices, his):
        frames = await socket.news()
        assert names(frames) == [CREATED, UPDATED, CREATED, CREATED]
        assert seqs(frames) == [1, 2, 3, 4]
        assert texts(frames) == ["Question 1?", "an answer", "Question 2?"]
        assert frames[-1]["data"]["predecessor"] is None or frames[-1]["data"]["predecessor"] > 0


def _two_questions() -> Any:
    return published_schema([{}, {}])


async def test_reading_is_told_to_members_and_not_to_subscribers(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    mine, bobs = both
    await outside(actions.subscribe, user=root, thread_id=mine.thread_id)
    alices, roots = await opened(mine.user), await opened(root)
    said = await say(mine, "a")
    await alices.news()
    await outside(bobs.client.get, f"{bobs.path}/messages/{said['id']}")
    (shown,) = await alices.news()
    assert shown["message"] == READ
    assert shown["data"] == {"thread": mine.thread_id, "user": bobs.user.pk, "messages": [said["id"]]}
    frames = await roots.news()
    assert names(frames) == [CREATED, "skipped"]
    assert seqs(frames) == [1, 2]
    assert frames[1]["data"] == {}


async def test_limited_fields_hold_for_events(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    limits = {"LIMIT_FIELDS_TO": ["id", "text", "is_own"]}
    with override_settings(CHAT_SETTINGS={"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": limits}}):
        his = await opened(bobs.user)
        said = await say(mine, "a")
        (shown,) = await his.news()
        assert shown["data"] == {"id": said["id"], "text": "a", "is_own": False}
        await outside(mine.client.delete, f"{mine.path}/messages/{said['id']}")
        shown, _ = await his.news()
        assert shown["data"] == {"id": said["id"], "thread": mine.thread_id, "deleted": True, "unread": 0}


async def test_a_subscriber_hears_as_a_default_member(both: list[Talk], opened: Opener, root: Any) -> None:
    mine, _ = both
    await outside(actions.subscribe, user=root, thread_id=mine.thread_id)
    roots = await opened(root)
    await say(mine, "a")
    (shown,) = await roots.news()
    assert (shown["data"]["text"], shown["data"]["is_own"]) == ("a", False)
    assert shown["data"]["thread_data"]["id"] == mine.thread_id
    assert shown["data"]["thread_data"]["state"] == "closed"
    assert not await outside(UserThread.objects.filter(user=root).exists)
    assert [frame["data"]["text"] for frame in await replay(roots, mine)] == ["a"]


async def test_a_host_may_keep_subscribers_off_live_events(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    mine, _ = both
    await outside(actions.subscribe, user=root, thread_id=mine.thread_id)
    quiet = {"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NO_WS_TO_SUBSCRIBED": True}}}
    with override_settings(CHAT_SETTINGS=quiet):
        roots, hers = await opened(root), await opened(mine.user)
        await say(mine, "a")
        assert await roots.news() == []
        assert texts(await hers.news()) == ["a"]
        assert texts(await replay(roots, mine)) == ["a"]


async def test_a_subscriber_who_lost_the_right_hears_nothing_more_at_once(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    mine, _ = both
    await outside(actions.subscribe, user=root, thread_id=mine.thread_id)
    roots = await opened(root)
    await say(mine, "a")
    assert texts(await roots.news()) == ["a"]
    await outside(type(root).objects.filter(pk=root.pk).update, is_superuser=False)
    await say(mine, "b")
    assert await roots.news() == []
    assert str(mine.thread_id) not in await roots.beat()
    await say(mine, "c")
    assert await roots.news() == []
    await roots.send("catch_up", {"threads": {str(mine.thread_id): 0}})
    assert [frame["data"]["code"] for frame in await roots.news()] == ["NO_PERMISSIONS"]


async def test_who_subscribes_is_told_of_what_happens_from_then_on(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    mine, _ = both
    await say(mine, "before")
    roots, client = await opened(root), talks(await outside(Thread.objects.get), root)[0].client
    for text in ("a", "b"):
        await outside(client.post, f"{mine.path}/ws-subscribe")
        await say(mine, text)
        assert texts(await roots.news()) == [text]
    assert texts(await replay(roots, mine)) == ["before", "a", "b"]


async def test_what_happens_while_a_socket_joins_a_thread_is_told_at_once(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    mine, _ = both
    roots, client = await opened(root), talks(await outside(Thread.objects.get), root)[0].client
    join = roots.consumer.joined.join

    async def join_late(*groups: str) -> None:
        if groups:
            roots.consumer.joined.join = join
            await say(mine, "meanwhile")
        await join(*groups)

    roots.consumer.joined.join = join_late
    await outside(client.post, f"{mine.path}/ws-subscribe")
    assert texts(await roots.news()) == ["meanwhile"]


async def test_who_subscribes_elsewhere_leaves_the_first_thread(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    mine, _ = both
    other = await outside(thread_with, mine.user)
    (elsewhere,) = talks(other, mine.user)
    roots, client = await opened(root), talks(other, root)[0].client
    for talk in (mine, elsewhere):
        assert (await outside(client.post, f"{talk.path}/ws-subscribe")).status_code == 204
        await roots.news()
    await say(mine, "a")
    await say(elsewhere, "b")
    assert texts(await roots.news()) == ["b"]


async def test_every_kind_of_event_was_looked_at() -> None:
    assert EVENTS.keys() == {CREATED, READ, UPDATED}


async def test_nothing_of_what_was_rolled_back_is_sent(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    his = await opened(bobs.user)
    for _ in range(5):
        await outside(mine.post, text="x" * 70_000)
        await outside(mine.post, text="x", question=10**6)
    await say(mine, "b")
    frames = await his.news()
    assert (texts(frames), seqs(frames)) == (["b"], [1])
    assert await outside(Message.objects.count) == 1
