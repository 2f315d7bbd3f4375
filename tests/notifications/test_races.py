"""Concurrent workers, on PostgreSQL with real threads, notify every member exactly once."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from chat_api.chat.delivery.notifications import _dispatch_batch, _put_back
from chat_api.chat.models import Message
from chat_api.lib.db.transactions import atomic
from chat_api.notifications import queue
from chat_api.notifications.models import NotificationDelivery
from chat_api.notifications.transports.base import Delivery
from chat_api.realtime.models import ThreadEvent
from chat_api.tasks import (
    deliver_pending_notifications,
    publish_pending_events,
    restart_due_scripts,
    trim_event_log,
)
from tests.chat.talking import talks
from tests.chat.test_races import at_once
from tests.factories import UserFactory
from tests.notifications.conftest import (
    ALL_FLAGS,
    MemoryTransport,
    Setting,
    down,
    thread_notifying,
    two_talking,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]


def notified(sent: list[Delivery]) -> Counter[tuple[Any, str]]:
    return Counter((delivery.user.pk, message.text) for delivery in sent for message in delivery.messages)


def test_four_workers_notify_each_member_once(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("push")
    people = UserFactory.create_batch(5)
    sides = [talks(thread_notifying(ALL_FLAGS, *people), *people) for _ in range(4)]
    for number in range(40):
        sides[number % 4][number % 5].say(text=str(number))
    at_once(*[deliver_pending_notifications] * 4)
    expected = {
        (person.pk, str(number)): 1
        for number in range(40)
        for place, person in enumerate(people)
        if place != number % 5
    }
    assert notified(sent) == expected
    assert not ThreadEvent.objects.filter(dispatched=False).exists()


def while_claiming(work: Callable[[], Any]) -> None:
    """Run `work` in a thread while this one claims all deliveries; commit the claim when `work` waits for a lock."""

    def work_elsewhere() -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with atomic():
            assert queue.claim(most=500)
            done = pool.submit(work_elsewhere)
            while not (done.done() or blocks_another()):
                time.sleep(0.01)
        done.result()


def blocks_another() -> bool:
    """Return whether another session waits for a lock of this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone() is not None


def test_new_messages_do_not_join_a_delivery_that_is_being_claimed(
    sent: list[Delivery], notify_by: Setting
) -> None:
    notify_by("push")
    alice_talk, _ = two_talking()
    alice_talk.say(text="first")
    _dispatch_batch()
    alice_talk.say(text="second")
    while_claiming(_dispatch_batch)
    deliveries = NotificationDelivery.objects.order_by("pk")
    first, second = Message.objects.order_by("pk").values_list("pk", flat=True)
    assert [*deliveries.values_list("status", "first_message", "last_message")] == [
        ("claimed", first, first),
        ("pending", second, second),
    ]


def test_a_failed_delivery_does_not_join_one_that_is_being_claimed(
    sent: list[Delivery], notify_by: Setting
) -> None:
    notify_by("push")
    alice_talk, _ = two_talking()
    alice_talk.say(text="first")
    _dispatch_batch()
    (failed,) = queue.claim(most=1)
    alice_talk.say(text="second")
    _dispatch_batch()
    while_claiming(lambda: _put_back(failed, down()))
    statuses_of = NotificationDelivery.objects.order_by("pk").values_list("status", "first_message")
    first, second = Message.objects.order_by("pk").values_list("pk", flat=True)
    assert [*statuses_of] == [("pending", first), ("claimed", second)]


def test_concurrent_workers_and_writers_lose_and_repeat_nothing(
    sent: list[Delivery], notify_by: Setting
) -> None:
    notify_by("push")
    alice, bob = UserFactory.create_batch(2)
    alice_talk, bob_talk = talks(thread_notifying(4, alice, bob), alice, bob)
    MemoryTransport.refusals = [down() for _ in range(3)]

    def work() -> None:
        for _ in range(10):
            deliver_pending_notifications()

    def write(side: Any) -> Any:
        return lambda: [side.say(text=f"{side.user.pk} {number}") for number in range(20)]

    at_once(work, write(alice_talk), work, write(bob_talk))
    MemoryTransport.refusals = []
    NotificationDelivery.objects.filter(status="pending").update(due="2026-01-01T00:00Z")
    deliver_pending_notifications()
    expected = {
        (bob.pk if message.sender_id == alice.pk else alice.pk, message.text): 1
        for message in Message.objects.all()
    }
    assert notified(sent) == expected


def test_tasks_run_twice_and_in_any_order(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("push")
    alice, bob = UserFactory.create_batch(2)
    alice_talk, _ = talks(thread_notifying(ALL_FLAGS, alice, bob), alice, bob)
    tasks = [deliver_pending_notifications, publish_pending_events, restart_due_scripts, trim_event_log] * 2
    for round_number in range(5):
        alice_talk.say(text=str(round_number))
        random.Random(round_number).shuffle(tasks)
        for task in tasks:
            task()
    assert notified(sent) == {(bob.pk, str(number)): 1 for number in range(5)}
