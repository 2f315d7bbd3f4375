"""A host's own permission classes, and people who are no members."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import TestCase
from rest_framework.permissions import BasePermission

from chat_api.chat.models import ThreadWSSubscription, UserThread
from chat_api.chat.signals import thread_state_changed
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, events, led, set_state, talks
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
    """A host that lets everybody in who is signed in."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return bool(request.user.is_authenticated)


@pytest.fixture
def inside(settings: Any, alice: Any, carol: Any) -> list[Talk]:
    """Alice in her thread, and carol, whom only the host lets in."""
    settings.CHAT_SETTINGS = {f"PERMISSIONS_{name}": Anybody for name in CLASSES}
    mine, carols = talks(thread_with(alice, title="Hers"), alice, carol)
    mine.say(text="hello")
    return [mine, carols]


def test_a_non_member_sees_the_thread_as_the_default_member(inside: list[Talk]) -> None:
    mine, carols = inside
    shown = carols.thread()
    assert (shown["id"], shown["title"], shown["type"]) == (mine.thread_id, "Hers", "chat")
    assert (shown["state"], shown["notifications"], shown["permissions"]) == ("closed", 0, 17)
    assert (shown["unread"], shown["schema"], shown["variables_pool"]) == (0, None, {})
    assert shown["last_message_data"]["text"] == "hello"
    assert shown["created"] == mine.thread()["created"]
    assert [user["id"] for user in shown["users_data"]] == [mine.user.pk]


def test_a_non_member_reads_messages_and_nothing_is_unread(inside: list[Talk]) -> None:
    mine, carols = inside
    (message,) = carols.messages()
    assert (message["is_read"], message["is_own"]) == (True, False)
    path = f"{carols.path}/messages/{message['id']}"
    assert carols.client.get(path).status_code == 200
    assert carols.client.post(f"{carols.path}/read", {"up_to": 10**6}, format="json").status_code == 204
    assert [row["user"] for row in carols.client.get(f"{carols.path}/users").json()] == [mine.user.pk]
    assert carols.client.get(f"{carols.path}/users/{mine.user.pk}").json().keys() == {
        "user",
        "permissions",
        "users_data",
    }


def test_a_non_member_is_closed_and_becomes_no_member(inside: list[Talk]) -> None:
    mine, carols = inside
    closed = {"non_field_errors": ["THREAD_IS_CLOSED"]}
    assert carols.refused(text="x") == closed
    assert carols.refused(text="x", client_id="5f0c3a4e-0000-4000-8000-000000000000") == closed
    message = mine.messages()[0]["id"]
    changed = carols.client.patch(f"{carols.path}/messages/{message}", {"text": "x"}, format="json")
    assert (changed.status_code, changed.json()) == (400, closed)
    assert carols.roll_back().json() == {"non_fields_errors": ["WRONG_STATE"]}
    assert carols.client.delete(carols.path).status_code == 204
    assert mine.texts() == ["hello"]
    assert UserThread.objects.filter(thread_id=mine.thread_id).count() == 1


def test_a_non_member_changes_title_and_state_only(inside: list[Talk], bob: Any) -> None:
    mine, carols = inside
    got: list[Any] = []

    def listen(state: str, previous_state: str, user: Any, **_: Any) -> None:
        got.append((state, previous_state, user))

    thread_state_changed.connect(listen)
    try:
        with TestCase.captureOnCommitCallbacks(using=connection.alias, execute=True):
            shown = carols.patch(title="New", state="closed", notifications=31).json()
    finally:
        thread_state_changed.disconnect(listen)
    assert (shown["title"], shown["state"], shown["notifications"]) == ("New", "closed", 0)
    assert (mine.thread()["title"], mine.thread()["state"]) == ("New", "closed")
    assert got == [("closed", "closed", carols.user)]
    assert events(mine.thread_id)[-1] == ("thread_updated", {"user": carols.user.pk})
    assert carols.patch(state="open").json()["state"] == "closed"
    assert mine.thread()["state"] == "open"
    assert not UserThread.objects.filter(user=carols.user).exists()


def test_a_non_member_ends_no_script_by_closing(inside: list[Talk]) -> None:
    mine, carols = inside
    led(mine, published_schema([{}]), mine.user)
    response = carols.patch(state="closed")
    assert (response.status_code, response.json()) == (400, {"state": ["NO_PERMISSIONS"]})
    assert mine.thread()["state"] == "scripted"


def test_a_thread_that_is_not_there_is_not_found_by_whom_the_host_lets_in(inside: list[Talk]) -> None:
    client = inside[1].client
    for tail in ("", "/messages?limit=5", "/messages/1", "/users"):
        assert client.get(f"/api/threads/999999{tail}").status_code == 404, tail
    for tail in ("/rollback", "/read", "/messages", "/users"):
        assert client.post(f"/api/threads/999999{tail}", {"up_to": 1}, format="json").status_code == 404, tail


def test_the_hosts_class_may_close_an_endpoint(alice: Any, settings: Any) -> None:
    (mine,) = talks(thread_with(alice), alice)
    settings.CHAT_SETTINGS = {"PERMISSIONS_THREAD_OBJECT_BY_THREAD_ID": "chat_api.permissions.NoOne"}
    assert mine.client.get(mine.path).status_code == 403
    assert mine.client.get(f"{mine.path}/users").status_code == 200
    settings.CHAT_SETTINGS = {}
    assert mine.client.get(mine.path).status_code == 200


def test_a_superuser_listens_to_one_thread_at_a_time(alice: Any, settings: Any) -> None:
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


def test_the_account_serializer_is_used_wherever_a_user_is_shown(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": "tests.chat.test_texts.NameAndMail"}
    (mine,) = talks(thread_with(alice), alice)
    said = mine.say(text="x")
    name = {"name": "alice"}
    assert said["sender_data"] == name
    assert said["thread_data"]["users_data"] == [name]
    assert said["thread_data"]["last_message_data"]["sender_data"] == name
    assert mine.client.get(f"{mine.path}/users").json()[0]["users_data"] == name
    listed = mine.client.get(f"/api/accounts/{alice.pk}/threads/chat?limit=5").json()["results"]
    assert listed[0]["users_data"] == [name]


def test_a_membership_made_by_hand_is_only_a_row(alice: Any, bob: Any) -> None:
    thread = thread_with(alice)
    schema = published_schema([{}])
    UserThread.objects.create(thread=thread, user=bob, state="scripted", schema=schema)
    (bobs,) = talks(thread, bob)
    assert bobs.thread()["question"] == schema.questions.get().pk
    assert (bobs.texts(), events(thread.pk)) == ([], [])
    assert bobs.say(text="an answer all the same")["thread_data"]["state"] == "open"
    set_state(bobs, state="scripted", question=None, related_message=None)
    assert bobs.refused(text="x") == {"non_field_errors": ["NO_CURRENT_QUESTION"]}
