"""Celery tasks have the same result if they run twice and in any order."""

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
from tests.notifications.conftest import ALL_FLAGS, Setting, thread_notifying

pytestmark = pytest.mark.django_db(transaction=True)

#: All tasks of the library, future ones included.
TASKS: list[Callable[[], int]] = [task for task in vars(chat_api.tasks).values() if hasattr(task, "delay")]


def something_for_each() -> list[Any]:
    """Create work for each task: messages, a due restart, unpublished and old events, an expired ticket."""
    people = UserFactory.create_batch(3)
    alice_talk, bob_talk, _ = talks(thread_notifying(ALL_FLAGS, *people), *people)
    once = {"on_finish": "repeat", "frequency_unit": "weeks", "frequency_value": 1}
    start_script(alice_talk, published_schema([{"text": "How are you?"}]), bob_talk.user)
    alice_talk.control(bob_talk.user, **once, repeat_until=(timezone.now() + timedelta(weeks=9)).isoformat())
    bob_talk.say(text="well")
    UserThread.objects.filter(thread=alice_talk.thread_id, user=bob_talk.user).update(
        next_restart=timezone.now() - timedelta(hours=1)
    )
    alice_talk.say(text="hello")
    history = ThreadEvent.objects.filter(thread=alice_talk.thread_id)
    history.update(published=False, created=timezone.now() - timedelta(hours=1))
    history.filter(seq=1).update(dispatched=True, created=timezone.now() - timedelta(days=9))
    issue_ticket(user=alice_talk.user)
    SocketTicket.objects.update(expires=timezone.now() - timedelta(seconds=1))
    return people


def outcome(people: list[Any], sent: list[Delivery]) -> dict[str, Any]:
    """Return the rows after the tasks, by names that do not depend on the order of tasks."""
    places = {user.pk: place for place, user in enumerate(people)}
    place = places.get
    notified = Counter((place(one.user.pk), message.text) for one in sent for message in one.messages)
    rows = NotificationDelivery.objects.values_list("user", "transport", "status")
    members = UserThread.objects.select_related("question").order_by("pk")
    return {
        "notified": notified,
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
    """Run the tasks on new rows, and then all of them again, as a schedule does; return the outcome."""
    sent.clear()
    Thread.objects.all().delete()
    people = something_for_each()
    for task in (*tasks, *TASKS, *TASKS):
        task()
    return outcome(people, sent)


def test_tasks_run_twice_in_any_order_have_the_same_result(sent: list[Delivery], notify_by: Setting) -> None:
    notify_by("push")
    asked = "How are you?"
    expected = run([], sent)
    # Each task had work and did it.
    assert expected["said"] == [asked, "well", "hello", asked]
    assert (expected["notified"][1, "hello"], expected["notified"][2, asked]) == (1, 1)
    assert (expected["events"][0][0], expected["tickets"]) == (2, 0)
    assert all(published and dispatched for *_, published, dispatched in expected["events"])
    for seed in range(10):
        tasks = TASKS * 2
        random.Random(seed).shuffle(tasks)
        assert run(tasks, sent) == expected, (seed, tasks)
