"""Somebody is writing: told to the others in the thread, seldom, and without asking the database."""

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
    """Say that one is writing, and give what comes back."""
    await socket.send(WRITING, {"thread": thread_id, "length": length})
    return await socket.news()


def a_second_later(socket: Socket) -> None:
    """Let the last time be longer ago than it is."""
    told = socket_commands._writers[socket.consumer].reported
    for thread_id in told:
        told[thread_id] -= socket_commands.WRITING_SECONDS


async def test_the_others_are_told_and_oneself_is_not(
    both: list[Talk], carol: Any, root: Any, opened: Opener
) -> None:
    mine, bobs = both
    await outside(actions.subscribe, user=root, thread_id=mine.thread_id)
    alices, his, roots = await opened(mine.user), await opened(bobs.user), await opened(root)
    my_phone, stranger = await opened(mine.user), await opened(carol)
    assert await write(alices, mine.thread_id) == []
    for socket in (his, roots):
        (shown,) = await socket.news()
        assert shown["message"] == WRITING
        assert shown.keys() == {"message", "data"}
        sender = shown["data"].pop("sender_data")
        assert (sender["id"], sender["first_name"]) == (mine.user.pk, "Alice")
        assert shown["data"] == {"thread": mine.thread_id, "length": 3000}
    assert await my_phone.news() == await stranger.news() == []
    assert not await outside(ThreadEvent.objects.exists)


async def test_it_is_told_at_most_once_a_second_and_thread(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    other = await outside(thread_with, mine.user, bobs.user)
    alices, his = await opened(mine.user), await opened(bobs.user)
    for _ in range(10):
        assert await write(alices, mine.thread_id) == []
        assert await write(alices, other.pk) == []
    assert [frame["data"]["thread"] for frame in await his.news()] == [mine.thread_id, other.pk]
    a_second_later(alices)
    await write(alices, mine.thread_id, length=0)
    await write(alices, mine.thread_id, length=60_000)
    assert [frame["data"]["length"] for frame in await his.news()] == [0]


async def test_a_known_member_costs_no_query(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    alices, his = await opened(mine.user), await opened(bobs.user)
    with queries() as asked:
        await write(alices, mine.thread_id)
    # How he is shown is looked up once.
    assert len(asked) == 1
    with queries() as asked:
        for _ in range(5):
            a_second_later(alices)
            await write(alices, mine.thread_id)
            await write(alices, 10**6)
        assert len(await his.news()) == 6
    assert asked == []


async def test_who_wants_no_live_events_is_not_told(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    await outside(set_state, bobs, notifications=int(Notification.UNREAD))
    alices, his = await opened(mine.user), await opened(bobs.user)
    await write(alices, mine.thread_id)
    assert await his.news() == []
    # He himself may be seen writing all the same.
    await write(his, mine.thread_id)
    assert [frame["message"] for frame in await alices.news()] == [WRITING]


async def test_who_was_removed_neither_tells_nor_is_told(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    alices, his = await opened(mine.user), await opened(bobs.user)
    await outside(mine.client.delete, f"{mine.path}/users/{bobs.user.pk}")
    assert [frame["message"] for frame in await write(alices, mine.thread_id)] == ["thread_updated"]
    assert [frame["message"] for frame in await his.news()] == ["thread_left"]
    (refused,) = await write(his, mine.thread_id)
    assert refused["data"]["code"] == "NO_PERMISSIONS"
    assert await alices.news() == []
