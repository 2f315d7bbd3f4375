"""A task for workers is queued after commit, at a limited rate, and never delays the request."""

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
    """Tasks sent to the broker."""
    yield from asked_of_a_broker(WAKER, monkeypatch)


def test_many_messages_queue_one_task(woken: list[Any], elastic: FakeElastic, alice: Any):
    alice_search = searching(alice)
    for number in range(3):
        alice_search.talk.say(text=str(number))
    assert woken == [(WAKER.task, OPTIONS)]
    assert elastic.calls == []


def test_deleted_message_queues_a_task(woken: list[Any], elastic: FakeElastic, alice: Any):
    alice_search = searching(alice)
    made = alice_search.talk.say(text="treasure")["id"]
    WAKER.next_at = 0.0
    alice_search.talk.client.delete(f"{alice_search.talk.path}/messages/{made}")
    assert len(woken) == 2


def test_rolled_back_message_queues_no_task(woken: list[Any], elastic: FakeElastic, alice: Any):
    alice_search = searching(alice)
    with atomic():
        alice_search.talk.say(text="treasure")
        assert woken == []
        set_rollback()
    assert woken == []


def test_database_backend_queues_no_task(woken: list[Any], settings: Any, alice: Any):
    settings.CHAT_SETTINGS = {}
    searching(alice).talk.say(text="treasure")
    assert woken == []


def test_broker_that_is_down_is_not_retried_at_once(woken: list[Any], elastic: FakeElastic, alice: Any):
    woken.append("down")
    alice_search = searching(alice)
    alice_search.talk.say(text="treasure")
    assert alice_search.texts("treasure") == ["treasure"]
    assert WAKER.next_at > time.monotonic() + 20


def test_no_task_is_queued_without_a_broker():
    assert not has_broker()
