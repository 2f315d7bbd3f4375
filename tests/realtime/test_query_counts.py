"""The queries of sockets do not grow with members, sockets or threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from chat_api.chat.models import UserThread
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk
from tests.factories import ThreadFactory
from tests.realtime.counting import queries
from tests.realtime.sockets import Opener, Socket, outside, say, texts

pytestmark = pytest.mark.django_db(transaction=True)


def people(number: int) -> list[Any]:
    model = get_user_model()
    rows = [model(username=f"one of {number}: {index}") for index in range(number)]
    return list(model.objects.bulk_create(rows))


def crowd(user: Any, number: int) -> tuple[Talk, list[Any]]:
    """Create a thread of the user with `number` other members."""
    thread, others = thread_with(user), people(number)
    UserThread.objects.bulk_create(
        UserThread(thread=thread, user=other, type="chat", created=thread.created, updated=thread.updated)
        for other in others
    )
    return Talk(user, thread.pk), others


def shape(asked: list[str]) -> list[str]:
    """Return the sorted beginnings of the statements: requests and sockets run concurrently."""
    return sorted(statement[:40] for statement in asked)


async def posting(talk: Talk, sockets: list[Socket], text: str) -> list[str]:
    """Post a message and return the statements until each of the open sockets has received it."""
    with queries() as asked:
        await say(talk, text)
        for socket in sockets:
            assert texts(await socket.news()) == [text]
    return asked


async def opened_for(users: list[Any], opened: Opener) -> list[Socket]:
    sockets = [await opened(user) for user in users]
    for socket in sockets:
        # User and session were just checked; no recheck must interfere.
        socket.consumer._checked += 3600
    return sockets


async def test_posting_costs_the_same_with_2_and_200_members(alice: Any, opened: Opener) -> None:
    statements_by_case = []
    for number in (1, 199):
        talk, others = await outside(crowd, alice, number)
        sockets = await opened_for([alice, others[0]], opened)
        await posting(talk, sockets, "warm")
        statements_by_case.append(shape(await posting(talk, sockets, "a")))
        for socket in sockets:
            await socket.leave()
    assert statements_by_case[0] == statements_by_case[1]


async def test_posting_costs_the_same_with_1_and_50_open_sockets(alice: Any, opened: Opener) -> None:
    talk, others = await outside(crowd, alice, 49)
    counts = []
    (alice_socket,) = await opened_for([alice], opened)
    await posting(talk, [alice_socket], "warm")
    counts.append(shape(await posting(talk, [alice_socket], "one socket")))
    sockets = [alice_socket, *await opened_for(others, opened)]
    counts.append(shape(await posting(talk, sockets, "fifty users")))
    same = [*sockets, *await opened_for([alice] * 10, opened)]
    counts.append(shape(await posting(talk, same, "ten more of one user")))
    assert counts[0] == counts[1] == counts[2]


Act = Callable[[Talk], Any]
ACTS: dict[str, Act] = {
    "title": lambda talk: talk.patch(title=f"t{talk.thread()['unread']}x"),
    "reading": lambda talk: talk.client.post(f"{talk.path}/read", {"up_to": 10**6}, format="json"),
}


@pytest.mark.parametrize("act", ACTS)
async def test_frames_cost_the_same_for_1_and_50_listeners(act: str, alice: Any, opened: Opener) -> None:
    talk, others = await outside(crowd, alice, 50)
    writer = Talk(others[0], talk.thread_id)
    statements_by_case = []
    for users in ([alice], others[1:]):
        await say(writer, "to be read")
        sockets = await opened_for(users, opened)
        await outside(talk.thread)
        with queries() as asked:
            await outside(ACTS[act], talk)
            for socket in sockets:
                assert len(await socket.news()) == 1
        statements_by_case.append(shape(asked))
        await outside(talk.patch, title=f"{act} between")
        for socket in sockets:
            await socket.leave()
    assert statements_by_case[0] == statements_by_case[1]


async def test_frames_are_built_once_and_released_after_delivery(alice: Any, opened: Opener) -> None:
    talk, others = await outside(crowd, alice, 5)
    sockets = await opened_for([alice, *others, others[0]], opened)
    hub = sockets[0].consumer.hub
    await posting(talk, sockets, "a")
    assert not hub._batches
    # A frame that waits for a late receiver is kept for them only.
    late = sockets.pop()
    late.consumer.streams.hint, hint = lambda *args: None, late.consumer.streams.hint
    await posting(talk, sockets, "b")
    (batch,) = hub._batches.values()
    assert batch.made.result().keys() == {others[0].pk}
    hint(talk.thread_id, 2)
    assert texts(await late.news()) == ["b"]
    assert not hub._batches


async def test_connecting_costs_the_same_with_2_and_200_threads(alice: Any, bob: Any, opened: Opener) -> None:
    def join() -> None:
        for user, number in ((alice, 2), (bob, 200)):
            first: Any = ThreadFactory.create()
            threads = type(first).objects.bulk_create(
                type(first)(type="chat", created=first.created, updated=first.updated) for _ in range(number)
            )
            UserThread.objects.bulk_create(
                UserThread(
                    thread=thread, user=user, type="chat", created=thread.created, updated=thread.updated
                )
                for thread in threads
            )

    await outside(join)
    statements_by_case = []
    for user, number in ((alice, 2), (bob, 200)):
        with queries() as asked:
            socket = await opened(user)
            await socket.news()
        assert len(socket.consumer.streams.threads) == number
        statements_by_case.append(shape(asked))
        with queries() as asked:
            assert len(await socket.beat()) == number
        statements_by_case.append(shape(asked))
    assert statements_by_case[0] == statements_by_case[2]
    assert statements_by_case[1] == statements_by_case[3]
    assert len(statements_by_case[0]) <= 7
    assert len(statements_by_case[1]) <= 3


async def test_catch_up_costs_the_same_for_1_and_50_events(both: list[Talk], opened: Opener) -> None:
    alice_talk, _ = both
    socket = (await opened_for([alice_talk.user], opened))[0]
    statements_by_case = []
    for number in (1, 49):
        for _ in range(number):
            await say(alice_talk, "a")
        await socket.news()
        with queries() as asked:
            await socket.send("catch_up", {"threads": {str(alice_talk.thread_id): 0}})
            assert len(await socket.news()) == socket.consumer.streams._cursors[alice_talk.thread_id] + 1
        statements_by_case.append(shape(asked))
    assert statements_by_case[0] == statements_by_case[1]
