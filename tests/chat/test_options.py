"""OPTIONS describes the bodies that the user is permitted to send."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import UserThread
from tests.chat.conftest import client_of, thread_with
from tests.factories import MessageFactory, UserFactory

pytestmark = pytest.mark.django_db


def actions(user: Any, path: str) -> dict[str, set[str]]:
    """Return the writable fields by method."""
    answer = client_of(user).options(path)
    assert answer.status_code == 200, answer.content
    return {
        method: {name for name, field in fields.items() if not field["read_only"]}
        for method, fields in answer.json().get("actions", {}).items()
    }


def test_options_list_the_writable_fields_of_each_body() -> None:
    alice: Any = UserFactory()
    thread = thread_with(alice)
    message = MessageFactory.create(thread=thread, sender=alice)
    path = f"/api/threads/{thread.pk}"
    assert {"title", "schema", "state"} <= actions(alice, f"/api/accounts/{alice.pk}/threads/chat")["POST"]
    assert actions(alice, path) == {"PUT": {"title", "notifications", "state"}}
    assert {"user", "permissions", "group"} <= actions(alice, f"{path}/users")["POST"]
    assert "user" not in actions(alice, f"{path}/users/{alice.pk}")["PUT"]
    assert {"permissions", "paused"} <= actions(alice, f"{path}/users/{alice.pk}")["PUT"]
    assert {"text", "answers", "client_id", "attachments"} <= actions(alice, f"{path}/messages")["POST"]
    assert actions(alice, f"{path}/messages/{message.pk}") == {"PUT": {"text", "meta"}}


def test_options_list_no_body_for_readers() -> None:
    alice: Any = UserFactory()
    bob: Any = UserFactory()
    thread = thread_with(alice, bob)
    message = MessageFactory.create(thread=thread, sender=alice)
    UserThread.objects.filter(user=bob).update(permissions=Permission.THREAD_READ | Permission.MESSAGES_READ)
    path = f"/api/threads/{thread.pk}"
    for below in ("", "/users", f"/users/{alice.pk}", "/messages", f"/messages/{message.pk}"):
        assert actions(bob, path + below) == {}, below
    # The permission to edit covers own messages only.
    UserThread.objects.filter(user=bob).update(permissions=PERMISSIONS_ALL)
    assert actions(bob, f"{path}/messages/{message.pk}") == {}
