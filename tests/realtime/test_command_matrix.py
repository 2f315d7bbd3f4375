"""Every command by every kind of user: done, refused, or silently ignored so that nothing is revealed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL, Permission, State
from chat_api.chat.models import ThreadWSSubscription, UnreadMessage, UserThread
from chat_api.realtime.socket.commands import COMMANDS
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk
from tests.factories import MemberFactory, UserFactory
from tests.realtime.sockets import Opener, Socket, outside, say

pytestmark = pytest.mark.django_db(transaction=True)

STRANGER, REMOVED, SUBSCRIBER, SUPERUSER, CLOSED = "stranger", "removed", "subscriber", "superuser", "closed"
MEMBERS: Final = {
    "without flags": 0,
    "null": None,
    **{str(flag.name): int(flag) for flag in Permission},
    "all": PERMISSIONS_ALL,
    CLOSED: PERMISSIONS_ALL,
}
KINDS: Final = frozenset({STRANGER, REMOVED, SUBSCRIBER, SUPERUSER, *MEMBERS})
READERS: Final = frozenset({"MESSAGES_READ", "all", CLOSED})
WRITERS: Final = frozenset({"MESSAGES_CREATE", "all"})
DONE, REFUSED, NOTHING = "done", "refused", "nothing"


@dataclass
class World:
    """A thread with a message of Alice, and users of each kind."""

    alice: Talk
    message: int
    users: dict[str, Any]

    async def ask(self, socket: Socket, name: str) -> list[dict[str, Any]]:
        data = {
            "ping": {"a": 1},
            "mark_message_as_read": {"message": self.message},
            "catch_up": {"threads": {str(self.alice.thread_id): 0}},
            "thread_someone_is_writing": {"thread": self.alice.thread_id, "length": 1},
        }[name]
        await socket.send(name, data)
        return await socket.news()


async def reads(world: World, kind: str, shown: list[dict[str, Any]]) -> bool:
    left = UnreadMessage.objects.filter(user=world.users[kind], message=world.message)
    return not await outside(left.exists)


async def catches_up(world: World, kind: str, shown: list[dict[str, Any]]) -> bool:
    return any(frame["data"].get("outcome") == "replayed" for frame in shown)


async def pongs(world: World, kind: str, shown: list[dict[str, Any]]) -> bool:
    return shown == [{"message": "pong", "data": {"a": 1}}]


async def is_silent(world: World, kind: str, shown: list[dict[str, Any]]) -> bool:
    return shown == []


@dataclass(frozen=True)
class Row:
    """The kinds of users who can run a command, and those who get a refusal; nothing happens for the rest."""

    done: frozenset[str]
    refused: frozenset[str]
    is_done: Callable[[World, str, list[dict[str, Any]]], Any]


MEMBER_KINDS: Final = frozenset(MEMBERS)
ROWS: Final = {
    "ping": Row(KINDS, frozenset(), pongs),
    # Users without an unread row do not learn whether the message exists.
    "mark_message_as_read": Row(READERS, MEMBER_KINDS - READERS, reads),
    "catch_up": Row(READERS | {SUBSCRIBER}, KINDS - READERS - {SUBSCRIBER}, catches_up),
    "thread_someone_is_writing": Row(WRITERS, KINDS - WRITERS, is_silent),
}


def people(alice: Any) -> tuple[Talk, dict[str, Any]]:
    thread = thread_with(alice)
    users = {kind: UserFactory.create(is_superuser=kind in (SUBSCRIBER, SUPERUSER)) for kind in sorted(KINDS)}
    for kind, permissions in {**MEMBERS, REMOVED: PERMISSIONS_ALL}.items():
        state = State.CLOSED if kind == CLOSED else State.OPEN
        MemberFactory.create(thread=thread, user=users[kind], permissions=permissions, state=state)
    ThreadWSSubscription.objects.create(user=users[SUBSCRIBER], thread=thread)
    return Talk(alice, thread.pk), users


def remove(world: World) -> None:
    path = f"{world.alice.path}/users/{world.users[REMOVED].pk}"
    assert world.alice.client.delete(path).status_code == 204


def test_every_command_has_a_row() -> None:
    assert ROWS.keys() == COMMANDS.keys()
    for name, row in ROWS.items():
        assert not row.done & row.refused, name


@pytest.mark.parametrize("name", sorted(COMMANDS))
async def test_command_is_permitted_to_the_users_of_its_row(name: str, alice: Any, opened: Opener) -> None:
    talk, users = await outside(people, alice)
    said = await say(talk, "a")
    world = World(talk, said["id"], users)
    sockets = {kind: await opened(user) for kind, user in users.items()}
    await outside(remove, world)
    row = ROWS[name]
    outcomes = {}
    for kind, socket in sockets.items():
        await socket.news()
        shown = [
            frame for frame in await world.ask(socket, name) if "event" not in frame or name == "catch_up"
        ]
        codes = [frame["data"]["code"] for frame in shown if frame["message"] == "error"]
        if codes:
            assert codes == ["NO_PERMISSIONS"], (kind, shown)
            outcomes[kind] = REFUSED
        else:
            outcomes[kind] = DONE if await row.is_done(world, kind, shown) else NOTHING
    rest = KINDS - row.done - row.refused
    expected = {**dict.fromkeys(row.done, DONE), **dict.fromkeys(row.refused, REFUSED)}
    for kind in rest:
        # They have no unread row, before or after.
        assert not await outside(UnreadMessage.objects.filter(user=users[kind]).exists)
        expected[kind] = DONE
    assert outcomes == expected
    assert await outside(UserThread.objects.filter(thread_id=talk.thread_id).count) == len(MEMBERS) + 1
