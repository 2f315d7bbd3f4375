"""Connections are cut, the web process and Redis are killed: no client loses, doubles or reorders anything."""

from __future__ import annotations

import base64
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chat_api import __version__
from chat_api.chat.models import Message
from tests.client.node import running_node
from tests.client.pages_of import Pages
from tests.client.proxy import Proxy
from tests.client.serving import Host, Hosts, people, thread_of
from tests.docs.examples import ROOT
from tests.factories import PASSWORD

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PROGRAM = Path(__file__).parent / "js" / "clients.mjs"
MODULE = ROOT / "chat_api" / "static" / "chat_api" / "client" / __version__ / "client.js"
#: How many messages are sent in all; `make client-chaos` sends as many as the test was made for.
MESSAGES = int(os.environ.get("CHAT_API_CLIENT_MESSAGES", "60"))
#: The part of the pieces of all streams that is lost with its connection.
RISK = 0.02


@pytest.fixture
def unsafe(hosts: Hosts) -> Iterator[tuple[Host, Proxy]]:
    """A web process that loses hints of events, behind a proxy that cuts connections."""
    host = hosts.start(faults=True)
    with Proxy(host.server.port, seed=1) as proxy:
        yield host, proxy


def conversations(users: list[Any], number: int) -> dict[int, list[Any]]:
    """Create threads; each has half of the users by chance, and everybody is in at least one."""
    chance = random.Random(1)
    found = {}
    for turn in range(number):
        some = chance.sample(users, len(users) // 2)
        members = [user for at, user in enumerate(users) if user in some or at % number == turn]
        found[thread_of(*members).pk] = members
    return found


def killer(host: Host, total: int) -> Callable[[int], None]:
    """Return a function that kills servers and starts them again: at a third of the messages, and at two thirds."""
    due = {total // 3: host.server, total * 2 // 3: host.redis}

    def kill(stored: int) -> None:
        server = due.get(stored)
        if server is not None:
            server.kill()
            server.start()

    return kill


def messages_of(host: Host, user: Any, thread: int) -> list[dict[str, Any]]:
    """Return all messages of a thread, in order."""
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"mark_read": "false", "ordering": "-id", "limit": 100}
    while True:
        page = host.get(user, f"threads/{thread}/messages", **query)
        found = [*reversed(page["results"]), *found]
        if page["next"] is None:
            return found
        query["before"] = found[0]["id"]


def state_of(host: Host, user: Any, threads: list[int]) -> dict[str, Any]:
    """Return the state of a client as REST shows it."""
    messages = {thread: messages_of(host, user, thread) for thread in threads}
    return {
        "queue": 0,
        "unread": host.get(user, f"accounts/{user.pk}/unread"),
        "threads": {thread: host.get(user, f"threads/{thread}") for thread in threads},
        "messages": {
            thread: [{key: message[key] for key in ("id", "sender", "text")} for message in found]
            for thread, found in messages.items()
        },
    }


def assert_stored(sent: dict[tuple[int, int], list[str]]) -> None:
    """Each text is stored once, and those of a sender in a thread in the order of sending."""
    for (thread, sender), texts in sent.items():
        stored = Message.objects.filter(thread=thread, sender=sender).order_by("pk")
        assert [message.text for message in stored] == texts
    assert Message.objects.count() == sum(map(len, sent.values()))


def test_twenty_clients_in_node_have_all_that_was_sent(
    unsafe: tuple[Host, Proxy], transactional_db: None
) -> None:
    host, proxy = unsafe
    users, total = people(*(f"person{number}" for number in range(20))), MESSAGES
    threads = conversations(users, 5)
    of = {user.pk: [thread for thread, members in threads.items() if user in members] for user in users}
    with running_node(PROGRAM, str(MODULE), str(ROOT / "client" / "package.json")) as node:
        node.wait(1, "ready")
        for user in users:
            secret = base64.b64encode(f"{user.username}:{PASSWORD}".encode()).decode()
            node.say("create", name=user.username, base=proxy.base, account=user.pk, secret=secret)
            for thread in of[user.pk]:
                node.say("open", name=user.username, thread=thread)
        node.wait(sum(map(len, of.values())), "opened")
        proxy.risk = RISK
        chance = random.Random(2)
        sent: dict[tuple[int, int], list[str]] = {}
        for number in range(total):
            user = users[number % len(users)]
            thread, text = chance.choice(of[user.pk]), f"{user.username} {number}"
            sent.setdefault((thread, user.pk), []).append(text)
            node.say("send", name=user.username, thread=thread, text=text)
        node.wait(total, "stored", killer(host, total))
        proxy.risk = 0
        assert proxy.cuts > 0
        for user in users:
            node.say("expect", name=user.username, state=state_of(host, user, of[user.pk]))
        node.wait(len(users), "equal")
    assert_stored(sent)


START = """async (threads) => {
  chat.start();
  for (const thread of threads) await chat.client.openThread(thread);
}"""
#: Queues the messages, without waiting until they are stored.
SEND = """async (messages) => {
  const sent = messages.map(([thread, text]) => chat.client.send(thread, {text}).done);
  chat.sent = Promise.all(sent).then(() => sent.length);
  await chat.until(({queue}) => queue.length > 0, "the first is queued");
}"""
LEFT = "(number) => chat.until(({queue}) => queue.length <= number, `${number} are left`)"


def test_clients_in_four_browsers_have_all_that_was_sent(
    unsafe: tuple[Host, Proxy], pages: Pages, transactional_db: None
) -> None:
    host, proxy = unsafe
    users, share = people(*(f"person{number}" for number in range(4))), max(15, MESSAGES // 20)
    threads = [thread_of(*users).pk for _ in range(2)]
    windows: list[Any] = []
    sent: dict[tuple[int, int], list[str]] = {}
    for user in users:
        profile = pages.profile()
        profile.sign_in(proxy.base, user)
        windows.append(profile.open(proxy.base))
        windows[-1].evaluate(START, threads)
    proxy.risk = RISK
    for user, window in zip(users, windows, strict=True):
        messages = [(threads[number % 2], f"{user.username} {number}") for number in range(share)]
        for thread, text in messages:
            sent.setdefault((thread, user.pk), []).append(text)
        window.evaluate(SEND, messages)
    for left, server in ((share * 2 // 3, host.server), (share // 3, host.redis)):
        windows[0].evaluate(LEFT, left)
        server.kill()
        server.start()
    for window in windows:
        assert window.evaluate("() => chat.sent") == share
    proxy.risk = 0
    assert proxy.cuts > 0
    for user, window in zip(users, windows, strict=True):
        window.evaluate("(state) => chat.settles(state)", state_of(host, user, threads))
    assert_stored(sent)
