"""The serializers alone, as views of a host use them."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from chat_api.chat.models import UserThread
from chat_api.chat.serializers.responses import MessageSerializer, ThreadSerializer
from tests.chat.conftest import thread_with
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


def request_of(user: Any) -> Any:
    request = Request(APIRequestFactory().get("/"))
    request.user = user
    return request


def test_unsaved_membership_can_be_serialized(alice: Any, bob: Any) -> None:
    thread = thread_with(alice, title="Ward 3")
    message: Any = MessageFactory(thread=thread, sender=alice, text="hello")
    thread.last_message = message
    thread.save()
    default = UserThread(
        notifications=UserThread.NOTIFICATIONS_WS,
        state=UserThread.STATE_OPEN,
        updated=thread.updated,
        permissions=UserThread.PERMISSION_MESSAGES_READ | UserThread.PERMISSION_THREAD_READ,
        thread=thread,
        created=thread.created,
        last_message=thread.last_message,
    )
    shown = ThreadSerializer(default, context={"request": request_of(bob)}).data
    assert (shown["id"], shown["title"], shown["unread"]) == (thread.pk, "Ward 3", 0)
    assert [user["id"] for user in shown["users_data"]] == [alice.pk]
    assert shown["last_message_data"]["text"] == "hello"
    assert shown["last_message_data"]["is_own"] is False


def test_message_can_be_serialized_alone(alice: Any) -> None:
    message = MessageFactory(thread=thread_with(alice), sender=alice)
    shown = MessageSerializer(message, context={"request": request_of(alice)}).data
    assert (shown["is_own"], shown["is_read"], shown["attachments_data"]) == (True, True, [])


def test_caches_keep_no_reference_to_a_request(alice: Any) -> None:
    client = APIClient()
    client.force_authenticate(alice)
    answer = client.post(f"/api/threads/{thread_with(alice).pk}/messages", {"text": "hello"}, format="json")
    assert answer.status_code == 201, answer.content
    request = weakref.ref(answer.wsgi_request)
    del answer
    gc.collect()
    assert request() is None
