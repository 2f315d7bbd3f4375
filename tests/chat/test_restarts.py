"""Trackers: scripts that restart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from rest_framework.test import APIClient

from chat_api.chat.models import Message, ScriptRun, UserThread
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def weekly(clock: Any, alice: Any, as_alice: APIClient) -> UserThread:
    schema = published_schema([{"type": "int", "variable_modifications": [["asked", "asked + 1"]]}])
    body = {
        "schema": schema.pk,
        "state": "scripted",
        "on_finish": "repeat",
        "frequency_unit": "weeks",
        "frequency_value": 1,
        "repeat_until": (START + timedelta(weeks=3)).isoformat(),
    }
    made = as_alice.post(f"/api/accounts/{alice.pk}/threads/tracker", body, format="json")
    assert made.status_code == 201, made.json()
    return UserThread.objects.get(user=alice)


def answer(client: APIClient, member: UserThread) -> dict[str, Any]:
    made = client.post(f"/api/threads/{member.thread_id}/messages", {"text": "5"}, format="json")
    assert made.status_code == 201, made.json()
    shown: dict[str, Any] = made.json()["thread_data"]
    return shown


def test_answered_tracker_waits_for_its_time(weekly: UserThread, as_alice: APIClient) -> None:
    shown = answer(as_alice, weekly)
    assert (shown["state"], shown["question"]) == ("scripted", None)
    assert shown["next_restart"] == "2026-03-09T09:00:00Z"
    refused = as_alice.post(f"/api/threads/{weekly.thread_id}/messages", {"text": "6"}, format="json")
    assert (refused.status_code, refused.json()) == (400, {"non_field_errors": ["NO_CURRENT_QUESTION"]})


def test_due_tracker_asks_again_once_with_an_empty_pool(
    weekly: UserThread, as_alice: APIClient, clock: Any
) -> None:
    answer(as_alice, weekly)
    clock.move_to(START + timedelta(days=6))
    call_command("restart_due_scripts")
    assert ScriptRun.objects.count() == 1
    clock.move_to(START + timedelta(days=7, minutes=3))
    call_command("restart_due_scripts")
    call_command("restart_due_scripts")
    weekly.refresh_from_db()
    assert weekly.next_restart is None
    assert weekly.variables_pool == {"asked": 1.0}
    assert Message.objects.filter(asked_of=weekly).count() == 2
    # The next restart is counted from the due time, not from when a worker ran.
    assert answer(as_alice, weekly)["next_restart"] == "2026-03-16T09:00:00Z"


def test_run_longer_than_the_period_restarts_at_the_next_due_time(
    weekly: UserThread, as_alice: APIClient, clock: Any
) -> None:
    clock.move_to(START + timedelta(days=10))
    assert answer(as_alice, weekly)["next_restart"] == "2026-03-16T09:00:00Z"


def test_nothing_restarts_after_repeat_until(weekly: UserThread, as_alice: APIClient, clock: Any) -> None:
    clock.move_to(START + timedelta(days=20))
    shown = answer(as_alice, weekly)
    assert shown["next_restart"] == "2026-03-23T09:00:00Z"
    clock.move_to(START + timedelta(days=22))
    call_command("restart_due_scripts")
    shown = answer(as_alice, weekly)
    assert (shown["state"], shown["next_restart"]) == ("open", None)


def test_member_who_is_no_longer_scripted_is_not_restarted(
    weekly: UserThread, as_alice: APIClient, clock: Any
) -> None:
    answer(as_alice, weekly)
    UserThread.objects.update(state="open")
    clock.move_to(START + timedelta(days=8))
    call_command("restart_due_scripts")
    weekly.refresh_from_db()
    assert (weekly.state, weekly.next_restart) == ("open", None)
    assert Message.objects.filter(asked_of=weekly).count() == 1
