"""What a receiver may not see: its place is kept, and empty."""

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
async def test_a_hidden_message_is_skipped_live_and_afterwards(
    filters: dict[str, Any], both: list[Talk], opened: Opener, root: Any
) -> None:
    with override_settings(CHAT_SETTINGS=filters):
        thread = await outside(thread_with, both[0].user, both[1].user, root)
        mine, bobs, roots = talks(thread, both[0].user, both[1].user, root)
        his, hers = await opened(bobs.user), await opened(root)
        await say(mine, "plain")
        secret = await say(roots, "hush", type="secret")
        live, seen = await his.news(), await hers.news()
        await outside(roots.client.patch, f"{roots.path}/messages/{secret['id']}", {"text": "hush!"})
        await outside(mine.client.post, f"{mine.path}/read", {"up_to": secret["id"]}, format="json")
        live, seen = live + await his.news(), seen + await hers.news()
        await outside(roots.client.delete, f"{roots.path}/messages/{secret['id']}")
        live, seen = live + await his.news(), seen + await hers.news()
        assert names(seen) == [CREATED] * 4 + [UPDATED]
        assert texts(seen[:3]) == ["plain", "hush", "hush!"]
        for frames in (live, await replay(his, bobs), await over_http(bobs)):
            assert names(frames) == [CREATED, "skipped", "skipped", "skipped", UPDATED]
            assert seqs(frames) == [1, 2, 3, 4, 5]
            assert [frame["data"] for frame in frames[1:4]] == [{}] * 3
            assert "hush" not in str(frames)
            assert frames[4]["data"]["last_message_data"]["text"] == "plain"


async def test_what_was_read_never_names_hidden_messages(both: list[Talk], opened: Opener, root: Any) -> None:
    other = await outside(UserFactory.create, is_superuser=True)
    with override_settings(CHAT_SETTINGS=BOTH):
        thread = await outside(thread_with, both[0].user, root, other)
        mine, roots, others = await outside(talks, thread, both[0].user, root, other)
        hers = await opened(both[0].user)
        plain = await say(mine, "plain")
        secret = await say(others, "hush", type="secret")
        hidden = await say(others, "hush again", type="secret")
        await outside(roots.client.post, f"{roots.path}/read", {"up_to": secret["id"]}, format="json")
        await outside(roots.client.post, f"{roots.path}/read", {"messages": [hidden["id"]]}, format="json")
        for frames in (await hers.news(), await replay(hers, mine), await over_http(mine)):
            assert names(frames) == [CREATED, "skipped", "skipped", READ, "skipped"]
            assert frames[3]["data"]["messages"] == [plain["id"]]
        frames = await over_http(others)
        assert [frame["data"]["messages"] for frame in frames[3:]] == [
            [plain["id"], secret["id"]],
            [hidden["id"]],
        ]


async def test_a_hidden_last_message_is_not_in_thread_data(
    both: list[Talk], opened: Opener, root: Any
) -> None:
    with override_settings(CHAT_SETTINGS=BOTH):
        thread = await outside(thread_with, both[0].user, both[1].user, root)
        mine, bobs, roots = talks(thread, both[0].user, both[1].user, root)
        his = await opened(bobs.user)
        await say(roots, "hush", type="secret")
        await outside(mine.patch, title="t")
        *_, updated = await his.news()
        assert updated["message"] == UPDATED
        assert updated["data"]["last_message_data"] is None
        assert updated["data"]["unread"] == 0


async def test_without_the_flags_the_places_are_kept_and_empty(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    his = await opened(bobs.user)
    for permissions, expected in (
        (PERMISSIONS_ALL & ~Permission.MESSAGES_READ, ["skipped", UPDATED]),
        (PERMISSIONS_ALL & ~Permission.THREAD_READ, [CREATED, "skipped"]),
        (0, ["skipped", "skipped"]),
    ):
        await outside(set_state, bobs, permissions=permissions)
        await say(mine, "word")
        await outside(mine.patch, title=f"t{permissions}")
        frames = await his.news()
        assert names(frames) == expected
        if not permissions & Permission.MESSAGES_READ and permissions:
            assert frames[0]["data"] == {}


async def test_without_the_ws_flag_nothing_comes_live_but_catching_up_serves(
    both: list[Talk], opened: Opener
) -> None:
    mine, bobs = both
    await outside(set_state, bobs, notifications=int(Notification.UNREAD))
    his = await opened(bobs.user)
    await say(mine, "a")
    assert await his.news() == []
    # The heartbeat says how far the thread goes all the same, and brings nothing.
    assert (await his.beat())[str(bobs.thread_id)] == 1
    assert await his.news() == []
    assert texts(await replay(his, bobs)) == ["a"] == texts(await over_http(bobs))
    await outside(bobs.patch, notifications=3)
    await say(mine, "b")
    assert texts(await his.news()) == ["b"]
    await outside(bobs.patch, notifications=1)
    await his.news()
    await say(mine, "c")
    assert await his.news() == []
    heads = await his.beat()
    await outside(set_state, bobs, notifications=None)
    assert texts(await replay(his, bobs, after=heads[str(bobs.thread_id)] - 1)) == ["c"]
