"""Celery may run a task twice, and any of them before any other: what comes of it is the same."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

import chat_api.tasks
from chat_api.chat.models import Message, Thread, UserThread
from chat_api.notifications.models import NotificationDelivery
from chat_api.notifications.transports.base import Delivery
from chat_api.realtime.auth.tickets import issue_ticket
from chat_api.realtime.models import SocketTicket, ThreadEvent
from tests.chat.talking import start_script, talks
from tests.factories import UserFactory, published_schema
from tests.notifications.conftest import ALL_FLAGS, Setting, wanting

pytestmark = pytest.mark.django_db(transaction=True)

#: All that the library has; one that comes later is run here too.
TASKS: list[Callable[[], int]] = [task for task in vars(chat_api.tasks).values() if hasattr(task, "delay")]


def something_for_each() -> list[Any]:
    """Leave messages to tell of, a script to restart, events unpublished and overdue, a ticket that ran out."""
    people = UserFactory.create_batch(3)
    mine, bobs, _ = talks(wanting(ALL_FLAGS, *people), *people)
    once = {"on_finish": "repeat", "frequency_unit": "weeks", "frequency_value": 1}
    start_script(mine, published_schema([{"text": "How are you?"}]), bobs.user)
    mine.control(bobs.user, **once, repeat_until=(timezone.now() + timedelta(weeks=9)).isoformat())
    bobs.say(text="well")
    UserThread.objects.filter(thread=mine.thread_id, user=bobs.user).update(
        next_restart=timezone.now() - timedelta(hours=1)
    )
    mine.say(text="hello")
    history = ThreadEvent.objects.filter(thread=mine.thread_id)
    history.update(published=False, created=timezone.now() - timedelta(hours=1))
    history.filter(seq=1).update(dispatched=True, created=timezone.now() - timedelta(days=9))
    issue_ticket(user=mine.user)
    SocketTicket.objects.update(expires=timezone.now() - timedelta(seconds=1))
    return people


def outcome(people: list[Any], sent: list[Delivery]) -> dict[str, Any]:
    """Return all that is left when the tasks have run, by names that do not depend on who ran first."""
    places = {user.pk: place for place, user in enumerate(people)}
    place = places.get
    told = Counter((place(one.user.pk), message.text) for one in sent for message in one.messages)
    rows = NotificationDelivery.objects.values_list("user", "transport", "status")
    members = UserThread.objects.select_related("question").order_by("pk")
    return {
        "told": told,
        "deliveries": {(place(user), transport, status) for user, transport, status in rows},
        "said": list(Message.objects.order_by("pk").values_list("text", flat=True)),
        "members": [
            (place(row.user_id), row.state, row.question and row.question.text, row.next_restart is None)
            for row in members
        ],
        "events": list(
            ThreadEvent.objects.order_by("seq").values_list("seq", "name", "published", "dispatched")
        ),
        "head": Thread.objects.get().event_head,
        "tickets": SocketTicket.objects.count(),
    }


def run(tasks: list[Callable[[], int]], sent: list[Delivery]) -> dict[str, Any]:
    """Run the tasks on rows of their own, and then, as a schedule does, all of them again; return what is left."""
    sent.clear()
    Thread.objects.all().delete()
    people = something_for_each()
    for task in (*tasks, *TASKS, *TASKS):
        task()
    return outcome(people, sent)


def test_tasks_that_run_twice_and_in_any_order_leave_the_same(
    sent: list[Delivery], notify_by: Setting
) -> None:
    notify_by("push")
    asked = "How are you?"
    expected = run([], sent)
    # Each of them had something to do, and did it.
    assert expected["said"] == [asked, "well", "hello", asked]
    assert (expected["told"][1, "hello"], expected["told"][2, asked]) == (1, 1)
    assert (expected["events"][0][0], expected["tickets"]) == (2, 0)
    assert all(published and dispatched for *_, published, dispatched in expected["events"])
    for seed in range(10):
        tasks = TASKS * 2
        random.Random(seed).shuffle(tasks)
        assert run(tasks, sent) == expected, (seed, tasks)
