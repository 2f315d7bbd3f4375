"""`accounts/{id}/unread`: the sums of `unread` over all threads of an account."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import Message, Thread, UnreadMessage, UserThread
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk
from tests.chat.test_account_threads import StaffToo
from tests.chat.test_hidden import BOTH, QUERYSET_ONLY
from tests.chat.test_query_counts import count
from tests.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

TYPES = ("chat", "survey", "tracker")
NO_READING = PERMISSIONS_ALL & ~Permission.MESSAGES_READ


def unread(user: Any, *, of: Any = None) -> dict[str, Any]:
    response = client_of(user).get(f"/api/accounts/{(of or user).pk}/unread")
    assert response.status_code == 200, response.content
    shown: dict[str, Any] = response.json()
    return shown


def totals(user: Any, *, of: Any = None) -> dict[str, int]:
    """Return the totals over all types, which are the sums of those of each type."""
    shown = unread(user, of=of)
    by_type = shown.pop("types").values()
    assert shown == {name: sum(row[name] for row in by_type) for name in shown}
    return shown


def sums(user: Any) -> dict[str, int]:
    """Return the totals by the documents of all lists."""
    client = client_of(user)
    counts = [
        shown["unread"]
        for kind in TYPES
        for shown in client.get(f"/api/accounts/{user.pk}/threads/{kind}?limit=100").json()["results"]
    ]
    return {"threads": sum(map(bool, counts)), "messages": sum(counts)}


def many_threads(owner: Any, number: int) -> list[Thread]:
    """Create threads of the owner; of four, the first two have one and two unread messages."""
    sender, now = UserFactory.create(), timezone.now()
    threads = Thread.objects.bulk_create(Thread(title=f"thread {index}") for index in range(number))
    UserThread.objects.bulk_create(
        MemberFactory.build(
            thread=thread, user=owner, type="chat", created=now, updated=now, permissions=PERMISSIONS_ALL
        )
        for thread in threads
    )
    messages = Message.objects.bulk_create(
        Message(thread=thread, sender=sender, text="x")
        for index, thread in enumerate(threads)
        for _ in range((1, 2, 0, 0)[index % 4])
    )
    UnreadMessage.objects.bulk_create(
        UnreadMessage(message=message, thread=message.thread, user=owner, type="chat") for message in messages
    )
    return threads


def test_threads_of_every_type_are_counted(alice: Any, bob: Any) -> None:
    for kind, number in zip(TYPES, (2, 0, 3), strict=True):
        talk = Talk(bob, thread_with(alice, bob, type=kind).pk)
        for _ in range(number):
            talk.say(text="x")
    assert totals(alice) == sums(alice) == {"threads": 2, "messages": 5}
    assert totals(bob) == sums(bob) == {"threads": 0, "messages": 0}
    thread = Thread.objects.get(type="tracker")
    Talk(alice, thread.pk).client.get(f"/api/threads/{thread.pk}/messages?limit=5")
    assert totals(alice) == sums(alice) == {"threads": 1, "messages": 2}


def test_each_type_with_unread_messages_has_its_numbers(alice: Any, bob: Any) -> None:
    for kind, number in (("survey", 1), ("chat", 2), ("chat", 1), ("tracker", 0)):
        talk = Talk(bob, thread_with(alice, bob, type=kind).pk)
        for _ in range(number):
            talk.say(text="x")
    assert unread(alice) == {
        "threads": 3,
        "messages": 4,
        "types": {"chat": {"threads": 2, "messages": 3}, "survey": {"threads": 1, "messages": 1}},
    }
    assert unread(bob) == {"threads": 0, "messages": 0, "types": {}}


def test_types_that_the_api_does_not_list_are_counted_without_their_name(
    alice: Any, bob: Any, settings: Any
) -> None:
    for kind in ("chat", "survey"):
        Talk(bob, thread_with(alice, bob, type=kind).pk).say(text="x")
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "TYPES_CHAT_LIST_THROUGH_API": ("chat",)}
    counted = {"threads": 1, "messages": 1}
    assert unread(alice) == {"threads": 2, "messages": 2, "types": {"chat": counted}}


def test_messages_that_the_account_cannot_read_are_not_counted(alice: Any, bob: Any) -> None:
    readable, other = thread_with(alice, bob), thread_with(alice, bob)
    for thread in (readable, other):
        Talk(bob, thread.pk).say(text="x")
    for permissions in (NO_READING, 0, None):
        UserThread.objects.filter(thread=other, user=alice).update(permissions=permissions)
        assert totals(alice) == sums(alice) == {"threads": 1, "messages": 1}


def test_messages_of_threads_that_the_account_has_left_are_not_counted(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    Talk(bob, thread.pk).say(text="x")
    # Without an action, so that the unread rows stay.
    UserThread.objects.filter(user=alice).delete()
    assert UnreadMessage.objects.filter(user=alice).exists()
    assert totals(alice) == {"threads": 0, "messages": 0}


@pytest.mark.parametrize("hooks", [BOTH, QUERYSET_ONLY], ids=["both filters", "queryset filter"])
def test_hidden_messages_are_not_counted(settings: Any, alice: Any, hooks: dict[str, str]) -> None:
    settings.CHAT_SETTINGS = hooks
    root = UserFactory.create(is_superuser=True)
    first, second = (Talk(root, thread_with(alice, root).pk) for _ in range(2))
    first.say(text="hush", type="secret")
    first.say(text="plain")
    second.say(text="hush", type="secret")
    assert totals(alice) == sums(alice) == {"threads": 1, "messages": 1}


def failing(messages: Any, user: Any) -> Any:
    raise ValueError


def rejected_by_the_database(messages: Any, user: Any) -> Any:
    return messages.extra(where=["no_such_column = 1"])


@pytest.mark.parametrize("hook", [failing, rejected_by_the_database])
def test_nothing_is_counted_where_the_filter_of_the_host_fails(
    settings: Any, alice: Any, bob: Any, hook: Any
) -> None:
    Talk(bob, thread_with(alice, bob).pk).say(text="x")
    settings.CHAT_SETTINGS = {"CHAT_MESSAGE_FILTER_QUERYSET": hook}
    assert totals(alice) == sums(alice) == {"threads": 0, "messages": 0}


def test_account_in_the_path_is_the_owner(settings: Any, alice: Any, bob: Any) -> None:
    Talk(bob, thread_with(alice, bob).pk).say(text="x")
    staff = UserFactory.create(is_staff=True)
    path = f"/api/accounts/{alice.pk}/unread"
    assert client_of(staff).get(path).status_code == client_of(bob).get(path).status_code == 403
    settings.CHAT_SETTINGS = {"PERMISSIONS_UNREAD_BY_USER_ID": StaffToo}
    assert totals(staff, of=alice) == totals(alice) == {"threads": 1, "messages": 1}
    for key in (10**6, 10**30):
        assert client_of(staff).get(f"/api/accounts/{key}/unread").status_code == 404
        assert client_of(bob).get(f"/api/accounts/{key}/unread").status_code == 403


@pytest.mark.parametrize("hooks", [{}, QUERYSET_ONLY], ids=["plain", "filtered"])
def test_totals_take_one_query_and_one_for_the_account_of_another(settings: Any, hooks: Any) -> None:
    settings.CHAT_SETTINGS = {"PERMISSIONS_UNREAD_BY_USER_ID": StaffToo, **hooks}
    staff = UserFactory.create(is_staff=True)
    counts = []
    for number in (40, 2_000):
        owner = UserFactory.create()
        many_threads(owner, number)
        path = f"/api/accounts/{owner.pk}/unread"
        counts.append([count(client, "get", path) for client in (client_of(owner), client_of(staff))])
        assert totals(owner) == {"threads": number // 2, "messages": number * 3 // 4}
    assert counts == [[1, 2], [1, 2]]
