"""Unsubscribing by the link in an e-mail."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from chat_api.chat.models import UserThread
from chat_api.notifications.unsubscribe import Unsubscription, token_for
from chat_api.tasks import deliver_pending_notifications
from tests.notifications.conftest import ALL_FLAGS, two_talking

pytestmark = pytest.mark.django_db


def flags_of(user: Any) -> int | None:
    return UserThread.objects.get(user=user).notifications


@pytest.fixture
def mailed(settings: LazySettings) -> tuple[Any, str]:
    """A user who got an e-mail, and the path in its link."""
    settings.CHAT_SETTINGS = {
        "NOTIFICATION_DELAYS": {},
        "NOTIFICATION_BASE_URL": "https://clinic.example.test",
    }
    alice_talk, bob_talk = two_talking()
    alice_talk.say(text="hello")
    assert deliver_pending_notifications() == 1
    address = mail.outbox[0].extra_headers["List-Unsubscribe"].strip("<>")
    assert address.startswith("https://clinic.example.test/api/notifications/unsubscribe/")
    return bob_talk.user, address.removeprefix("https://clinic.example.test")


def test_one_click_clears_the_flag_in_that_thread_only(mailed: tuple[Any, str]) -> None:
    user, path = mailed
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = client.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "any more" in answer.content.decode()
        assert flags_of(user) == ALL_FLAGS & ~8


def test_get_changes_nothing(mailed: tuple[Any, str]) -> None:
    user, path = mailed
    answer = Client().get(path)
    assert answer.status_code == 200
    assert '<form method="post">' in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert flags_of(user) == ALL_FLAGS


def test_forged_token_is_not_found(mailed: tuple[Any, str]) -> None:
    user, path = mailed
    for wrong in (path[:-1] + ("A" if path[-1] != "A" else "B"), "/api/notifications/unsubscribe/x:y:z"):
        assert Client().post(wrong).status_code == 404
        assert Client().get(wrong).status_code == 404
    assert flags_of(user) == ALL_FLAGS


def test_former_member_can_unsubscribe(mailed: tuple[Any, str]) -> None:
    user, path = mailed
    UserThread.objects.filter(user=user).delete()
    assert Client().post(path).status_code == 200
    gone = token_for(Unsubscription(user.pk, 10**9, "email"))
    assert Client().post(f"/api/notifications/unsubscribe/{gone}").status_code == 200
