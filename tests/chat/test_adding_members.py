"""Adding members: the permissions that each field needs."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from chat_api.chat.choices import PERMISSIONS_ALL, Permission
from chat_api.chat.models import UserThread
from tests.chat.conftest import thread_with
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

WITHOUT_CONTROL = PERMISSIONS_ALL & ~Permission.THREAD_CONTROL_OTHERS & ~Permission.THREAD_BREAK_STATE


def test_member_without_control_cannot_start_a_script_for_a_new_member(
    alice: Any, bob: Any, as_alice: APIClient
) -> None:
    thread = thread_with(alice, permissions=WITHOUT_CONTROL)
    schema = published_schema([{"type": "text"}])
    body = {"user": bob.pk, "state": "scripted", "schema": schema.pk}
    refused = as_alice.post(f"/api/threads/{thread.pk}/users", body, format="json")
    assert refused.status_code == 400
    assert refused.json() == {"state": ["NO_PERMISSIONS"], "schema": ["NO_PERMISSIONS"]}
    assert not UserThread.objects.filter(thread=thread, user=bob).exists()


def test_member_with_control_starts_a_script_for_a_new_member_at_once(
    alice: Any, bob: Any, as_alice: APIClient
) -> None:
    thread = thread_with(alice)
    schema = published_schema([{"type": "text", "text": "How are you?"}])
    body = {"user": bob.pk, "state": "scripted", "schema": schema.pk}
    added = as_alice.post(f"/api/threads/{thread.pk}/users", body, format="json")
    assert added.status_code == 201, added.json()
    assert added.json()["state"] == "scripted"
    listed = as_alice.get(f"/api/threads/{thread.pk}/messages?limit=5").json()["results"]
    assert [message["text"] for message in listed] == ["How are you?"]
