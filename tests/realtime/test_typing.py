"""Typing is sent to the other members, at a limited rate and without queries."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat import actions
from chat_api.chat.choices import Notification
from chat_api.chat.delivery import socket_commands
from chat_api.realtime.models import ThreadEvent
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, set_state
from tests.realtime.counting import queries
from tests.realtime.sockets import WRITING, Opener, Socket, outside

pytestmark = pytest.mark.django_db(transaction=True)


async def write(socket: Socket, thread_id: int, length: int = 3000) -> list[dict[str, Any]]:
    """Send that the user is typing, and return the frames received."""
    await socket.send(WRITING, {"thread": thread_id, "length": length})
    return await socket.news()


def a_second_later(socket: Socket) -> None:
    """Move the last typing event a second into the past."""
    times = socket_commands._writers[socket.consumer].reported
    for thread_id in times:
        times[thread_id] -= socket_commands.WRITING_SECONDS


async def test_typing_is_sent_to_the_other_members_only(
    both: list[Talk], carol: Any, root: Any, opened: Opener
) -> None:
    alice_talk, bob_talk = both
    await outside(actions.subscribe, user=root, thread_id=alice_talk.thread_id)
    alice_socket, bob_socket, root_socket = (
        await opened(alice_talk.user),
        await opened(bob_talk.user),
        await opened(root),
    )
    alice_phone, stranger = await opened(alice_talk.user), await opened(carol)
    assert await write(alice_socket, alice_talk.thread_id) == []
    for socket in (bob_socket, root_socket):
        (shown,) = await socket.news()
        assert shown["message"] == WRITING
        assert shown.keys() == {"message", "data"}
        sender = shown["data"].pop("sender_data")
        assert (sender["id"], sender["first_name"]) == (alice_talk.user.pk, "Alice")
        assert shown["data"] == {"thread": alice_talk.thread_id, "length": 3000}
    assert await alice_phone.news() == await stranger.news() == []
    assert not await outside(ThreadEvent.objects.exists)


async def test_typing_is_sent_at_most_once_a_second_per_thread(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    other = await outside(thread_with, alice_talk.user, bob_talk.user)
    alice_socket, bob_socket = await opened(alice_talk.user), await opened(bob_talk.user)
    for _ in range(10):
        assert await write(alice_socket, alice_talk.thread_id) == []
        assert await write(alice_socket, other.pk) == []
    assert [frame["data"]["thread"] for frame in await bob_socket.news()] == [alice_talk.thread_id, other.pk]
    a_second_later(alice_socket)
    await write(alice_socket, alice_talk.thread_id, length=0)
    await write(alice_socket, alice_talk.thread_id, length=60_000)
    assert [frame["data"]["length"] for frame in await bob_socket.news()] == [0]


async def test_typing_of_a_known_member_costs_no_query(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    alice_socket, bob_socket = await opened(alice_talk.user), await opened(bob_talk.user)
    with queries() as asked:
        await write(alice_socket, alice_talk.thread_id)
    # The account of the writer is loaded once.
    assert len(asked) == 1
    with queries() as asked:
        for _ in range(5):
            a_second_later(alice_socket)
            await write(alice_socket, alice_talk.thread_id)
            await write(alice_socket, 10**6)
        assert len(await bob_socket.news()) == 6
    assert asked == []


async def test_member_without_live_events_gets_no_typing(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    await outside(set_state, bob_talk, notifications=int(Notification.UNREAD))
    alice_socket, bob_socket = await opened(alice_talk.user), await opened(bob_talk.user)
    await write(alice_socket, alice_talk.thread_id)
    assert await bob_socket.news() == []
    # Bob's own typing is still sent.
    await write(bob_socket, alice_talk.thread_id)
    assert [frame["message"] for frame in await alice_socket.news()] == [WRITING]


async def test_removed_member_neither_sends_nor_receives_typing(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    alice_socket, bob_socket = await opened(alice_talk.user), await opened(bob_talk.user)
    await outside(alice_talk.client.delete, f"{alice_talk.path}/users/{bob_talk.user.pk}")
    assert [frame["message"] for frame in await write(alice_socket, alice_talk.thread_id)] == [
        "thread_updated"
    ]
    assert [frame["message"] for frame in await bob_socket.news()] == ["thread_left"]
    (refused,) = await write(bob_socket, alice_talk.thread_id)
    assert refused["data"]["code"] == "NO_PERMISSIONS"
    assert await alice_socket.news() == []
