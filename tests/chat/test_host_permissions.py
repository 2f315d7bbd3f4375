"""Permission classes of hosts, and users who are not members."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import TestCase
from rest_framework.permissions import BasePermission

from chat_api.chat.models import ThreadWSSubscription, UserThread
from chat_api.chat.signals import thread_state_changed
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, events, set_state, start_script, talks
from tests.databases import connection
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db

CLASSES = (
    "THREAD_OBJECT_BY_THREAD_ID",
    "THREAD_USERS_LIST_BY_THREAD_ID",
    "THREAD_USERS_OBJECT_BY_THREAD_ID",
    "MESSAGES_LIST_BY_THREAD_ID",
    "MESSAGE_OBJECT_BY_THREAD_ID",
    "MESSAGES_READ_BY_THREAD_ID",
    "THREAD_ROLLBACK",
    "THREAD_WS_SUBSCRIBE",
)


class Anybody(BasePermission):
    """Permits every signed-in user."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return bool(request.user.is_authenticated)


@pytest.fixture
def inside(settings: Any, alice: Any, carol: Any) -> list[Talk]:
    """Alice, a member of a thread, and Carol, who has access by the permission class of the host only."""
    settings.CHAT_SETTINGS = {f"PERMISSIONS_{name}": Anybody for name in CLASSES}
    alice_talk, carol_talk = talks(thread_with(alice, title="Hers"), alice, carol)
    alice_talk.say(text="hello")
    return [alice_talk, carol_talk]


def test_non_member_sees_the_thread_as_the_default_member(inside: list[Talk]) -> None:
    alice_talk, carol_talk = inside
    shown = carol_talk.thread()
    assert (shown["id"], shown["title"], shown["type"]) == (alice_talk.thread_id, "Hers", "chat")
    assert (shown["state"], shown["notifications"], shown["permissions"]) == ("closed", 0, 17)
    assert (shown["unread"], shown["schema"], shown["variables_pool"]) == (0, None, {})
    assert shown["last_message_data"]["text"] == "hello"
    assert shown["created"] == alice_talk.thread()["created"]
    assert [user["id"] for user in shown["users_data"]] == [alice_talk.user.pk]


def test_non_member_reads_messages_and_has_none_unread(inside: list[Talk]) -> None:
    alice_talk, carol_talk = inside
    (message,) = carol_talk.messages()
    assert (message["is_read"], message["is_own"]) == (True, False)
    path = f"{carol_talk.path}/messages/{message['id']}"
    assert carol_talk.client.get(path).status_code == 200
    assert (
        carol_talk.client.post(f"{carol_talk.path}/read", {"up_to": 10**6}, format="json").status_code == 204
    )
    assert [row["user"] for row in carol_talk.client.get(f"{carol_talk.path}/users").json()] == [
        alice_talk.user.pk
    ]
    assert carol_talk.client.get(f"{carol_talk.path}/users/{alice_talk.user.pk}").json().keys() == {
        "user",
        "permissions",
        "users_data",
    }


def test_non_member_is_closed_and_does_not_become_a_member(inside: list[Talk]) -> None:
    alice_talk, carol_talk = inside
    closed = {"non_field_errors": ["THREAD_IS_CLOSED"]}
    assert carol_talk.refused(text="x") == closed
    assert carol_talk.refused(text="x", client_id="5f0c3a4e-0000-4000-8000-000000000000") == closed
    message = alice_talk.messages()[0]["id"]
    changed = carol_talk.client.patch(f"{carol_talk.path}/messages/{message}", {"text": "x"}, format="json")
    assert (changed.status_code, changed.json()) == (400, closed)
    assert carol_talk.roll_back().json() == {"non_fields_errors": ["WRONG_STATE"]}
    assert carol_talk.client.delete(carol_talk.path).status_code == 204
    assert alice_talk.texts() == ["hello"]
    assert UserThread.objects.filter(thread_id=alice_talk.thread_id).count() == 1


def test_non_member_can_change_title_and_state_only(inside: list[Talk], bob: Any) -> None:
    alice_talk, carol_talk = inside
    got: list[Any] = []

    def listen(state: str, previous_state: str, user: Any, **_: Any) -> None:
        got.append((state, previous_state, user))

    thread_state_changed.connect(listen)
    try:
        with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
            shown = carol_talk.patch(title="New", state="closed", notifications=31).json()
    finally:
        thread_state_changed.disconnect(listen)
    assert (shown["title"], shown["state"], shown["notifications"]) == ("New", "closed", 0)
    assert (alice_talk.thread()["title"], alice_talk.thread()["state"]) == ("New", "closed")
    assert got == [("closed", "closed", carol_talk.user)]
    assert events(alice_talk.thread_id)[-1] == ("thread_updated", {"user": carol_talk.user.pk})
    assert carol_talk.patch(state="open").json()["state"] == "closed"
    assert alice_talk.thread()["state"] == "open"
    assert not UserThread.objects.filter(user=carol_talk.user).exists()


def test_non_member_cannot_end_a_script_by_closing(inside: list[Talk]) -> None:
    alice_talk, carol_talk = inside
    start_script(alice_talk, published_schema([{}]), alice_talk.user)
    response = carol_talk.patch(state="closed")
    assert (response.status_code, response.json()) == (400, {"state": ["NO_PERMISSIONS"]})
    assert alice_talk.thread()["state"] == "scripted"


def test_missing_thread_is_not_found_for_permitted_users(inside: list[Talk]) -> None:
    client = inside[1].client
    for tail in ("", "/messages?limit=5", "/messages/1", "/users"):
        assert client.get(f"/api/threads/999999{tail}").status_code == 404, tail
    for tail in ("/rollback", "/read", "/messages", "/users"):
        assert client.post(f"/api/threads/999999{tail}", {"up_to": 1}, format="json").status_code == 404, tail


def test_permission_class_of_the_host_can_forbid_an_endpoint(alice: Any, settings: Any) -> None:
    (alice_talk,) = talks(thread_with(alice), alice)
    settings.CHAT_SETTINGS = {"PERMISSIONS_THREAD_OBJECT_BY_THREAD_ID": "chat_api.permissions.NoOne"}
    assert alice_talk.client.get(alice_talk.path).status_code == 403
    assert alice_talk.client.get(f"{alice_talk.path}/users").status_code == 200
    settings.CHAT_SETTINGS = {}
    assert alice_talk.client.get(alice_talk.path).status_code == 200


def test_superuser_subscribes_to_one_thread_at_a_time(alice: Any, settings: Any) -> None:
    root = UserFactory.create(is_superuser=True)
    first, second = thread_with(alice), thread_with(alice)
    for thread in (first, second, second):
        response = client_of(root).post(f"/api/threads/{thread.pk}/ws-subscribe")
        assert (response.status_code, response.content) == (204, b"")
        assert ThreadWSSubscription.objects.get().thread_id == thread.pk
    assert client_of(root).post("/api/threads/999999/ws-subscribe").status_code == 404
    assert client_of(alice).post(f"/api/threads/{first.pk}/ws-subscribe").status_code == 403
    settings.CHAT_SETTINGS = {"PERMISSIONS_THREAD_WS_SUBSCRIBE": Anybody}
    assert client_of(alice).post(f"/api/threads/{first.pk}/ws-subscribe").status_code == 204
    assert ThreadWSSubscription.objects.count() == 2


def test_account_serializer_is_used_wherever_a_user_is_shown(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": "tests.chat.test_question_texts.NameAndMail"}
    (alice_talk,) = talks(thread_with(alice), alice)
    said = alice_talk.say(text="x")
    name = {"name": "alice"}
    assert said["sender_data"] == name
    assert said["thread_data"]["users_data"] == [name]
    assert said["thread_data"]["last_message_data"]["sender_data"] == name
    assert alice_talk.client.get(f"{alice_talk.path}/users").json()[0]["users_data"] == name
    listed = alice_talk.client.get(f"/api/accounts/{alice.pk}/threads/chat?limit=5").json()["results"]
    assert listed[0]["users_data"] == [name]


def test_membership_created_by_hand_has_no_events_and_no_messages(alice: Any, bob: Any) -> None:
    thread = thread_with(alice)
    schema = published_schema([{}])
    UserThread.objects.create(thread=thread, user=bob, state="scripted", schema=schema)
    (bob_talk,) = talks(thread, bob)
    assert bob_talk.thread()["question"] == schema.questions.get().pk
    assert (bob_talk.texts(), events(thread.pk)) == ([], [])
    assert bob_talk.say(text="an answer all the same")["thread_data"]["state"] == "open"
    set_state(bob_talk, state="scripted", question=None, related_message=None)
    assert bob_talk.refused(text="x") == {"non_field_errors": ["NO_CURRENT_QUESTION"]}
