"""Users who can be added to a thread, and departures."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.actions import add_member, remove_member
from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Thread, ThreadDeparture, UserThread
from chat_api.lib.hooks import HookFailed
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk
from tests.chat.test_host_permissions import Anybody
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def only_bob(user: Any) -> Any:
    return type(user).objects.filter(username="bob")


def failing(user: Any) -> Any:
    raise RuntimeError("no groups")


@pytest.fixture
def alice_talk(alice: Any) -> Talk:
    return Talk(alice, thread_with(alice).pk)


def add(talk: Talk, user_id: Any, **body: Any) -> Any:
    return talk.client.post(f"{talk.path}/users", {"user": user_id, **body}, format="json")


def leave(user: Any, thread_id: int) -> None:
    assert client_of(user).delete(f"/api/threads/{thread_id}/users/{user.pk}").status_code == 204


def test_only_invitees_can_be_added(alice_talk: Talk, bob: Any, carol: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"THREAD_INVITEES": only_bob}
    assert add(alice_talk, bob.pk).status_code == 201
    assert add(alice_talk, bob.pk).json() == {"user": ["ALREADY_IN_THREAD"]}
    answers = {add(alice_talk, key).content for key in (carol.pk, 10**6, 0, -1, 10**30, str(carol.pk))}
    assert answers == {b'{"user":["NOT_ALLOWED"]}'}
    add_member(thread_id=alice_talk.thread_id, user=carol)
    assert add(alice_talk, carol.pk).json() == {"user": ["NOT_ALLOWED"]}
    refused = add(alice_talk, carol.pk, permissions=PERMISSIONS_ALL + 1, state="scripted")
    assert refused.json()["user"] == ["NOT_ALLOWED"]
    assert add(alice_talk, "x").json() != {"user": ["NOT_ALLOWED"]}


def test_action_checks_the_invitees_of_the_adder(
    alice_talk: Talk, bob: Any, carol: Any, settings: Any
) -> None:
    from chat_api.lib.errors import InvalidInput

    settings.CHAT_SETTINGS = {"THREAD_INVITEES": only_bob}
    with pytest.raises(InvalidInput) as refusal:
        add_member(thread_id=alice_talk.thread_id, user=carol, by=alice_talk.row)
    assert refusal.value.errors == {"user": ["NOT_ALLOWED"]}
    assert add_member(thread_id=alice_talk.thread_id, user=bob, by=alice_talk.row).user == bob


def fails_when_evaluated(user: Any) -> Any:
    return type(user).objects.filter(username__regex="(")


@pytest.mark.parametrize("hook", [failing, fails_when_evaluated, lambda user: [user], lambda user: None])
def test_failing_invitees_function_refuses_the_addition(
    alice_talk: Talk, bob: Any, settings: Any, hook: Any
) -> None:
    settings.CHAT_SETTINGS = {"THREAD_INVITEES": hook}
    refused = add(alice_talk, bob.pk)
    assert (refused.status_code, refused.json()["code"]) == (503, "HOST_ERROR")
    assert not UserThread.objects.filter(user=bob).exists()


def test_action_raises_if_the_invitees_query_fails(alice_talk: Talk, bob: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"THREAD_INVITEES": fails_when_evaluated}
    with pytest.raises(HookFailed):
        add_member(thread_id=alice_talk.thread_id, user=bob, by=alice_talk.row)
    assert not UserThread.objects.filter(user=bob).exists()


def test_without_the_setting_every_account_can_be_added(alice_talk: Talk, bob: Any) -> None:
    assert add(alice_talk, 10**6).json() != {"user": ["NOT_ALLOWED"]}
    assert add(alice_talk, bob.pk).status_code == 201


@pytest.mark.parametrize("path", ["users", "thread"])
def test_user_who_left_cannot_be_added_again(alice_talk: Talk, bob: Any, path: str) -> None:
    add(alice_talk, bob.pk, permissions=PERMISSIONS_ALL)
    if path == "users":
        leave(bob, alice_talk.thread_id)
    else:
        assert client_of(bob).delete(alice_talk.path).status_code == 204
    for _ in range(2):
        refused = add(alice_talk, bob.pk)
        assert (refused.status_code, refused.json()) == (400, {"user": ["HAS_LEFT"]})
    assert UserThread.objects.filter(thread_id=alice_talk.thread_id).count() == 1
    departure = f"{alice_talk.path}/departure"
    assert alice_talk.client.delete(departure).status_code == 204
    assert add(alice_talk, bob.pk).json() == {"user": ["HAS_LEFT"]}
    assert client_of(bob).delete(departure).status_code == 204
    assert add(alice_talk, bob.pk).status_code == 201


def test_removed_member_can_be_added_again(alice_talk: Talk, bob: Any) -> None:
    add(alice_talk, bob.pk)
    assert alice_talk.client.delete(f"{alice_talk.path}/users/{bob.pk}").status_code == 204
    assert add(alice_talk, bob.pk).status_code == 201
    remove_member(user_thread=UserThread.objects.get(user=bob))
    assert not ThreadDeparture.objects.exists()
    assert add(alice_talk, bob.pk).status_code == 201


def test_departure_concerns_one_thread_and_ends_when_the_user_joins(alice_talk: Talk, bob: Any) -> None:
    other = Talk(alice_talk.user, thread_with(alice_talk.user).pk)
    add(alice_talk, bob.pk)
    leave(bob, alice_talk.thread_id)
    assert add(other, bob.pk).status_code == 201
    add_member(thread_id=alice_talk.thread_id, user=bob)
    assert alice_talk.client.delete(f"{alice_talk.path}/users/{bob.pk}").status_code == 204
    assert add(alice_talk, bob.pk).status_code == 201


def test_user_who_left_can_rejoin_if_the_host_permits_it(alice_talk: Talk, bob: Any, settings: Any) -> None:
    add(alice_talk, bob.pk)
    leave(bob, alice_talk.thread_id)
    settings.CHAT_SETTINGS = {
        "PERMISSIONS_THREAD_USERS_LIST_BY_THREAD_ID": Anybody,
        "THREAD_INVITEES": lambda user: type(user).objects.none(),
    }
    assert add(alice_talk, bob.pk).json() == {"user": ["NOT_ALLOWED"]}
    assert add(Talk(bob, alice_talk.thread_id), bob.pk).status_code == 201
    assert not ThreadDeparture.objects.exists()


def test_withdrawing_a_departure_does_not_reveal_threads(alice: Any, alice_talk: Talk) -> None:
    for thread_id in (alice_talk.thread_id, 10**6, 10**30):
        response = client_of(UserFactory.create()).delete(f"/api/threads/{thread_id}/departure")
        assert (response.status_code, response.content) == (204, b"")
    assert client_of(None).delete(f"{alice_talk.path}/departure").status_code == 403


def test_departures_are_deleted_with_thread_and_account(alice_talk: Talk, bob: Any, carol: Any) -> None:
    for user in (bob, carol):
        add(alice_talk, user.pk)
        leave(user, alice_talk.thread_id)
    bob.delete()
    assert ThreadDeparture.objects.get().user == carol
    Thread.objects.all().delete()
    assert not ThreadDeparture.objects.exists()
