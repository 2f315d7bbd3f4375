"""A worker is woken after commit, seldom, and never at the request's cost."""

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
    """What was asked of the broker, of which there is one."""
    yield from asked_of_a_broker(WAKER, monkeypatch)


def test_many_messages_wake_one_worker_a_little_later(woken: list[Any], notify_by: Setting) -> None:
    notify_by("email")
    mine, _ = two_talking()
    for number in range(5):
        mine.say(text=str(number))
    assert woken == [("chat_api.tasks.deliver_pending_notifications", OPTIONS)]


def test_what_is_rolled_back_wakes_nobody(woken: list[Any], notify_by: Setting) -> None:
    notify_by("email")
    mine, _ = two_talking()
    with atomic():
        mine.say(text="x")
        set_rollback()
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
    assert "could not be sent to a worker" in caplog.text
    assert WAKER.next_at > time.monotonic() + 20
    mine.say(text="y")
    assert len(woken) == 2


def test_a_host_without_a_broker_wakes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not has_broker()
