"""A thread that is deleted during a request is treated as missing."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.permissions import BasePermission

from chat_api.chat.models import Thread
from chat_api.settings import DEFAULTS
from tests.chat.conftest import client_of, thread_with
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


class JustDeleted(BasePermission):
    """Permits the request and deletes the thread."""

    def has_permission(self, request: Any, view: Any) -> bool:
        view.get_user_thread()
        Thread.objects.filter(pk=view.kwargs["thread_id"]).delete()
        return True


@pytest.mark.parametrize(
    ("method", "below", "body"),
    [
        ("patch", "", {"title": "x"}),
        ("patch", "", {"title": None}),
        ("delete", "", {}),
        ("post", "/users", {}),
        ("post", "/messages", {"text": "x"}),
        ("post", "/messages", {"text": "x", "type": []}),
        ("post", "/read", {"up_to": 1}),
        ("get", "/events", {}),
    ],
)
def test_request_to_a_thread_deleted_meanwhile_is_forbidden(
    alice: Any, bob: Any, settings: Any, method: str, below: str, body: dict[str, Any]
) -> None:
    thread = thread_with(alice)
    MessageFactory(thread=thread)
    keys = [key for key in DEFAULTS if key.startswith("PERMISSIONS_")]
    settings.CHAT_SETTINGS = dict.fromkeys(keys, JustDeleted)
    body = {**body, **({"user": bob.pk} if below == "/users" else {})}
    answer = getattr(client_of(alice), method)(f"/api/threads/{thread.pk}{below}", body, format="json")
    refused = {"detail": "You do not have permission to perform this action."}
    assert (answer.status_code, answer.json()) == (403, refused)
