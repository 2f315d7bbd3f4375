"""A message that the host hides from a user does not reach them indirectly."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings

from tests.chat.conftest import client_of, thread_with
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

HIDDEN = "SECRET"


def is_visible(message: Any, user: Any) -> bool:
    return user.is_staff or not message.text.startswith(HIDDEN)


@pytest.fixture(autouse=True)
def _hides_by_message(settings: LazySettings) -> None:
    settings.CHAT_SETTINGS = {"CHAT_MESSAGE_USER_FILTER": is_visible}


def test_last_message_hidden_by_a_change_is_not_shown() -> None:
    staff, alice = UserFactory(is_staff=True), UserFactory()
    thread = thread_with(staff, alice)
    path = f"/api/threads/{thread.pk}"
    sent = client_of(staff).post(f"{path}/messages", {"text": "soon"}).json()
    assert client_of(alice).get(path).json()["last_message_data"]["text"] == "soon"
    client_of(staff).patch(f"{path}/messages/{sent['id']}", {"text": f"{HIDDEN} now"})
    assert client_of(alice).get(path).json()["last_message_data"] is None
    assert client_of(staff).get(path).json()["last_message_data"]["text"] == f"{HIDDEN} now"


def test_hidden_last_message_is_not_shown_to_non_members(settings: LazySettings) -> None:
    key = "PERMISSIONS_THREAD_OBJECT_BY_THREAD_ID"
    settings.CHAT_SETTINGS |= {key: "rest_framework.permissions.IsAuthenticated"}
    staff, passer_by = UserFactory(is_staff=True), UserFactory()
    path = f"/api/threads/{thread_with(staff).pk}"
    client_of(staff).post(f"{path}/messages", {"text": f"{HIDDEN} word"})
    shown = client_of(passer_by).get(path)
    assert (shown.status_code, shown.json()["last_message_data"]) == (200, None)
