"""A task for workers is queued after commit, at a limited rate, and never delays the request."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from chat_api.lib.celery.wakeup import has_broker
from chat_api.lib.db.transactions import atomic, set_rollback
from chat_api.notifications.queue import WAKER
from tests.brokers import OPTIONS, asked_of_a_broker
from tests.notifications.conftest import Setting, two_talking

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Tasks sent to the broker."""
    yield from asked_of_a_broker(WAKER, monkeypatch)


def test_many_messages_queue_one_task_a_little_later(woken: list[Any], notify_by: Setting) -> None:
    notify_by("email")
    alice_talk, _ = two_talking()
    for number in range(5):
        alice_talk.say(text=str(number))
    assert woken == [("chat_api.tasks.deliver_pending_notifications", OPTIONS)]


def test_rolled_back_message_queues_no_task(woken: list[Any], notify_by: Setting) -> None:
    notify_by("email")
    alice_talk, _ = two_talking()
    with atomic():
        alice_talk.say(text="x")
        set_rollback()
    assert woken == []


def test_no_task_is_queued_without_transports(woken: list[Any], notify_by: Setting) -> None:
    notify_by()
    two_talking()[0].say(text="x")
    assert woken == []


def test_broker_that_is_down_is_not_retried_at_once(
    woken: list[Any], notify_by: Setting, caplog: pytest.LogCaptureFixture
) -> None:
    notify_by("email")
    woken.append("down")
    alice_talk, _ = two_talking()
    alice_talk.say(text="x")
    assert "could not be sent to a worker" in caplog.text
    assert WAKER.next_at > time.monotonic() + 20
    alice_talk.say(text="y")
    assert len(woken) == 2


def test_no_task_is_queued_without_a_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not has_broker()
