"""`accounts/{id}/threads/{type}`: the account in the path is the owner, whoever sends the request."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.permissions import BasePermission
from rest_framework.test import APIClient

from chat_api.chat.models import UserThread
from chat_api.realtime.models import ThreadEvent
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk
from tests.chat.test_hidden import BOTH
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db


class StaffToo(BasePermission):
    """Permits staff to list and create the threads of all accounts."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return bool(request.user.is_staff or request.user.pk == view.kwargs["user_id"])


@pytest.fixture
def staff(settings: Any, db: None) -> Any:
    settings.CHAT_SETTINGS = {"PERMISSIONS_THREADS_LIST_BY_USER_ID_AND_TYPE": StaffToo}
    return UserFactory.create(username="staff", is_staff=True)


@pytest.fixture
def as_staff(staff: Any) -> APIClient:
    return client_of(staff)


def url(user: Any, query: str = "limit=50") -> str:
    return f"/api/accounts/{user.pk}/threads/chat?{query}"


def test_list_shows_the_threads_of_the_account(as_staff: APIClient, staff: Any, alice: Any, bob: Any) -> None:
    thread = thread_with(alice, bob)
    thread_with(staff)
    Talk(bob, thread.pk).say(text="to alice")
    (shown,) = as_staff.get(url(alice)).json()["results"]
    (own,) = client_of(alice).get(url(alice)).json()["results"]
    assert shown == own
    assert (shown["id"], shown["unread"]) == (thread.pk, 1)
    assert shown["last_message_data"]["is_own"] is False
    assert as_staff.get(url(bob)).json()["results"][0]["last_message_data"]["is_own"] is True
    assert [row["id"] for row in as_staff.get(url(alice, "limit=5&q=alice")).json()["results"]] == [thread.pk]


def test_post_creates_a_thread_for_the_account(
    as_staff: APIClient, staff: Any, alice: Any, settings: Any
) -> None:
    settings.CHAT_SETTINGS = {
        **settings.CHAT_SETTINGS,
        "NOTIFICATIONS_DEFAULT_BY_THREAD_TYPE": {"chat": 9},
    }
    schema = published_schema([{"text": "You are {{ user.first_name }}."}])
    body = {"title": "For you", "schema": schema.pk, "state": "scripted"}
    made = as_staff.post(url(alice), body, format="json")
    assert made.status_code == 201, made.content
    member = UserThread.objects.get(thread_id=made.json()["id"])
    assert (member.user, member.notifications, made.json()["notifications"]) == (alice, 9, 9)
    assert [user["id"] for user in made.json()["users_data"]] == [alice.pk]
    assert made.json()["unread"] == 1
    assert Talk(alice, member.thread_id).texts() == ["You are Alice."]
    event = ThreadEvent.objects.filter(thread_id=member.thread_id, name="thread_updated").latest("seq")
    assert event.data == {"user": staff.pk}


def test_automated_sender_is_owner_requester_or_permitted_to_either(
    as_staff: APIClient, staff: Any, alice: Any, bob: Any, carol: Any, settings: Any
) -> None:
    def senders(user: Any) -> Any:
        return type(user).objects.filter(pk={alice.pk: bob.pk}.get(user.pk, 0))

    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "AUTOMATED_SENDERS": senders}
    for sender in (alice, staff, bob):
        made = as_staff.post(url(alice), {"automated_sender": sender.pk}, format="json")
        assert (made.status_code, made.json()["automated_sender"]) == (201, sender.pk)
    refused = as_staff.post(url(alice), {"automated_sender": carol.pk}, format="json")
    assert (refused.status_code, refused.json()) == (400, {"automated_sender": ["NOT_ALLOWED"]})


def test_unknown_account_is_not_found(as_staff: APIClient, as_alice: APIClient, alice: Any) -> None:
    for key in (10**6, 10**30):
        for method in ("get", "post", "options"):
            path = f"/api/accounts/{key}/threads/chat?limit=5"
            assert getattr(as_staff, method)(path).status_code == 404
            assert getattr(as_alice, method)(path).status_code == 403
    assert UserThread.objects.count() == 0


def test_messages_hidden_from_the_requester_stay_hidden(
    settings: Any, as_staff: APIClient, staff: Any
) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, **BOTH}
    root = UserFactory.create(is_superuser=True)
    root_talk = Talk(root, thread_with(root).pk)
    root_talk.say(text="hush", type="secret")
    assert root_talk.thread()["last_message_data"]["text"] == "hush"
    (shown,) = as_staff.get(url(root)).json()["results"]
    assert (shown["id"], shown["last_message_data"]) == (root_talk.thread_id, None)
    assert as_staff.get(url(root, "limit=5&q=hush")).json()["results"] == []


def test_two_users_create_threads_for_one_account(
    as_staff: APIClient, as_alice: APIClient, alice: Any
) -> None:
    ids = [client.post(url(alice), {}, format="json").json()["id"] for client in (as_staff, as_alice)]
    assert [row["id"] for row in as_alice.get(url(alice)).json()["results"]] == ids[::-1]
