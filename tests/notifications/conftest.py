"""A transport that records deliveries, and users with notifications."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.utils import timezone

from chat_api.chat.models import Thread, UserThread
from chat_api.notifications.models import NotificationDelivery
from chat_api.notifications.transports.base import Delivery, Transport, TransportError
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, talks
from tests.factories import UserFactory

ALL_FLAGS = 1 | 2 | 4 | 8 | 16


class MemoryTransport(Transport):
    """Records deliveries; raises each error of `refusals` once."""

    sent: list[Delivery] = []
    refusals: list[Exception] = []

    def send(self, delivery: Delivery) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.sent.append(delivery)


class RepeatableTransport(MemoryTransport):
    repeatable = True


def down() -> TransportError:
    return TransportError("down")


@pytest.fixture
def sent() -> Iterator[list[Delivery]]:
    MemoryTransport.sent, MemoryTransport.refusals = [], []
    yield MemoryTransport.sent
    MemoryTransport.sent, MemoryTransport.refusals = [], []


Setting = Callable[..., None]


@pytest.fixture
def notify_by(settings: LazySettings) -> Setting:
    """A function that sets the transports and further settings."""

    def do(*names: str, transport: str = "MemoryTransport", **more: Any) -> None:
        path = f"tests.notifications.conftest.{transport}"
        settings.CHAT_SETTINGS = {"NOTIFICATION_TRANSPORTS": dict.fromkeys(names, path), **more}

    return do


def thread_notifying(notifications: int, *users: Any) -> Thread:
    """Create a thread whose members have these notification flags."""
    thread = thread_with(*users)
    UserThread.objects.filter(thread=thread).update(notifications=notifications)
    return thread


def two_talking(notifications: int = ALL_FLAGS) -> list[Talk]:
    """Create a thread of two users with these notification flags."""
    people = UserFactory.create_batch(2)
    return talks(thread_notifying(notifications, *people), *people)


def minutes_later(minutes: float) -> Any:
    """Return a context manager that moves the clock forward."""
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False)


def texts(delivery: Delivery) -> list[str]:
    return [message.text for message in delivery.messages]


def statuses() -> list[str]:
    return list(NotificationDelivery.objects.order_by("pk").values_list("status", flat=True))
