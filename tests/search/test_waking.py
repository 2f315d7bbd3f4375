"""A worker is woken after commit, seldom, and never at the request's cost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from chat_api.lib.celery.wakeup import has_broker
from chat_api.lib.db.transactions import atomic, set_rollback
from chat_api.search.backends.elasticsearch.backend import WAKER
from tests.brokers import OPTIONS, asked_of_a_broker
from tests.search.conftest import searching
from tests.search.fake_elastic import FakeElastic

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What was asked of the broker, of which there is one."""
    yield from asked_of_a_broker(WAKER, monkeypatch)


def test_many_messages_wake_one_worker(woken: list[Any], elastic: FakeElastic, alice: Any):
    mine = searching(alice)
    for number in range(3):
        mine.talk.say(text=str(number))
    assert woken == [(WAKER.task, OPTIONS)]
    assert elastic.calls == []


def test_a_deleted_message_wakes_one_too(woken: list[Any], elastic: FakeElastic, alice: Any):
    mine = searching(alice)
    made = mine.talk.say(text="treasure")["id"]
    WAKER.next_at = 0.0
    mine.talk.client.delete(f"{mine.talk.path}/messages/{made}")
    assert len(woken) == 2


def test_what_is_rolled_back_wakes_nobody(woken: list[Any], elastic: FakeElastic, alice: Any):
    mine = searching(alice)
    with atomic():
        mine.talk.say(text="treasure")
        assert woken == []
        set_rollback()
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
    assert WAKER.next_at > time.monotonic() + 20


def test_in_tests_and_without_a_broker_nobody_is_woken():
    assert not has_broker()
