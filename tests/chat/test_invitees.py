"""Who may be added to a thread, and who has left it for good."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.actions import add_member, remove_member
from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Thread, ThreadDeparture, UserThread
from chat_api.lib.hooks import HookFailed
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk
from tests.chat.test_hosts import Anybody
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def bobs_only(user: Any) -> Any:
    return type(user).objects.filter(username="bob")


def fails(user: Any) -> Any:
    raise RuntimeError("no groups")


@pytest.fixture
def mine(alice: Any) -> Talk:
    return Talk(alice, thread_with(alice).pk)


def add(talk: Talk, user_id: Any, **body: Any) -> Any:
    return talk.client.post(f"{talk.path}/users", {"user": user_id, **body}, format="json")


def leave(user: Any, thread_id: int) -> None:
    assert client_of(user).delete(f"/api/threads/{thread_id}/users/{user.pk}").status_code == 204


def test_only_invitees_are_added(mine: Talk, bob: Any, carol: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"THREAD_INVITEES": bobs_only}
    assert add(mine, bob.pk).status_code == 201
    assert add(mine, bob.pk).json() == {"user": ["ALREADY_IN_THREAD"]}
    answers = {add(mine, key).content for key in (carol.pk, 10**6, 0, -1, 10**30, str(carol.pk))}
    assert answers == {b'{"user":["NOT_ALLOWED"]}'}
    add_member(thread_id=mine.thread_id, user=carol)
    assert add(mine, carol.pk).json() == {"user": ["NOT_ALLOWED"]}
    refused = add(mine, carol.pk, permissions=PERMISSIONS_ALL + 1, state="scripted")
    assert refused.json()["user"] == ["NOT_ALLOWED"]
    assert add(mine, "x").json() != {"user": ["NOT_ALLOWED"]}


def test_action_checks_the_invitees_of_the_adder(mine: Talk, bob: Any, carol: Any, settings: Any) -> None:
    from chat_api.lib.errors import InvalidInput

    settings.CHAT_SETTINGS = {"THREAD_INVITEES": bobs_only}
    with pytest.raises(InvalidInput) as refusal:
        add_member(thread_id=mine.thread_id, user=carol, by=mine.row)
    assert refusal.value.errors == {"user": ["NOT_ALLOWED"]}
    assert add_member(thread_id=mine.thread_id, user=bob, by=mine.row).user == bob


def fails_when_evaluated(user: Any) -> Any:
    return type(user).objects.filter(username__regex="(")


@pytest.mark.parametrize("hook", [fails, fails_when_evaluated, lambda user: [user], lambda user: None])
def test_failing_function_refuses(mine: Talk, bob: Any, settings: Any, hook: Any) -> None:
    settings.CHAT_SETTINGS = {"THREAD_INVITEES": hook}
    refused = add(mine, bob.pk)
    assert (refused.status_code, refused.json()["code"]) == (503, "HOST_ERROR")
    assert not UserThread.objects.filter(user=bob).exists()


def test_action_refuses_where_the_database_refuses_the_invitees(mine: Talk, bob: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"THREAD_INVITEES": fails_when_evaluated}
    with pytest.raises(HookFailed):
        add_member(thread_id=mine.thread_id, user=bob, by=mine.row)
    assert not UserThread.objects.filter(user=bob).exists()


def test_without_the_setting_every_account_is_added(mine: Talk, bob: Any) -> None:
    assert add(mine, 10**6).json() != {"user": ["NOT_ALLOWED"]}
    assert add(mine, bob.pk).status_code == 201


@pytest.mark.parametrize("way", ["users", "thread"])
def test_user_who_left_is_not_added_again(mine: Talk, bob: Any, way: str) -> None:
    add(mine, bob.pk, permissions=PERMISSIONS_ALL)
    if way == "users":
        leave(bob, mine.thread_id)
    else:
        assert client_of(bob).delete(mine.path).status_code == 204
    for _ in range(2):
        refused = add(mine, bob.pk)
        assert (refused.status_code, refused.json()) == (400, {"user": ["HAS_LEFT"]})
    assert UserThread.objects.filter(thread_id=mine.thread_id).count() == 1
    departure = f"{mine.path}/departure"
    assert mine.client.delete(departure).status_code == 204
    assert add(mine, bob.pk).json() == {"user": ["HAS_LEFT"]}
    assert client_of(bob).delete(departure).status_code == 204
    assert add(mine, bob.pk).status_code == 201


def test_being_removed_is_not_leaving(mine: Talk, bob: Any) -> None:
    add(mine, bob.pk)
    assert mine.client.delete(f"{mine.path}/users/{bob.pk}").status_code == 204
    assert add(mine, bob.pk).status_code == 201
    remove_member(user_thread=UserThread.objects.get(user=bob))
    assert not ThreadDeparture.objects.exists()
    assert add(mine, bob.pk).status_code == 201


def test_departure_is_of_one_thread_and_ends_with_joining(mine: Talk, bob: Any) -> None:
    other = Talk(mine.user, thread_with(mine.user).pk)
    add(mine, bob.pk)
    leave(bob, mine.thread_id)
    assert add(other, bob.pk).status_code == 201
    add_member(thread_id=mine.thread_id, user=bob)
    assert mine.client.delete(f"{mine.path}/users/{bob.pk}").status_code == 204
    assert add(mine, bob.pk).status_code == 201


def test_user_may_come_back_where_the_host_lets_them(mine: Talk, bob: Any, settings: Any) -> None:
    add(mine, bob.pk)
    leave(bob, mine.thread_id)
    settings.CHAT_SETTINGS = {
        "PERMISSIONS_THREAD_USERS_LIST_BY_THREAD_ID": Anybody,
        "THREAD_INVITEES": lambda user: type(user).objects.none(),
    }
    assert add(mine, bob.pk).json() == {"user": ["NOT_ALLOWED"]}
    assert add(Talk(bob, mine.thread_id), bob.pk).status_code == 201
    assert not ThreadDeparture.objects.exists()


def test_taking_back_tells_nothing_of_threads(alice: Any, mine: Talk) -> None:
    for thread_id in (mine.thread_id, 10**6, 10**30):
        response = client_of(UserFactory.create()).delete(f"/api/threads/{thread_id}/departure")
        assert (response.status_code, response.content) == (204, b"")
    assert client_of(None).delete(f"{mine.path}/departure").status_code == 403


def test_departures_go_with_thread_and_account(mine: Talk, bob: Any, carol: Any) -> None:
    for user in (bob, carol):
        add(mine, user.pk)
        leave(user, mine.thread_id)
    bob.delete()
    assert ThreadDeparture.objects.get().user == carol
    Thread.objects.all().delete()
    assert not ThreadDeparture.objects.exists()
