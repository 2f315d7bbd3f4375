"""An event that is hidden from a receiver is sent to them as `skipped`, so that numbers have no gaps."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from chat_api.chat.choices import PERMISSIONS_ALL, Notification, Permission
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, set_state, talks
from tests.chat.test_hidden import BOTH, QUERYSET_ONLY
from tests.factories import UserFactory
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


@pytest.mark.parametrize("filters", [BOTH, QUERYSET_ONLY], ids=["both filters", "queryset filter"])
async def test_hidden_message_is_skipped_live_and_in_catch_up(
    filters: dict[str, Any], both: list[Talk], opened: Opener, root: Any
) -> None:
    with override_settings(CHAT_SETTINGS=filters):
        thread = await outside(thread_with, both[0].user, both[1].user, root)
        alice_talk, bob_talk, root_talk = talks(thread, both[0].user, both[1].user, root)
        bob_socket, root_socket = await opened(bob_talk.user), await opened(root)
        await say(alice_talk, "plain")
        secret = await say(root_talk, "hush", type="secret")
        live, seen = await bob_socket.news(), await root_socket.news()
        await outside(root_talk.client.patch, f"{root_talk.path}/messages/{secret['id']}", {"text": "hush!"})
        await outside(
            alice_talk.client.post, f"{alice_talk.path}/read", {"up_to": secret["id"]}, format="json"
        )
        live, seen = live + await bob_socket.news(), seen + await root_socket.news()
        await outside(root_talk.client.delete, f"{root_talk.path}/messages/{secret['id']}")
        live, seen = live + await bob_socket.news(), seen + await root_socket.news()
        assert names(seen) == [CREATED] * 4 + [UPDATED]
        assert texts(seen[:3]) == ["plain", "hush", "hush!"]
        for frames in (live, await replay(bob_socket, bob_talk), await over_http(bob_talk)):
            assert names(frames) == [CREATED, "skipped", "skipped", "skipped", UPDATED]
            assert seqs(frames) == [1, 2, 3, 4, 5]
            assert [frame["data"] for frame in frames[1:4]] == [{}] * 3
            assert "hush" not in str(frames)
            assert frames[4]["data"]["last_message_data"]["text"] == "plain"


async def test_read_events_do_not_name_hidden_messages(both: list[Talk], opened: Opener, root: Any) -> None:
    other = await outside(UserFactory.create, is_superuser=True)
    with override_settings(CHAT_SETTINGS=BOTH):
        thread = await outside(thread_with, both[0].user, root, other)
        alice_talk, root_talk, other_talk = await outside(talks, thread, both[0].user, root, other)
        alice_socket = await opened(both[0].user)
        plain = await say(alice_talk, "plain")
        secret = await say(other_talk, "hush", type="secret")
        hidden = await say(other_talk, "hush again", type="secret")
        await outside(root_talk.client.post, f"{root_talk.path}/read", {"up_to": secret["id"]}, format="json")
        await outside(
            root_talk.client.post, f"{root_talk.path}/read", {"messages": [hidden["id"]]}, format="json"
        )
        for frames in (
            await alice_socket.news(),
            await replay(alice_socket, alice_talk),
            await over_http(alice_talk),
        ):
            assert names(frames) == [CREATED, "skipped", "skipped", READ, "skipped"]
            assert frames[3]["data"]["messages"] == [plain["id"]]
        frames = await over_http(other_talk)
        assert [frame["data"]["messages"] for frame in frames[3:]] == [
            [plain["id"], secret["id"]],
            [hidden["id"]],
        ]


async def test_hidden_last_message_is_not_in_thread_data(both: list[Talk], opened: Opener, root: Any) -> None:
    with override_settings(CHAT_SETTINGS=BOTH):
        thread = await outside(thread_with, both[0].user, both[1].user, root)
        alice_talk, bob_talk, root_talk = talks(thread, both[0].user, both[1].user, root)
        bob_socket = await opened(bob_talk.user)
        await say(root_talk, "hush", type="secret")
        await outside(alice_talk.patch, title="t")
        *_, updated = await bob_socket.news()
        assert updated["message"] == UPDATED
        assert updated["data"]["last_message_data"] is None
        assert updated["data"]["unread"] == 0


async def test_events_without_permission_are_sent_as_skipped(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket = await opened(bob_talk.user)
    for permissions, expected in (
        (PERMISSIONS_ALL & ~Permission.MESSAGES_READ, ["skipped", UPDATED]),
        (PERMISSIONS_ALL & ~Permission.THREAD_READ, [CREATED, "skipped"]),
        (0, ["skipped", "skipped"]),
    ):
        await outside(set_state, bob_talk, permissions=permissions)
        await say(alice_talk, "word")
        await outside(alice_talk.patch, title=f"t{permissions}")
        frames = await bob_socket.news()
        assert names(frames) == expected
        if not permissions & Permission.MESSAGES_READ and permissions:
            assert frames[0]["data"] == {}


async def test_member_without_live_events_can_still_catch_up(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    await outside(set_state, bob_talk, notifications=int(Notification.UNREAD))
    bob_socket = await opened(bob_talk.user)
    await say(alice_talk, "a")
    assert await bob_socket.news() == []
    # The heartbeat has the head of the thread, but no events follow.
    assert (await bob_socket.beat())[str(bob_talk.thread_id)] == 1
    assert await bob_socket.news() == []
    assert texts(await replay(bob_socket, bob_talk)) == ["a"] == texts(await over_http(bob_talk))
    await outside(bob_talk.patch, notifications=3)
    await say(alice_talk, "b")
    assert texts(await bob_socket.news()) == ["b"]
    await outside(bob_talk.patch, notifications=1)
    await bob_socket.news()
    await say(alice_talk, "c")
    assert await bob_socket.news() == []
    heads = await bob_socket.beat()
    await outside(set_state, bob_talk, notifications=None)
    assert texts(await replay(bob_socket, bob_talk, after=heads[str(bob_talk.thread_id)] - 1)) == ["c"]
