"""Coming, going and signing out while a socket is open: it takes effect at once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.contrib.auth.views import LogoutView
from django.db import OperationalError
from django.test import override_settings
from django.urls import path

from chat_api.chat import actions
from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.delivery.event_source import ChatFeed
from chat_api.chat.models import UserThread
from chat_api.realtime.group_names import thread_group, user_group
from chat_api.realtime.models import ThreadEvent
from chat_api.realtime.socket.codes import CloseCode
from tests import urls
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, events, set_state, talks
from tests.realtime.counting import queries
from tests.realtime.sockets import (
    CREATED,
    LEFT,
    UPDATED,
    Opener,
    Socket,
    names,
    outside,
    say,
    seqs,
    texts,
)

pytestmark = pytest.mark.django_db(transaction=True)

urlpatterns = [*urls.urlpatterns, path("leave", LogoutView.as_view(next_page="/"))]


async def add(talk: Talk, user: Any, **body: Any) -> Talk:
    body = {"user": user.pk, "permissions": 3 + 16, **body}
    made = await outside(talk.client.post, f"{talk.path}/users", body, format="json")
    assert made.status_code == 201, made.content
    return Talk(user, talk.thread_id)


async def remove(talk: Talk, user: Any) -> None:
    gone = await outside(talk.client.delete, f"{talk.path}/users/{user.pk}")
    assert gone.status_code == 204, gone.content


async def test_who_is_added_hears_of_it_and_of_what_follows(
    both: list[Talk], carol: Any, opened: Opener
) -> None:
    mine, bobs = both
    await say(mine, "before her time")
    hers, his = await opened(carol), await opened(bobs.user)
    assert await hers.news() == []
    await add(mine, carol)
    frames = await hers.news()
    assert (names(frames), seqs(frames)) == ([UPDATED], [2])
    assert len(frames[0]["data"]["users_data"]) == 3
    assert names(await his.news()) == [UPDATED]
    await say(bobs, "welcome")
    frames = await hers.news()
    assert (texts(frames), seqs(frames)) == (["welcome"], [3])


async def test_who_makes_a_thread_hears_of_it_on_his_open_sockets(both: list[Talk], opened: Opener) -> None:
    user = both[0].user
    socket = await opened(user)
    made = await outside(both[0].client.post, f"/api/accounts/{user.pk}/threads/chat", {}, format="json")
    (shown,) = await socket.news()
    assert (shown["message"], shown["event"]) == (UPDATED, {"thread": made.json()["id"], "seq": 1})


async def test_who_is_removed_gets_nothing_with_a_later_number(
    both: list[Talk], carol: Any, opened: Opener
) -> None:
    mine, bobs = both
    other = talks(await outside(thread_with, mine.user, bobs.user), mine.user)[0]
    his, hers = await opened(bobs.user), await opened(mine.user)
    await say(mine, "a")
    assert seqs(await his.news()) == [1]
    await remove(mine, bobs.user)
    await say(mine, "b")
    await outside(mine.patch, title="secret")
    await say(other, "still here")
    left, *frames = await his.news()
    assert left == {"message": "thread_left", "data": {"thread": mine.thread_id}}
    assert [(frame["event"]["thread"], frame["event"]["seq"]) for frame in frames] == [(other.thread_id, 1)]
    assert seqs([frame for frame in await hers.news() if frame["event"]["thread"] == mine.thread_id]) == [
        1,
        2,
        3,
        4,
    ]
    await his.send("catch_up", {"threads": {str(mine.thread_id): 0}})
    assert [frame["data"]["code"] for frame in await his.news()] == ["NO_PERMISSIONS"]
    assert mine.thread_id not in map(int, await his.beat())


async def test_who_was_removed_gets_nothing_even_where_the_hint_of_it_was_lost(
    both: list[Talk], opened: Opener
) -> None:
    mine, bobs = both
    his = await opened(bobs.user)
    # Thus no signal tells of it, either.
    rows = UserThread.objects.filter(user=bobs.user)
    await outside(rows._raw_delete, rows.db)
    await say(mine, "a")
    assert await his.news() == []
    his.consumer.streams.hint_anew(beat=True)
    assert names([await his.frame(), await his.frame()]) == [LEFT, "heartbeat"]


async def test_who_leaves_hears_nothing_more(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    his = await opened(bobs.user)
    assert (await outside(bobs.client.delete, bobs.path)).status_code == 204
    await say(mine, "a")
    assert await his.news() == [{"message": LEFT, "data": {"thread": mine.thread_id}}]
    assert len(await outside(events, mine.thread_id)) == 2


@pytest.mark.parametrize("way", ["row", "thread", "account"])
async def test_leaving_is_told_by_whichever_way(way: str, both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    his, hers = await opened(bobs.user), await opened(mine.user)
    if way == "account":
        await outside(bobs.user.delete)
        shown = await hers.frame()
        assert (shown["message"], shown["event"]["seq"]) == (UPDATED, 1)
        assert [user["id"] for user in shown["data"]["users_data"]] == [mine.user.pk]
        assert await his.closed_with() == CloseCode.NOT_SIGNED_IN
        return

    def delete() -> None:
        (bobs.row if way == "row" else bobs.row.thread).delete()

    await outside(delete)
    assert await his.news() == [{"message": LEFT, "data": {"thread": mine.thread_id}}]


async def test_leaving_is_told_later_where_the_database_fails_meanwhile(
    both: list[Talk], carol: Any, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, bobs = both
    his = await opened(bobs.user)
    other = await outside(thread_with, mine.user, carol)

    def fails(*args: Any) -> None:
        raise OperationalError("the database went away")

    with monkeypatch.context() as patched:
        patched.setattr(ChatFeed, "threads_left", fails)
        await remove(mine, bobs.user)
        await add(Talk(mine.user, other.pk), bobs.user)
        assert await his.news() == []
    his.consumer.streams.hint_anew(beat=True)
    while (shown := await his.frame())["message"] != "heartbeat":
        assert shown["message"] in (LEFT, UPDATED)
    assert set(shown["data"]["threads"]) == {str(other.pk)}
    assert thread_group(other.pk) in his.consumer.joined._names
    assert thread_group(mine.thread_id) not in his.consumer.joined._names
    await say(Talk(mine.user, other.pk), "welcome")
    assert texts(await his.news()) == ["welcome"]


async def test_a_member_without_live_events_is_not_told_of_leaving(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    await outside(set_state, bobs, notifications=0)
    his = await opened(bobs.user)
    await remove(mine, bobs.user)
    assert await his.news() == []


async def test_a_thread_beyond_those_of_a_socket_was_not_left(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    with override_settings(CHAT_SETTINGS={"WS_THREADS_MAX": 1}):
        his = await opened(bobs.user)
        await outside(thread_with, mine.user, bobs.user)
        other = await outside(lambda: UserThread.objects.filter(user=bobs.user).latest("pk").thread_id)
        await say(Talk(mine.user, other), "a")
        his.consumer.streams.hint_anew()
        assert LEFT not in names(await his.news())
        assert set(his.consumer.streams.threads) == {other}


async def test_a_deleted_account_is_told_in_a_number_of_queries_that_does_not_grow(
    alice: Any, bob: Any, carol: Any, opened: Opener
) -> None:
    hers = await opened(carol)
    asked_by = []
    for user, number in ((alice, 1), (bob, 20)):
        threads = [await outside(thread_with, user, carol) for _ in range(number)]
        hers.consumer.streams.hint_anew()
        await hers.news()
        with queries() as asked:
            await outside(user.delete)
        asked_by.append([each for each in asked if "chat_api_threadevent" in each.lower()])
        frames = await hers.news()
        assert {frame["event"]["thread"] for frame in frames} == {thread.pk for thread in threads}
        assert set(names(frames)) == {UPDATED}
        assert all(frame["data"]["users_count"] == 1 for frame in frames)
    assert len(asked_by[0]) <= len(asked_by[1]) + 1
    pending = await outside(lambda: ThreadEvent.objects.filter(published=False).count())
    assert pending == 0


async def test_who_comes_back_is_told_nothing_of_the_time_between(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    his, lost = await opened(bobs.user), await opened(bobs.user)
    # The hints of this one get lost: it finds out at its heartbeat.
    lost.consumer.streams.hint = lambda *args: None
    lost.consumer.streams.hint_anew, anew = lambda **kwargs: None, lost.consumer.streams.hint_anew
    await remove(mine, bobs.user)
    await say(mine, "between")
    await add(mine, bobs.user)
    await say(mine, "after")
    lost.consumer.streams.hint_anew = anew
    anew()
    for socket in (his, lost):
        frames = [frame for frame in await socket.news() if frame["message"] != LEFT]
        assert names(frames) == [UPDATED, CREATED]
        assert (seqs(frames), texts(frames)) == ([3, 4], ["after"])
        assert "between" not in str(frames[1])


async def test_rights_count_as_they_are_when_the_event_is_sent(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    his = await opened(bobs.user)
    assert (await outside(mine.control, bobs.user, permissions=16)).status_code == 200
    await say(mine, "a")
    assert names(await his.news()) == [UPDATED, "skipped"]
    assert (await outside(mine.control, bobs.user, permissions=17)).status_code == 200
    await say(mine, "b")
    assert texts(await his.news()) == ["b"]


async def test_closing_and_opening_a_thread_says_who_may_be_seen_writing(
    both: list[Talk], opened: Opener
) -> None:
    mine, bobs = both
    his = await opened(bobs.user)
    writing = {"thread": mine.thread_id, "length": 5}
    for state, codes in (("closed", ["NO_PERMISSIONS"]), ("open", [])):
        assert (await outside(mine.patch, state=state)).status_code == 200
        await his.news()
        await his.send("thread_someone_is_writing", writing)
        assert [frame["data"]["code"] for frame in await his.news()] == codes


async def test_the_threads_that_something_happened_in_last_are_open(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    other = talks(await outside(thread_with, mine.user, bobs.user), mine.user)[0]
    with override_settings(CHAT_SETTINGS={"WS_THREADS_MAX": 1}):
        await say(mine, "a")
        his = Socket(bobs.user)
        assert list(await his.open()) == [str(mine.thread_id)]
        await say(other, "b")
        assert list(await his.beat()) == [str(other.thread_id)]
        await his.leave()


async def test_an_added_member_of_a_host_is_told_as_well(
    both: list[Talk], carol: Any, opened: Opener
) -> None:
    hers = await opened(carol)
    await outside(
        actions.add_member, thread_id=both[0].thread_id, user=carol, changes={"permissions": PERMISSIONS_ALL}
    )
    assert names(await hers.news()) == [UPDATED]
    await outside(set_state, Talk(carol, both[0].thread_id), permissions=0)
    await say(both[0], "a")
    assert names(await hers.news()) == ["skipped"]


async def test_a_socket_that_is_gone_leaves_nothing_behind(both: list[Talk], opened: Opener) -> None:
    his = await opened(both[1].user)
    consumer, layer = his.consumer, his.consumer.joined.exchange.layer
    assert consumer.hub._listeners
    assert layer.groups
    await his.leave()
    assert consumer.hub._listeners == {}
    assert layer.groups == {}
    assert not layer.channels
    assert all(task.done() for task in consumer._tasks)


async def test_names_of_groups_hold_ids_and_never_addresses(both: list[Talk], opened: Opener) -> None:
    user = both[0].user
    await opened(user)
    layer: Any = get_channel_layer()
    joined = set(layer.groups)
    assert {thread_group(both[0].thread_id), user_group(user.pk)} <= joined
    assert not any(user.email in name or user.username in name for name in joined)
    # A host's users may have addresses for keys.
    assert re.fullmatch(r"[\w.-]{1,99}", user_group("dora@example.test"))
    assert "dora" not in user_group("dora@example.test")
