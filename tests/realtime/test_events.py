"""Events as each receiver gets them: live and by catching up."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from chat_api.chat import actions
from chat_api.chat.models import Message, Thread, UserThread
from chat_api.realtime.events import EVENTS
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, set_state, start_script, talks
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

CORRECTED, FLAGGED = "run_corrected", "flag_raised"


async def test_message_frame_equals_the_rest_response_of_each_receiver(
    both: list[Talk], opened: Opener
) -> None:
    alice_talk, bob_talk = both
    alice_socket, bob_socket = await opened(alice_talk.user), await opened(bob_talk.user)
    name = "8f14e45f-ceea-467f-a0e6-2a1d2f0d3a52"
    said = await say(alice_talk, "a <b>", meta={"x": [1]}, client_id=name)
    (to_alice,), (to_bob,) = await alice_socket.news(), await bob_socket.news()
    event = {"thread": alice_talk.thread_id, "seq": 1}
    # The response to a POST also has the chosen answers.
    said.pop("answers")
    assert to_alice == {"message": CREATED, "event": event, "data": said}
    assert (to_bob["message"], to_bob["event"]) == (CREATED, event)
    own = ("is_own", "is_read", "thread_data")
    assert {k: v for k, v in to_bob["data"].items() if k not in own} == {
        k: v for k, v in said.items() if k not in own
    }
    for frame, talk, is_own, is_read in (
        (to_alice, alice_talk, True, True),
        (to_bob, bob_talk, False, False),
    ):
        data = frame["data"]
        assert (data["is_own"], data["is_read"], data["client_id"]) == (is_own, is_read, name)
        assert data["thread_data"] == await outside(talk.thread)
        (listed,) = await outside(talk.messages)
        assert {key: data[key] for key in listed} == listed
        # Catching up, over the socket or over HTTP, shows the same.
        socket = alice_socket if talk is alice_talk else bob_socket
        assert await replay(socket, talk) == [frame] == await over_http(talk)


async def test_thread_data_is_that_of_the_receiver(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    await outside(set_state, bob_talk, permissions=3, notifications=2)
    bob_socket = await opened(bob_talk.user)
    await say(alice_talk, "a")
    (shown,) = await bob_socket.news()
    data = shown["data"]["thread_data"]
    assert (data["permissions"], data["notifications"], data["unread"]) == (3, 2, 0)
    assert [user["first_name"] for user in data["users_data"]] == ["Alice", "Bob"]


async def test_changed_message_is_sent_with_its_current_text(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    said = await say(alice_talk, "a")
    bob_socket = await opened(bob_talk.user)
    path = f"{alice_talk.path}/messages/{said['id']}"
    await outside(alice_talk.client.patch, path, {"text": "b"}, format="json")
    (shown,) = await bob_socket.news()
    assert (shown["message"], shown["data"]["text"], shown["event"]["seq"]) == (CREATED, "b", 2)
    assert shown["data"]["updated"] > said["updated"]
    assert texts(await replay(bob_socket, bob_talk)) == ["b", "b"]


async def test_frame_of_a_deleted_message_has_no_content(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    said = await say(alice_talk, "never to be seen again")
    await bob_socket.news()
    await outside(alice_talk.client.delete, f"{alice_talk.path}/messages/{said['id']}")
    gone = {"id": said["id"], "thread": alice_talk.thread_id, "deleted": True, "unread": 0}
    shown, thread = await bob_socket.news()
    assert shown == {"message": CREATED, "event": {"thread": alice_talk.thread_id, "seq": 2}, "data": gone}
    assert (thread["message"], thread["data"]["last_message_data"]) == (UPDATED, None)
    again = await replay(bob_socket, bob_talk)
    assert [frame["data"] for frame in again[:2]] == [gone, gone]
    assert again[2:] == [thread]
    assert "never" not in str(again)


async def test_frame_of_a_deletion_has_the_unread_count(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket, alice_socket = await opened(bob_talk.user), await opened(alice_talk.user)
    said = [await say(alice_talk, text) for text in "abc"]
    for socket in (bob_socket, alice_socket):
        await socket.news()
    await outside(alice_talk.client.delete, f"{alice_talk.path}/messages/{said[0]['id']}")
    for socket, unread in ((bob_socket, 2), (alice_socket, 0)):
        shown, _ = await socket.news()
        assert shown["data"]["unread"] == unread
    assert (await outside(bob_talk.thread))["unread"] == 2


async def test_changed_thread_is_sent_as_each_receiver_sees_it(both: list[Talk], opened: Opener) -> None:
    alice_talk, _ = both
    sockets = {talk: await opened(talk.user) for talk in both}
    await outside(alice_talk.patch, title="A new one")
    for talk, socket in sockets.items():
        (shown,) = await socket.news()
        assert (shown["message"], shown["event"]["seq"]) == (UPDATED, 1)
        assert shown["data"] == await outside(talk.thread)
        assert shown["data"]["title"] == "A new one"


async def test_messages_of_a_script_arrive_in_order(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    alice_socket, bob_socket = await opened(alice_talk.user), await opened(bob_talk.user)
    await outside(
        start_script, alice_talk, published_schema_of_two := await outside(_two_questions), bob_talk.user
    )
    await say(bob_talk, "an answer")
    assert published_schema_of_two.pk
    for socket in (alice_socket, bob_socket):
        frames = await socket.news()
        assert names(frames) == [CREATED, UPDATED, CREATED, CREATED]
        assert seqs(frames) == [1, 2, 3, 4]
        assert texts(frames) == ["Question 1?", "an answer", "Question 2?"]
        assert frames[-1]["data"]["predecessor"] is None or frames[-1]["data"]["predecessor"] > 0


def _two_questions() -> Any:
    return published_schema([{}, {}])


async def test_reading_is_sent_to_members_and_not_to_subscribers(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    alice_talk, bob_talk = both
    await outside(actions.subscribe, user=root, thread_id=alice_talk.thread_id)
    alice_socket, root_socket = await opened(alice_talk.user), await opened(root)
    said = await say(alice_talk, "a")
    await alice_socket.news()
    await outside(bob_talk.client.get, f"{bob_talk.path}/messages/{said['id']}")
    (shown,) = await alice_socket.news()
    assert shown["message"] == READ
    assert shown["data"] == {
        "thread": alice_talk.thread_id,
        "user": bob_talk.user.pk,
        "messages": [said["id"]],
    }
    frames = await root_socket.news()
    assert names(frames) == [CREATED, "skipped"]
    assert seqs(frames) == [1, 2]
    assert frames[1]["data"] == {}


async def test_field_limits_apply_to_events(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    limits = {"LIMIT_FIELDS_TO": ["id", "text", "is_own"]}
    with override_settings(CHAT_SETTINGS={"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": limits}}):
        bob_socket = await opened(bob_talk.user)
        said = await say(alice_talk, "a")
        (shown,) = await bob_socket.news()
        assert shown["data"] == {"id": said["id"], "text": "a", "is_own": False}
        await outside(alice_talk.client.delete, f"{alice_talk.path}/messages/{said['id']}")
        shown, _ = await bob_socket.news()
        assert shown["data"] == {
            "id": said["id"],
            "thread": alice_talk.thread_id,
            "deleted": True,
            "unread": 0,
        }


async def test_subscriber_receives_events_as_the_default_member(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    alice_talk, _ = both
    await outside(actions.subscribe, user=root, thread_id=alice_talk.thread_id)
    root_socket = await opened(root)
    await say(alice_talk, "a")
    (shown,) = await root_socket.news()
    assert (shown["data"]["text"], shown["data"]["is_own"]) == ("a", False)
    assert shown["data"]["thread_data"]["id"] == alice_talk.thread_id
    assert shown["data"]["thread_data"]["state"] == "closed"
    assert not await outside(UserThread.objects.filter(user=root).exists)
    assert [frame["data"]["text"] for frame in await replay(root_socket, alice_talk)] == ["a"]


async def test_host_can_turn_off_live_events_for_subscribers(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    alice_talk, _ = both
    await outside(actions.subscribe, user=root, thread_id=alice_talk.thread_id)
    quiet = {"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NO_WS_TO_SUBSCRIBED": True}}}
    with override_settings(CHAT_SETTINGS=quiet):
        root_socket, alice_socket = await opened(root), await opened(alice_talk.user)
        await say(alice_talk, "a")
        assert await root_socket.news() == []
        assert texts(await alice_socket.news()) == ["a"]
        assert texts(await replay(root_socket, alice_talk)) == ["a"]


async def test_subscriber_without_permission_receives_nothing_more(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    alice_talk, _ = both
    await outside(actions.subscribe, user=root, thread_id=alice_talk.thread_id)
    root_socket = await opened(root)
    await say(alice_talk, "a")
    assert texts(await root_socket.news()) == ["a"]
    await outside(type(root).objects.filter(pk=root.pk).update, is_superuser=False)
    await say(alice_talk, "b")
    assert await root_socket.news() == []
    assert str(alice_talk.thread_id) not in await root_socket.beat()
    await say(alice_talk, "c")
    assert await root_socket.news() == []
    await root_socket.send("catch_up", {"threads": {str(alice_talk.thread_id): 0}})
    assert [frame["data"]["code"] for frame in await root_socket.news()] == ["NO_PERMISSIONS"]


async def test_subscriber_receives_events_from_the_subscription_on(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    alice_talk, _ = both
    await say(alice_talk, "before")
    root_socket, client = await opened(root), talks(await outside(Thread.objects.get), root)[0].client
    for text in ("a", "b"):
        await outside(client.post, f"{alice_talk.path}/ws-subscribe")
        await say(alice_talk, text)
        assert texts(await root_socket.news()) == [text]
    assert texts(await replay(root_socket, alice_talk)) == ["before", "a", "b"]


async def test_event_during_a_subscription_is_sent_at_once(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    alice_talk, _ = both
    root_socket, client = await opened(root), talks(await outside(Thread.objects.get), root)[0].client
    join = root_socket.consumer.joined.join

    async def join_late(*groups: str) -> None:
        if groups:
            root_socket.consumer.joined.join = join
            await say(alice_talk, "meanwhile")
        await join(*groups)

    root_socket.consumer.joined.join = join_late
    await outside(client.post, f"{alice_talk.path}/ws-subscribe")
    assert texts(await root_socket.news()) == ["meanwhile"]


async def test_second_subscription_replaces_the_first(both: list[Talk], opened: Opener, root: Any) -> None:
    alice_talk, _ = both
    other = await outside(thread_with, alice_talk.user)
    (elsewhere,) = talks(other, alice_talk.user)
    root_socket, client = await opened(root), talks(other, root)[0].client
    for talk in (alice_talk, elsewhere):
        assert (await outside(client.post, f"{talk.path}/ws-subscribe")).status_code == 204
        await root_socket.news()
    await say(alice_talk, "a")
    await say(elsewhere, "b")
    assert texts(await root_socket.news()) == ["b"]


async def test_a_correction_comes_after_the_messages_that_it_supersedes(
    both: list[Talk], opened: Opener
) -> None:
    alice_talk, bob_talk = both
    flag = {"name": "flagged", "if": 'a == "hide"', "label": "to look at"}
    schema = await outside(
        published_schema, [{"name": "a"}, {"name": "b", "show_if": 'a != "hide"'}, {}], flags=[flag]
    )
    await outside(start_script, alice_talk, schema, bob_talk.user)
    said = await say(bob_talk, "x")
    await say(bob_talk, "y")
    shown = await outside(bob_talk.messages)
    sockets = [await opened(talk.user) for talk in both]
    body = {"message": said["id"], "last": shown[-1]["id"], "text": "hide"}
    response = await outside(bob_talk.client.post, f"{bob_talk.path}/correct", body, format="json")
    assert response.status_code == 201, response.content
    gone = [message["id"] for message in shown if message["text"] in ("x", "Question 2?", "y")]
    to_alice, to_bob = [await socket.news() for socket in sockets]
    for frames in (to_alice, to_bob):
        deleted = [frame["data"]["id"] for frame in frames if frame["data"].get("deleted")]
        assert deleted == gone
        (place,) = (number for number, frame in enumerate(frames) if frame["message"] == CORRECTED)
        correction = frames[place]["data"]
        assert correction == {
            "thread": bob_talk.thread_id,
            "message": response.json()["id"],
            "superseded": gone,
        }
        assert not any(frame["data"].get("deleted") for frame in frames[place:])
    assert FLAGGED in names(to_alice)
    assert FLAGGED not in names(to_bob)


async def test_every_kind_of_event_is_tested_here() -> None:
    assert EVENTS.keys() == {CREATED, READ, UPDATED, CORRECTED, FLAGGED}


async def test_refused_messages_are_not_sent(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    for _ in range(5):
        await outside(alice_talk.post, text="x" * 70_000)
        await outside(alice_talk.post, text="x", question=10**6)
    await say(alice_talk, "b")
    frames = await bob_socket.news()
    assert (texts(frames), seqs(frames)) == (["b"], [1])
    assert await outside(Message.objects.count) == 1
