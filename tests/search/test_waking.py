"""A worker is woken after commit, seldom, and never at the request's cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from celery import current_app
from django.db import transaction

from chat_api.search import waking
from tests.search.conftest import searching
from tests.search.fake_elastic import FakeElastic

pytestmark = pytest.mark.django_db(transaction=True)

OPTIONS = {"countdown": 1.0, "retry": False, "ignore_result": True}


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
    monkeypatch.setattr(waking, "threading", SimpleNamespace(Thread=AtOnce))
    monkeypatch.setattr(current_app, "send_task", send_task)
    waking._next.at = 0.0
    yield asked
    waking._next.at = 0.0


def test_many_messages_wake_one_worker(woken: list[Any], elastic: FakeElastic, alice: Any):
    mine = searching(alice)
    for number in range(3):
        mine.talk.say(text=str(number))
    assert woken == [(waking.TASK, OPTIONS)]
    assert elastic.calls == []


def test_a_deleted_message_wakes_one_too(woken: list[Any], elastic: FakeElastic, alice: Any):
    mine = searching(alice)
    made = mine.talk.say(text="treasure")["id"]
    waking._next.at = 0.0
    mine.talk.client.delete(f"{mine.talk.path}/messages/{made}")
    assert len(woken) == 2


def test_what_is_rolled_back_wakes_nobody(woken: list[Any], elastic: FakeElastic, alice: Any):
    mine = searching(alice)
    with transaction.atomic():
        mine.talk.say(text="treasure")
        assert woken == []
        transaction.set_rollback(True)
    assert woken == []


def test_the_database_needs_nobody(woken: list[Any], settings: Any, alice: Any):
    settings.CHAT_SETTINGS = {}
    searching(alice).talk.say(text="treasure")
    assert woken == []


def test_a_broker_that_is_down_is_left_alone(woken: list[Any], elastic: FakeElastic, alice: Any):
    woken.append("down")
    mine = searching(alice)
    mine.talk.say(text="treasure")
    assert mine.texts("treasure") == ["treasure"]
    assert waking._next.at > time.monotonic() + 20


def test_in_tests_and_without_a_broker_nobody_is_woken():
    assert not waking._has_broker()
