"""The size of frames does not grow with the members of a thread."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import LazySettings

from tests.chat.talking import Talk
from tests.factories import MemberFactory, UserFactory
from tests.realtime.counting import queries
from tests.realtime.sockets import CREATED, UPDATED, Opener, Socket, dumped, outside, say
from tests.realtime.test_query_counts import shape

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


async def test_frame_of_a_thread_with_a_hundred_members_is_at_most_8_kb(
    both: list[Talk], opened: Opener
) -> None:
    alice_talk, bob_talk = both
    await outside(fill, alice_talk, 100)
    shown = await framed(await opened(bob_talk.user), alice_talk)
    assert size(shown) <= 8 * 1024
    assert shown["data"]["thread_data"]["users_count"] == 100
    # REST responses have all of them.
    assert len((await outside(bob_talk.thread))["users_data"]) == 100


async def test_frame_with_chosen_fields_is_at_most_1_kb(
    both: list[Talk], opened: Opener, settings: LazySettings
) -> None:
    alice_talk, bob_talk = both
    await outside(fill, alice_talk, 100)
    await outside(alice_talk.patch, title="Ward 7")
    settings.CHAT_SETTINGS = {"WS_THREAD_FIELDS": ["title", "unread", "last_message_data__id"]}
    bob_socket = await opened(bob_talk.user)
    shown = await framed(bob_socket, alice_talk)
    assert size(shown) <= 1024
    message = shown["data"]["id"]
    assert shown["data"]["thread_data"] == {
        "id": alice_talk.thread_id,
        "title": "Ward 7",
        "unread": 1,
        "last_message_data": {"id": message},
    }
    await outside(alice_talk.patch, title="Rounds")
    (updated,) = await bob_socket.news()
    assert updated["message"] == UPDATED
    assert set(updated["data"]) == {"id", "title", "unread", "last_message_data"}
    missed = (await outside(bob_talk.client.get, f"{bob_talk.path}/events?after=1")).json()["events"]
    assert [frame["data"] for frame in missed] == [
        {**shown["data"], "thread_data": updated["data"]},
        updated["data"],
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
async def test_frames_have_only_the_chosen_fields(
    fields: list[str], keys: set[str], both: list[Talk], opened: Opener, settings: LazySettings
) -> None:
    alice_talk, bob_talk = both
    settings.CHAT_SETTINGS = {"WS_THREAD_FIELDS": fields}
    shown = (await framed(await opened(bob_talk.user), alice_talk))["data"]["thread_data"]
    assert set(shown) == keys
    if "users_data__first_name" in fields:
        assert shown["users_data"] == [{"first_name": "Alice"}, {"first_name": "Bob"}]


async def test_large_accounts_are_omitted_from_frames(
    both: list[Talk], opened: Opener, settings: LazySettings
) -> None:
    alice_talk, bob_talk = both
    settings.CHAT_SETTINGS = {"WS_USERS_DATA_BYTES_MAX": 100}
    shown = (await framed(await opened(bob_talk.user), alice_talk))["data"]["thread_data"]
    assert "users_data" not in shown
    assert shown["users_count"] == 2


async def test_frames_of_a_large_thread_show_what_rest_shows(
    both: list[Talk], opened: Opener, settings: LazySettings
) -> None:
    alice_talk, bob_talk = both
    settings.CHAT_SETTINGS = {"THREAD_USERS_DATA_MAX": 4}
    bob_socket = await opened(bob_talk.user)
    for members in (4, 5):
        await outside(fill, alice_talk, members)
        shown = (await framed(bob_socket, alice_talk))["data"]["thread_data"]
        assert dumped(shown) != ""
        assert shown == await outside(bob_talk.thread)
        assert ("users_data" in shown) is (members == 4)
        assert shown["users_count"] == members


async def test_members_count_of_frames_costs_no_query(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    bob_socket.consumer._checked += 3600
    statements_by_case = []
    for members in (2, 150):
        await outside(fill, alice_talk, members)
        await framed(bob_socket, alice_talk)
        with queries() as asked:
            await framed(bob_socket, alice_talk)
        statements_by_case.append(shape(asked))
    assert statements_by_case[0] == statements_by_case[1]
