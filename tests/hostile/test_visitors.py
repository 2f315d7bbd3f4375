"""Anonymous users permitted by the host can read like non-members and cannot write."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from rest_framework.test import APIClient

from chat_api.chat.models import Message, Thread
from chat_api.settings import DEFAULTS
from tests.chat.conftest import client_of, thread_with
from tests.factories import MessageFactory, UserFactory, published_schema

pytestmark = pytest.mark.django_db


@pytest.fixture
def _everybody_is_let_in(settings: LazySettings) -> None:
    keys = [key for key in DEFAULTS if key.startswith("PERMISSIONS_")]
    settings.CHAT_SETTINGS = dict.fromkeys(keys, "rest_framework.permissions.AllowAny")


@pytest.fixture
def thread() -> Thread:
    alice = UserFactory()
    thread = thread_with(alice)
    client_of(alice).post(f"/api/threads/{thread.pk}/messages", {"text": "hello"})
    return thread


@pytest.mark.usefixtures("_everybody_is_let_in")
def test_anonymous_user_reads_a_thread_as_a_non_member(thread: Thread) -> None:
    path, visitor, stranger = f"/api/threads/{thread.pk}", APIClient(), client_of(UserFactory())
    for below in ("", "/messages?limit=5", f"/messages/{thread.messages.get().pk}", "/users", "/events"):
        shown = visitor.get(f"{path}{below}")
        assert (shown.status_code, shown.content) == (200, stranger.get(f"{path}{below}").content)


@pytest.mark.usefixtures("_everybody_is_let_in")
def test_messages_of_a_script_are_not_own_for_anonymous_users(thread: Thread) -> None:
    said: Any = MessageFactory(thread=thread, sender=None)
    shown = APIClient().get(f"/api/threads/{thread.pk}/messages/{said.pk}").json()
    assert (shown["sender"], shown["is_own"]) == (None, False)


@pytest.mark.usefixtures("_everybody_is_let_in")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("patch", "threads/{thread}"),
        ("delete", "threads/{thread}"),
        ("post", "threads/{thread}/rollback"),
        ("post", "threads/{thread}/ws-subscribe"),
        ("post", "threads/{thread}/read"),
        ("post", "threads/{thread}/users"),
        ("delete", "threads/{thread}/users/{member}"),
        ("post", "threads/{thread}/messages"),
        ("patch", "threads/{thread}/messages/{message}"),
        ("delete", "threads/{thread}/messages/{message}"),
        ("post", "threads/{thread}/messages/{message}/attachments"),
        ("get", "accounts/{member}/threads/chat"),
        ("post", "accounts/{member}/threads/chat"),
        ("post", "surveys/{survey}/items"),
        ("post", "ws-ticket"),
        ("post", "push-devices"),
    ],
)
def test_anonymous_user_cannot_write(thread: Thread, method: str, path: str) -> None:
    member: Any = thread.users.get().user
    schema = published_schema([{"type": "text"}])
    survey = client_of(member).post(f"/api/accounts/{member.pk}/surveys", {"schema": schema.pk}).json()
    message = Message.objects.get()
    where = path.format(thread=thread.pk, member=member.pk, message=message.pk, survey=survey["id"])
    answer = getattr(APIClient(), method)(f"/api/{where}", {})
    assert (answer.status_code, list(answer.json())) == (403, ["detail", "code"])
    assert Message.objects.get() == message
    assert thread.users.get().user == member


@pytest.mark.parametrize(
    "path",
    [
        "threads/{thread}",
        "threads/{thread}/messages",
        "threads/{thread}/users/1",
        "accounts/1/threads/chat",
        "accounts/1/surveys",
        "surveys",
        "schemas/survey",
        "schemas/1",
        "ws-ticket",
    ],
)
def test_anonymous_user_is_refused_if_the_host_has_no_anonymous_user_object(
    thread: Thread, settings: LazySettings, path: str
) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "UNAUTHENTICATED_USER": None}
    for method in ("get", "post", "options"):
        answer = getattr(APIClient(), method)(f"/api/{path.format(thread=thread.pk)}")
        refused = {
            "detail": "Authentication credentials were not provided.",
            "code": "NOT_AUTHENTICATED",
        }
        assert (answer.status_code, answer.json()) == (403, refused)
