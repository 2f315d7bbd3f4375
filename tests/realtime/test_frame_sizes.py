"""Frames stay small however many members a thread has."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import LazySettings

from tests.chat.talking import Talk
from tests.factories import MemberFactory, UserFactory
from tests.realtime.counting import queries
from tests.realtime.sockets import CREATED, UPDATED, Opener, Socket, dumped, outside, say
from tests.realtime.test_queries import shape

pytestmark = pytest.mark.django_db(transaction=True)


def fill(talk: Talk, members: int) -> None:
    """Add members until the thread has `members` of them."""
    thread = talk.row.thread
    for _ in range(members - thread.users.count()):
        MemberFactory.create(thread=thread, user=UserFactory.create(password=None), permissions=1 | 2 | 16)


async def framed(socket: Socket, talk: Talk) -> dict[str, Any]:
    await say(talk, "Good morning, everybody.")
    (shown,) = await socket.news()
    assert shown["message"] == CREATED
    return shown


def size(frame: dict[str, Any]) -> int:
    return len(json.dumps(frame, separators=(",", ":")).encode())


async def test_a_frame_in_a_room_of_a_hundred_is_at_most_8_kb(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    await outside(fill, mine, 100)
    shown = await framed(await opened(bobs.user), mine)
    assert size(shown) <= 8 * 1024
    assert shown["data"]["thread_data"]["users_count"] == 100
    # Over REST they are all there.
    assert len((await outside(bobs.thread))["users_data"]) == 100


async def test_with_chosen_fields_it_is_at_most_1_kb(
    both: list[Talk], opened: Opener, settings: LazySettings
) -> None:
    mine, bobs = both
    await outside(fill, mine, 100)
    await outside(mine.patch, title="Ward 7")
    settings.CHAT_SETTINGS = {"WS_THREAD_FIELDS": ["title", "unread", "last_message_data__id"]}
    theirs = await opened(bobs.user)
    shown = await framed(theirs, mine)
    assert size(shown) <= 1024
    message = shown["data"]["id"]
    assert shown["data"]["thread_data"] == {
        "id": mine.thread_id,
        "title": "Ward 7",
        "unread": 1,
        "last_message_data": {"id": message},
    }
    await outside(mine.patch, title="Rounds")
    (told,) = await theirs.news()
    assert told["message"] == UPDATED
    assert set(told["data"]) == {"id", "title", "unread", "last_message_data"}
    missed = (await outside(bobs.client.get, f"{bobs.path}/events?after=1")).json()["events"]
    assert [frame["data"] for frame in missed] == [
        {**shown["data"], "thread_data": told["data"]},
        told["data"],
    ]


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ([], {"id"}),
        (["users_data"], {"id", "users_data"}),
        (["users_data__first_name", "users_count"], {"id", "users_data", "users_count"}),
        (["question_data__text"], {"id", "question_data"}),
        (["state", "paused"], {"id", "state", "paused"}),
    ],
)
async def test_frames_carry_the_chosen_fields_alone(
    fields: list[str], keys: set[str], both: list[Talk], opened: Opener, settings: LazySettings
) -> None:
    mine, bobs = both
    settings.CHAT_SETTINGS = {"WS_THREAD_FIELDS": fields}
    shown = (await framed(await opened(bobs.user), mine))["data"]["thread_data"]
    assert set(shown) == keys
    if "users_data__first_name" in fields:
        assert shown["users_data"] == [{"first_name": "Alice"}, {"first_name": "Bob"}]


async def test_accounts_too_large_for_frames_are_left_out(
    both: list[Talk], opened: Opener, settings: LazySettings
) -> None:
    mine, bobs = both
    settings.CHAT_SETTINGS = {"WS_USERS_DATA_BYTES_MAX": 100}
    shown = (await framed(await opened(bobs.user), mine))["data"]["thread_data"]
    assert "users_data" not in shown
    assert shown["users_count"] == 2


async def test_frames_of_a_large_thread_show_what_rest_shows(
    both: list[Talk], opened: Opener, settings: LazySettings
) -> None:
    mine, bobs = both
    settings.CHAT_SETTINGS = {"THREAD_USERS_DATA_MAX": 4}
    theirs = await opened(bobs.user)
    for members in (4, 5):
        await outside(fill, mine, members)
        shown = (await framed(theirs, mine))["data"]["thread_data"]
        assert dumped(shown) != ""
        assert shown == await outside(bobs.thread)
        assert ("users_data" in shown) is (members == 4)
        assert shown["users_count"] == members


async def test_counting_the_members_costs_frames_no_query(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    theirs = await opened(bobs.user)
    theirs.consumer._checked += 3600
    asked_by = []
    for members in (2, 150):
        await outside(fill, mine, members)
        await framed(theirs, mine)
        with queries() as asked:
            await framed(theirs, mine)
        asked_by.append(shape(asked))
    assert asked_by[0] == asked_by[1]
