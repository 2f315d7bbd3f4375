"""Deliveries whose transport fails or whose worker dies."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.utils import timezone

from chat_api.notifications.models import DeliveryStatus, NotificationDelivery
from chat_api.notifications.transports.base import Delivery, TransportError
from chat_api.tasks import deliver_pending_notifications
from tests.chat.talking import talks
from tests.factories import UserFactory
from tests.notifications.conftest import (
    ALL_FLAGS,
    MemoryTransport,
    Setting,
    down,
    minutes_later,
    statuses,
    texts,
    thread_notifying,
    two_talking,
)

pytestmark = pytest.mark.django_db


def test_failed_delivery_is_retried_with_backoff(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("push")
    alice_talk, _ = two_talking()
    alice_talk.say(text="hello")
    MemoryTransport.refusals = [down(), ValueError("what a host's transport may raise")]
    with minutes_later(0):
        assert deliver_pending_notifications() == 0
        assert statuses() == [DeliveryStatus.PENDING]
        for minutes, attempts in ((0.9, 1), (1.1, 2), (2, 2)):
            with minutes_later(minutes):
                deliver_pending_notifications()
            assert NotificationDelivery.objects.get().attempts == attempts
        with minutes_later(3.2):
            assert deliver_pending_notifications() == 1
    assert [texts(delivery) for delivery in sent] == [["hello"]]


def test_permanent_failure_is_not_retried(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("push")
    alice_talk, _ = two_talking()
    alice_talk.say(text="hello")
    MemoryTransport.refusals = [TransportError("no such number", permanent=True)]
    deliver_pending_notifications()
    with minutes_later(600):
        deliver_pending_notifications()
    row = NotificationDelivery.objects.get()
    assert (row.status, row.reason, row.attempts, sent) == (DeliveryStatus.FAILED, "no such number", 1, [])


def test_delivery_is_given_up_after_the_last_attempt(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("push")
    alice_talk, _ = two_talking()
    alice_talk.say(text="hello")
    MemoryTransport.refusals = [down() for _ in range(20)]
    for hour in range(10):
        with minutes_later(60 * hour):
            deliver_pending_notifications()
    row = NotificationDelivery.objects.get()
    assert (row.status, row.attempts, sent) == (DeliveryStatus.FAILED, 6, [])


def test_failed_delivery_is_merged_with_the_pending_one(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("email")
    alice_talk, _ = two_talking()
    alice_talk.say(text="one")
    deliver_pending_notifications()

    with minutes_later(6):
        MemoryTransport.refusals = [down()]
        alice_talk.say(text="two")
        # A worker has taken "one", so "two" begins another row.
        row = NotificationDelivery.objects.get()
        NotificationDelivery.objects.filter(pk=row.pk).update(
            status=DeliveryStatus.CLAIMED, lease_until=row.due
        )
        deliver_pending_notifications()
        assert statuses() == [DeliveryStatus.DROPPED, DeliveryStatus.PENDING]
    with minutes_later(30):
        deliver_pending_notifications()
    assert [texts(delivery) for delivery in sent] == [["one", "two"]]


def test_failing_transport_does_not_delay_the_others(
    sent: list[Delivery], notify_by: Setting, settings: LazySettings
) -> None:
    notify_by("email", "sms")
    two_talking()[0].say(text="hello")
    deliver_pending_notifications()
    transports = settings.CHAT_SETTINGS["NOTIFICATION_TRANSPORTS"]
    # The e-mail is first, and its transport cannot be imported.
    settings.CHAT_SETTINGS = {"NOTIFICATION_TRANSPORTS": {**transports, "email": "nowhere.Transport"}}
    with minutes_later(6):
        assert deliver_pending_notifications() == 1
    assert len(sent) == 1
    row = NotificationDelivery.objects.get(transport="email")
    assert (row.status, row.attempts) == (DeliveryStatus.PENDING, 1)
    assert "nowhere" in row.reason
    for minutes in range(60, 600, 60):
        with minutes_later(minutes):
            deliver_pending_notifications()
    row.refresh_from_db()
    assert (row.status, row.attempts) == (DeliveryStatus.FAILED, 6)


def test_delivery_that_waited_in_a_batch_keeps_its_lease(
    sent: list[Delivery], notify_by: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify_by("push")
    people = UserFactory.create_batch(3)
    talks(thread_notifying(ALL_FLAGS, *people), *people)[0].say(text="hello")
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def slowly(self: MemoryTransport, delivery: Delivery) -> None:
            clock.shift(timedelta(minutes=4))
            # Another worker runs.
            assert deliver_pending_notifications() == 0
            self.sent.append(delivery)

        monkeypatch.setattr(MemoryTransport, "send", slowly)
        assert deliver_pending_notifications() == 2
    assert (statuses(), len(sent)) == ([DeliveryStatus.SENT] * 2, 2)


@pytest.mark.parametrize(
    ("status", "transport", "times"),
    [
        ("claimed", "MemoryTransport", 1),
        ("sending", "MemoryTransport", 0),
        ("sending", "RepeatableTransport", 1),
    ],
)
def test_deliveries_of_a_dead_worker_are_taken_over(
    sent: list[Delivery], notify_by: Setting, status: str, transport: str, times: int
) -> None:
    notify_by("push", transport=transport, NOTIFICATION_DELAYS={"push": 60})
    alice_talk, _ = two_talking()
    alice_talk.say(text="hello")
    deliver_pending_notifications()
    row = NotificationDelivery.objects.get()
    NotificationDelivery.objects.update(status=status, lease_until=row.due)
    deliver_pending_notifications()
    assert sent == []
    with minutes_later(10):
        deliver_pending_notifications()
    assert len(sent) == times
    row.refresh_from_db()
    assert row.status == (DeliveryStatus.SENT if times else DeliveryStatus.FAILED)
