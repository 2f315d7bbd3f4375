"""Start times of repeated scripts, compared with a table that was computed by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from chat_api.chat.actions import restart_due_scripts
from chat_api.chat.models import ScriptRun, UserThread
from tests.chat.conftest import thread_with
from tests.chat.series_dates import CASES, NEW_YORK, WARSAW
from tests.chat.talking import Talk, begin, start_script, talks
from tests.factories import published_schema

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def zone(settings: Any) -> dict[str, str]:
    """The time zone of all users; a test can change it."""
    settings.TIME_ZONE = "UTC"
    known = {"name": "UTC"}
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_TIME_ZONE": lambda user: known["name"]}
    return known


def due(talk: Talk) -> datetime:
    restart = talk.row.next_restart
    assert restart is not None
    return restart


def tracker(user: Any, unit: str, value: int, **body: Any) -> Talk:
    schema = published_schema([{}])
    return begin(
        user, schema, on_finish="repeat", frequency_unit=unit, frequency_value=value, type="tracker", **body
    )


@pytest.mark.parametrize("name", CASES)
def test_series_keeps_day_and_hour_of_its_first_start(
    alice: Any, clock: Any, zone: dict[str, str], name: str
) -> None:
    zone["name"], start, (unit, value), dates = CASES[name]
    clock.move_to(datetime.fromisoformat(start))
    talk = tracker(alice, unit, value)
    for number, date in enumerate(dates):
        # The answer comes at once, after 70 minutes, or at half of the period.
        wait = (
            timedelta(),
            timedelta(minutes=70),
            (datetime.fromisoformat(date) - datetime.now().astimezone()) / 2,
        )
        clock.shift(wait[number % 3])
        talk.say(text="a")
        assert due(talk) == datetime.fromisoformat(date)
        clock.move_to(datetime.fromisoformat(date) - timedelta(seconds=1))
        assert restart_due_scripts() == 0
        clock.move_to(datetime.fromisoformat(date))
        assert (restart_due_scripts(), restart_due_scripts()) == (1, 0)
    assert ScriptRun.objects.filter(user_thread=talk.row).count() == len(dates) + 1


def test_run_that_outlasts_dates_restarts_once_at_the_next_one(
    alice: Any, clock: Any, zone: dict[str, str]
) -> None:
    clock.move_to("2026-01-31T08:00:00Z")
    talk = tracker(alice, "months", 1)
    clock.move_to("2026-04-02T12:00:00Z")
    talk.say(text="a")
    assert due(talk).isoformat() == "2026-04-30T08:00:00+00:00"
    # No worker ran for a month and a half.
    clock.move_to("2026-06-15T12:00:00Z")
    assert (restart_due_scripts(), restart_due_scripts()) == (1, 0)
    talk.say(text="b")
    assert due(talk).isoformat() == "2026-06-30T08:00:00+00:00"


def test_member_who_changes_time_zone_keeps_the_local_time_and_is_asked_once_a_day(
    alice: Any, clock: Any, zone: dict[str, str]
) -> None:
    zone["name"] = WARSAW
    clock.move_to("2026-06-01T08:00+02:00")
    talk = tracker(alice, "days", 1)
    talk.say(text="a")
    clock.move_to("2026-06-02T08:00+02:00")
    assert restart_due_scripts() == 1
    zone["name"] = NEW_YORK
    talk.say(text="b")
    assert due(talk) == datetime.fromisoformat("2026-06-03T08:00-04:00")
    clock.move_to("2026-06-03T08:00-04:00")
    assert restart_due_scripts() == 1
    zone["name"] = "Asia/Tokyo"
    talk.say(text="c")
    assert due(talk) == datetime.fromisoformat("2026-06-05T08:00+09:00")


@pytest.mark.parametrize(
    ("changes", "dates"),
    [
        # The current run began on 28 February, and so does the new series.
        ({"frequency_value": 2}, ("2026-04-28T08:00:00+00:00", "2026-06-28T08:00:00+00:00")),
        ({"frequency_unit": "weeks"}, ("2026-03-07T08:00:00+00:00", "2026-03-14T08:00:00+00:00")),
        # Nothing changes.
        ({"frequency_value": 1}, ("2026-03-31T08:00:00+00:00", "2026-04-30T08:00:00+00:00")),
        (
            {"repeat_until": "2027-01-01T00:00:00Z", "frequency_unit": "months", "frequency_value": 1},
            ("2026-03-31T08:00:00+00:00", "2026-04-30T08:00:00+00:00"),
        ),
    ],
)
@pytest.mark.parametrize("waits", [True, False])
def test_changed_frequency_begins_a_new_series(
    alice: Any,
    bob: Any,
    clock: Any,
    zone: dict[str, str],
    changes: dict[str, Any],
    dates: tuple[str, str],
    waits: bool,
) -> None:
    clock.move_to("2026-01-31T08:00:00Z")
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    start_script(
        alice_talk,
        published_schema([{}]),
        bob,
        on_finish="repeat",
        frequency_unit="months",
        frequency_value=1,
    )
    bob_talk.say(text="a")
    clock.move_to("2026-02-28T08:00:00Z")
    assert restart_due_scripts() == 1
    if waits:
        bob_talk.say(text="b")
    assert alice_talk.control(bob, **changes).status_code == 200
    if not waits:
        bob_talk.say(text="b")
    assert due(bob_talk).isoformat() == dates[0]
    clock.move_to(dates[0])
    restart_due_scripts()
    bob_talk.say(text="c")
    assert due(bob_talk).isoformat() == dates[1]


def test_new_script_begins_a_new_series(alice: Any, bob: Any, clock: Any, zone: dict[str, str]) -> None:
    clock.move_to("2026-01-31T08:00:00Z")
    alice_talk, bob_talk = talks(thread_with(alice, bob), alice, bob)
    body = {"on_finish": "repeat", "frequency_unit": "months", "frequency_value": 1}
    start_script(alice_talk, published_schema([{}]), bob, **body)
    bob_talk.say(text="a")
    clock.move_to("2026-02-10T09:00:00Z")
    start_script(alice_talk, published_schema([{}]), bob, **body)
    bob_talk.say(text="b")
    assert due(bob_talk).isoformat() == "2026-03-10T09:00:00+00:00"


def test_rollback_over_the_end_keeps_the_series(alice: Any, clock: Any, zone: dict[str, str]) -> None:
    clock.move_to("2026-01-31T08:00:00Z")
    talk = tracker(alice, "months", 1)
    talk.say(text="a")
    clock.move_to("2026-02-28T08:00:00Z")
    assert restart_due_scripts() == 1
    UserThread.objects.update(permissions=8191)
    asked = talk.messages()[-1]["id"]
    talk.say(text="b")
    assert talk.roll_back(message=asked).status_code == 200
    talk.say(text="c")
    assert due(talk).isoformat() == "2026-03-31T08:00:00+00:00"


def upgraded(talk: Talk, **columns: Any) -> None:
    """Set the columns of the member as the previous release, which had no series, left them."""
    UserThread.objects.filter(pk=talk.row.pk).update(series_begin=None, **columns)


def test_upgraded_waiting_member_keeps_the_due_time_as_start_of_the_series(
    alice: Any, clock: Any, zone: dict[str, str]
) -> None:
    clock.move_to("2026-01-31T08:00:00Z")
    talk = tracker(alice, "months", 1)
    talk.say(text="a")
    clock.move_to("2026-03-10T08:00:00Z")
    # The series began on the 31st and had drifted to the 28th.
    upgraded(talk, next_restart=datetime.fromisoformat("2026-03-28T08:00+00:00"))
    assert restart_due_scripts() == 0
    clock.move_to("2026-03-28T08:00:00Z")
    assert restart_due_scripts() == 1
    talk.say(text="b")
    assert due(talk).isoformat() == "2026-04-28T08:00:00+00:00"


def test_upgraded_scripted_member_has_a_series_from_the_current_start(
    alice: Any, clock: Any, zone: dict[str, str]
) -> None:
    clock.move_to("2026-01-31T08:00:00Z")
    talk = tracker(alice, "months", 1)
    upgraded(talk)
    clock.move_to("2026-02-03T10:00:00Z")
    talk.say(text="a")
    assert due(talk).isoformat() == "2026-02-28T08:00:00+00:00"
    clock.move_to("2026-02-28T08:00:00Z")
    assert restart_due_scripts() == 1
    talk.say(text="b")
    assert due(talk).isoformat() == "2026-03-31T08:00:00+00:00"
