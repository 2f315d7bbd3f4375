"""Joining and leaving threads while a socket is open takes effect at once."""

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
from chat_api.chat.delivery.event_source import ChatEventSource
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


async def test_added_member_receives_the_thread_and_later_events(
    both: list[Talk], carol: Any, opened: Opener
) -> None:
    alice_talk, bob_talk = both
    await say(alice_talk, "before they joined")
    carol_socket, bob_socket = await opened(carol), await opened(bob_talk.user)
    assert await carol_socket.news() == []
    await add(alice_talk, carol)
    frames = await carol_socket.news()
    assert (names(frames), seqs(frames)) == ([UPDATED], [2])
    assert len(frames[0]["data"]["users_data"]) == 3
    assert names(await bob_socket.news()) == [UPDATED]
    await say(bob_talk, "welcome")
    frames = await carol_socket.news()
    assert (texts(frames), seqs(frames)) == (["welcome"], [3])


async def test_creator_receives_the_new_thread_on_open_sockets(both: list[Talk], opened: Opener) -> None:
    user = both[0].user
    socket = await opened(user)
    made = await outside(both[0].client.post, f"/api/accounts/{user.pk}/threads/chat", {}, format="json")
    (shown,) = await socket.news()
    assert (shown["message"], shown["event"]) == (UPDATED, {"thread": made.json()["id"], "seq": 1})


async def test_removed_member_receives_no_later_events(both: list[Talk], carol: Any, opened: Opener) -> None:
    alice_talk, bob_talk = both
    other = talks(await outside(thread_with, alice_talk.user, bob_talk.user), alice_talk.user)[0]
    bob_socket, alice_socket = await opened(bob_talk.user), await opened(alice_talk.user)
    await say(alice_talk, "a")
    assert seqs(await bob_socket.news()) == [1]
    await remove(alice_talk, bob_talk.user)
    await say(alice_talk, "b")
    await outside(alice_talk.patch, title="secret")
    await say(other, "still here")
    left, *frames = await bob_socket.news()
    assert left == {"message": "thread_left", "data": {"thread": alice_talk.thread_id}}
    assert [(frame["event"]["thread"], frame["event"]["seq"]) for frame in frames] == [(other.thread_id, 1)]
    assert seqs(
        [frame for frame in await alice_socket.news() if frame["event"]["thread"] == alice_talk.thread_id]
    ) == [
        1,
        2,
        3,
        4,
    ]
    await bob_socket.send("catch_up", {"threads": {str(alice_talk.thread_id): 0}})
    assert [frame["data"]["code"] for frame in await bob_socket.news()] == ["NO_PERMISSIONS"]
    assert alice_talk.thread_id not in map(int, await bob_socket.beat())


async def test_removed_member_receives_nothing_even_if_the_hint_was_lost(
    both: list[Talk], opened: Opener
) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    # A raw deletion sends no signal, either.
    rows = UserThread.objects.filter(user=bob_talk.user)
    await outside(rows._raw_delete, rows.db)
    await say(alice_talk, "a")
    assert await bob_socket.news() == []
    bob_socket.consumer.streams.request_reload(heartbeat=True)
    assert names([await bob_socket.frame(), await bob_socket.frame()]) == [LEFT, "heartbeat"]


async def test_member_who_leaves_receives_nothing_more(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    assert (await outside(bob_talk.client.delete, bob_talk.path)).status_code == 204
    await say(alice_talk, "a")
    assert await bob_socket.news() == [{"message": LEFT, "data": {"thread": alice_talk.thread_id}}]
    assert len(await outside(events, alice_talk.thread_id)) == 2


@pytest.mark.parametrize("deleted", ["row", "thread", "account"])
async def test_thread_left_is_sent_after_any_deletion(deleted: str, both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket, alice_socket = await opened(bob_talk.user), await opened(alice_talk.user)
    if deleted == "account":
        await outside(bob_talk.user.delete)
        shown = await alice_socket.frame()
        assert (shown["message"], shown["event"]["seq"]) == (UPDATED, 1)
        assert [user["id"] for user in shown["data"]["users_data"]] == [alice_talk.user.pk]
        assert await bob_socket.closed_with() == CloseCode.NOT_SIGNED_IN
        return

    def delete() -> None:
        (bob_talk.row if deleted == "row" else bob_talk.row.thread).delete()

    await outside(delete)
    assert await bob_socket.news() == [{"message": LEFT, "data": {"thread": alice_talk.thread_id}}]


async def test_thread_left_is_sent_later_if_the_database_fails(
    both: list[Talk], carol: Any, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    other = await outside(thread_with, alice_talk.user, carol)

    def fails(*args: Any) -> None:
        raise OperationalError("the database went away")

    with monkeypatch.context() as patched:
        patched.setattr(ChatEventSource, "threads_left", fails)
        await remove(alice_talk, bob_talk.user)
        await add(Talk(alice_talk.user, other.pk), bob_talk.user)
        assert await bob_socket.news() == []
    bob_socket.consumer.streams.request_reload(heartbeat=True)
    while (shown := await bob_socket.frame())["message"] != "heartbeat":
        assert shown["message"] in (LEFT, UPDATED)
    assert set(shown["data"]["threads"]) == {str(other.pk)}
    assert thread_group(other.pk) in bob_socket.consumer.joined._names
    assert thread_group(alice_talk.thread_id) not in bob_socket.consumer.joined._names
    await say(Talk(alice_talk.user, other.pk), "welcome")
    assert texts(await bob_socket.news()) == ["welcome"]


async def test_member_without_live_events_gets_no_thread_left(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    await outside(set_state, bob_talk, notifications=0)
    bob_socket = await opened(bob_talk.user)
    await remove(alice_talk, bob_talk.user)
    assert await bob_socket.news() == []


async def test_thread_beyond_the_limit_of_a_socket_gets_no_thread_left(
    both: list[Talk], opened: Opener
) -> None:
    alice_talk, bob_talk = both
    with override_settings(CHAT_SETTINGS={"WS_THREADS_MAX": 1}):
        bob_socket = await opened(bob_talk.user)
        await outside(thread_with, alice_talk.user, bob_talk.user)
        other = await outside(lambda: UserThread.objects.filter(user=bob_talk.user).latest("pk").thread_id)
        await say(Talk(alice_talk.user, other), "a")
        bob_socket.consumer.streams.request_reload()
        assert LEFT not in names(await bob_socket.news())
        assert set(bob_socket.consumer.streams.threads) == {other}


async def test_deleting_an_account_writes_events_in_a_constant_number_of_queries(
    alice: Any, bob: Any, carol: Any, opened: Opener
) -> None:
    carol_socket = await opened(carol)
    statements_by_case = []
    for user, number in ((alice, 1), (bob, 20)):
        threads = [await outside(thread_with, user, carol) for _ in range(number)]
        carol_socket.consumer.streams.request_reload()
        await carol_socket.news()
        with queries() as asked:
            await outside(user.delete)
        statements_by_case.append([each for each in asked if "chat_api_threadevent" in each.lower()])
        frames = await carol_socket.news()
        assert {frame["event"]["thread"] for frame in frames} == {thread.pk for thread in threads}
        assert set(names(frames)) == {UPDATED}
        assert all(frame["data"]["users_count"] == 1 for frame in frames)
    assert len(statements_by_case[0]) <= len(statements_by_case[1]) + 1
    pending = await outside(lambda: ThreadEvent.objects.filter(published=False).count())
    assert pending == 0


async def test_member_added_again_receives_no_events_of_the_time_between(
    both: list[Talk], opened: Opener
) -> None:
    alice_talk, bob_talk = both
    bob_socket, unhinted_socket = await opened(bob_talk.user), await opened(bob_talk.user)
    # This socket gets no hints and finds the changes at its heartbeat.
    unhinted_socket.consumer.streams.hint = lambda *args: None
    unhinted_socket.consumer.streams.request_reload, request_reload = (
        lambda **kwargs: None,
        unhinted_socket.consumer.streams.request_reload,
    )
    await remove(alice_talk, bob_talk.user)
    await say(alice_talk, "between")
    await add(alice_talk, bob_talk.user)
    await say(alice_talk, "after")
    unhinted_socket.consumer.streams.request_reload = request_reload
    request_reload()
    for socket in (bob_socket, unhinted_socket):
        frames = [frame for frame in await socket.news() if frame["message"] != LEFT]
        assert names(frames) == [UPDATED, CREATED]
        assert (seqs(frames), texts(frames)) == ([3, 4], ["after"])
        assert "between" not in str(frames[1])


async def test_permissions_apply_as_of_the_delivery_of_an_event(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    assert (await outside(alice_talk.control, bob_talk.user, permissions=16)).status_code == 200
    await say(alice_talk, "a")
    assert names(await bob_socket.news()) == [UPDATED, "skipped"]
    assert (await outside(alice_talk.control, bob_talk.user, permissions=17)).status_code == 200
    await say(alice_talk, "b")
    assert texts(await bob_socket.news()) == ["b"]


async def test_member_of_a_closed_thread_cannot_send_typing(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    writing = {"thread": alice_talk.thread_id, "length": 5}
    for state, codes in (("closed", ["NO_PERMISSIONS"]), ("open", [])):
        assert (await outside(alice_talk.patch, state=state)).status_code == 200
        await bob_socket.news()
        await bob_socket.send("thread_someone_is_writing", writing)
        assert [frame["data"]["code"] for frame in await bob_socket.news()] == codes


async def test_socket_opens_the_most_recently_changed_threads(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    other = talks(await outside(thread_with, alice_talk.user, bob_talk.user), alice_talk.user)[0]
    with override_settings(CHAT_SETTINGS={"WS_THREADS_MAX": 1}):
        await say(alice_talk, "a")
        bob_socket = Socket(bob_talk.user)
        assert list(await bob_socket.open()) == [str(alice_talk.thread_id)]
        await say(other, "b")
        assert list(await bob_socket.beat()) == [str(other.thread_id)]
        await bob_socket.leave()


async def test_member_added_by_host_code_receives_the_thread(
    both: list[Talk], carol: Any, opened: Opener
) -> None:
    carol_socket = await opened(carol)
    await outside(
        actions.add_member, thread_id=both[0].thread_id, user=carol, changes={"permissions": PERMISSIONS_ALL}
    )
    assert names(await carol_socket.news()) == [UPDATED]
    await outside(set_state, Talk(carol, both[0].thread_id), permissions=0)
    await say(both[0], "a")
    assert names(await carol_socket.news()) == ["skipped"]


async def test_closed_socket_leaves_no_listeners_groups_or_tasks(both: list[Talk], opened: Opener) -> None:
    bob_socket = await opened(both[1].user)
    consumer, layer = bob_socket.consumer, bob_socket.consumer.joined.exchange.layer
    assert consumer.hub._listeners
    assert layer.groups
    await bob_socket.leave()
    assert consumer.hub._listeners == {}
    assert layer.groups == {}
    assert not layer.channels
    assert all(task.done() for task in consumer._tasks)


async def test_group_names_have_ids_and_no_email_addresses(both: list[Talk], opened: Opener) -> None:
    user = both[0].user
    await opened(user)
    layer: Any = get_channel_layer()
    joined = set(layer.groups)
    assert {thread_group(both[0].thread_id), user_group(user.pk)} <= joined
    assert not any(user.email in name or user.username in name for name in joined)
    # Users of a host can have email addresses as primary keys.
    assert re.fullmatch(r"[\w.-]{1,99}", user_group("dora@example.test"))
    assert "dora" not in user_group("dora@example.test")
