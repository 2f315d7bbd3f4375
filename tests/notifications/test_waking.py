"""A worker is woken after commit, seldom, and never at the request's cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import current_app
from django.db import transaction

from chat_api.notifications import waking
from tests.notifications.conftest import Setting, two_talking

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What was asked of the broker, of which there is one."""
    asked: list[Any] = []

    def send_task(name: str, **options: Any) -> None:
        asked.append((name, options))
        if asked[0] == "down":
            raise OSError("no broker")

    class AtOnce:
        def __init__(self, target: Callable[[], None], **more: Any) -> None:
            self.start = target

    monkeypatch.setattr(waking, "_has_broker", lambda: True)
    monkeypatch.setattr("chat_api.notifications.waking.threading.Thread", AtOnce)
    monkeypatch.setattr(current_app, "send_task", send_task)
    waking._next.at = 0.0
    yield asked
    waking._next.at = 0.0


def test_many_messages_wake_one_worker_a_little_later(woken: list[Any], notify_by: Setting) -> None:
    notify_by("email")
    mine, _ = two_talking()
    for number in range(5):
        mine.say(text=str(number))
    options = {"countdown": 1.0, "retry": False, "ignore_result": True}
    assert woken == [("chat_api.tasks.deliver_pending_notifications", options)]


def test_what_is_rolled_back_wakes_nobody(woken: list[Any], notify_by: Setting) -> None:
    notify_by("email")
    mine, _ = two_talking()
    with transaction.atomic():
        mine.say(text="x")
        transaction.set_rollback(True)
    assert woken == []


def test_without_transports_nobody_is_woken(woken: list[Any], notify_by: Setting) -> None:
    notify_by()
    two_talking()[0].say(text="x")
    assert woken == []


def test_a_broker_that_is_down_is_left_alone(
    woken: list[Any], notify_by: Setting, caplog: pytest.LogCaptureFixture
) -> None:
    notify_by("email")
    woken.append("down")
    mine, _ = two_talking()
    mine.say(text="x")
    assert "No worker could be woken" in caplog.text
    assert waking._next.at > time.monotonic() + 20
    mine.say(text="y")
    assert len(woken) == 2


def test_a_host_without_a_broker_wakes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not waking._has_broker()
