"""The chat works in a host that stores naive datetimes (`USE_TZ = False`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat_api.chat import actions
from chat_api.chat.models import Message, UserThread
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk, begin
from tests.factories import MessageFactory, published_schema

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _naive_datetimes(settings: Any) -> None:
    settings.USE_TZ, settings.TIME_ZONE = False, "America/New_York"


@pytest.mark.parametrize(
    ("unit", "least", "most"), [("hours", 1, 1), ("days", 24, 24), ("weeks", 168, 168), ("months", 672, 744)]
)
def test_script_restarts_at_its_time(alice: Any, unit: str, least: int, most: int) -> None:
    schema = published_schema([{"type": "text"}])
    talk = begin(alice, schema, on_finish="repeat", frequency_unit=unit, frequency_value=1)
    thread = talk.say(text="x")["thread_data"]
    due = datetime.fromisoformat(thread["next_restart"])
    assert timezone.is_naive(due)
    waits, change_of_clocks = due - talk.row.runs.get().started, timedelta(hours=1)
    assert timedelta(hours=least) - change_of_clocks <= waits <= timedelta(hours=most) + change_of_clocks
    UserThread.objects.update(next_restart=timezone.now())
    assert actions.restart_due_scripts() == 1
    assert talk.thread()["question"] is not None


def test_aware_time_is_converted_to_the_time_zone_of_the_host(alice: Any) -> None:
    talk = Talk(alice, thread_with(alice).pk)
    message: Any = MessageFactory(thread_id=talk.thread_id)
    Message.objects.update(updated=datetime.fromisoformat("2020-01-01T12:00:00"))
    for time, found in (("2020-01-01T16:59:59Z", [message.pk]), ("2020-01-01T17:00:00Z", [])):
        assert [shown["id"] for shown in talk.messages(f"&updated__gt={time}")] == found
    made = talk.client.post(
        f"/api/accounts/{alice.pk}/threads/chat",
        {"repeat_until": "2100-01-01T17:00:00Z", "frequency_unit": "days", "frequency_value": 1},
    )
    assert made.json()["repeat_until"] == "2100-01-01T12:00:00"


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59"])
def test_dates_at_the_ends_of_the_calendar_are_refused(alice: Any, time: str) -> None:
    talk = Talk(alice, thread_with(alice).pk)
    answer = talk.client.get(f"{talk.path}/messages?limit=5&updated__gt={time}")
    assert (answer.status_code, list(answer.json())) == (400, ["updated__gt"])
