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
from tests.chat.talking import Talk, begin, start_script, talks
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

WARSAW, NEW_YORK = "Europe/Warsaw", "America/New_York"
CAIRO, BEIRUT, SANTIAGO, HAVANA = "Africa/Cairo", "Asia/Beirut", "America/Santiago", "America/Havana"

# Local times with their offset: Warsaw +01:00, in summer +02:00 (29 March to 25 October 2026, 28 March
# to 31 October 2027); New York -05:00, in summer -04:00 (8 March to 1 November 2026, 14 March to 7 November 2027).
TWO_YEARS = {
    "monthly from 31 January in Warsaw": (
        WARSAW,
        "2026-01-31T08:00+01:00",
        ("months", 1),
        [
            *("2026-02-28T08:00+01:00", "2026-03-31T08:00+02:00", "2026-04-30T08:00+02:00"),
            *("2026-05-31T08:00+02:00", "2026-06-30T08:00+02:00", "2026-07-31T08:00+02:00"),
            *("2026-08-31T08:00+02:00", "2026-09-30T08:00+02:00", "2026-10-31T08:00+01:00"),
            *("2026-11-30T08:00+01:00", "2026-12-31T08:00+01:00", "2027-01-31T08:00+01:00"),
            *("2027-02-28T08:00+01:00", "2027-03-31T08:00+02:00", "2027-04-30T08:00+02:00"),
            *("2027-05-31T08:00+02:00", "2027-06-30T08:00+02:00", "2027-07-31T08:00+02:00"),
            *("2027-08-31T08:00+02:00", "2027-09-30T08:00+02:00", "2027-10-31T08:00+01:00"),
            *("2027-11-30T08:00+01:00", "2027-12-31T08:00+01:00", "2028-01-31T08:00+01:00"),
            "2028-02-29T08:00+01:00",
        ],
    ),
    "monthly from 30 January in New York": (
        NEW_YORK,
        "2026-01-30T21:15-05:00",
        ("months", 1),
        [
            *("2026-02-28T21:15-05:00", "2026-03-30T21:15-04:00", "2026-04-30T21:15-04:00"),
            *("2026-05-30T21:15-04:00", "2026-06-30T21:15-04:00", "2026-07-30T21:15-04:00"),
            *("2026-08-30T21:15-04:00", "2026-09-30T21:15-04:00", "2026-10-30T21:15-04:00"),
            *("2026-11-30T21:15-05:00", "2026-12-30T21:15-05:00", "2027-01-30T21:15-05:00"),
            *("2027-02-28T21:15-05:00", "2027-03-30T21:15-04:00", "2027-04-30T21:15-04:00"),
            *("2027-05-30T21:15-04:00", "2027-06-30T21:15-04:00", "2027-07-30T21:15-04:00"),
            *("2027-08-30T21:15-04:00", "2027-09-30T21:15-04:00", "2027-10-30T21:15-04:00"),
            *("2027-11-30T21:15-05:00", "2027-12-30T21:15-05:00", "2028-01-30T21:15-05:00"),
            "2028-02-29T21:15-05:00",
        ],
    ),
    "monthly from 29 January in Warsaw, at an hour skipped in spring": (
        WARSAW,
        "2026-01-29T02:30+01:00",
        ("months", 1),
        [
            # On 29 March 2026 the clocks go from 02:00 to 03:00.
            *("2026-02-28T02:30+01:00", "2026-03-29T03:30+02:00", "2026-04-29T02:30+02:00"),
            *("2026-05-29T02:30+02:00", "2026-06-29T02:30+02:00", "2026-07-29T02:30+02:00"),
            *("2026-08-29T02:30+02:00", "2026-09-29T02:30+02:00", "2026-10-29T02:30+01:00"),
            *("2026-11-29T02:30+01:00", "2026-12-29T02:30+01:00", "2027-01-29T02:30+01:00"),
            *("2027-02-28T02:30+01:00", "2027-03-29T02:30+02:00", "2027-04-29T02:30+02:00"),
            *("2027-05-29T02:30+02:00", "2027-06-29T02:30+02:00", "2027-07-29T02:30+02:00"),
            *("2027-08-29T02:30+02:00", "2027-09-29T02:30+02:00", "2027-10-29T02:30+02:00"),
            *("2027-11-29T02:30+01:00", "2027-12-29T02:30+01:00", "2028-01-29T02:30+01:00"),
            "2028-02-29T02:30+01:00",
        ],
    ),
    "half-yearly from 29 January": (
        WARSAW,
        "2026-01-29T08:00+01:00",
        ("months", 6),
        [
            *("2026-07-29T08:00+02:00", "2027-01-29T08:00+01:00"),
            *("2027-07-29T08:00+02:00", "2028-01-29T08:00+01:00"),
        ],
    ),
    "half-yearly from 30 January": (
        NEW_YORK,
        "2026-01-30T08:00-05:00",
        ("months", 6),
        [
            *("2026-07-30T08:00-04:00", "2027-01-30T08:00-05:00"),
            *("2027-07-30T08:00-04:00", "2028-01-30T08:00-05:00"),
        ],
    ),
    "half-yearly from 31 January": (
        WARSAW,
        "2026-01-31T08:00+01:00",
        ("months", 6),
        [
            *("2026-07-31T08:00+02:00", "2027-01-31T08:00+01:00"),
            *("2027-07-31T08:00+02:00", "2028-01-31T08:00+01:00"),
        ],
    ),
    "half-yearly from 31 August": (
        WARSAW,
        "2026-08-31T08:00+02:00",
        ("months", 6),
        [
            *("2027-02-28T08:00+01:00", "2027-08-31T08:00+02:00"),
            *("2028-02-29T08:00+01:00", "2028-08-31T08:00+02:00"),
        ],
    ),
}
CLOCK_CHANGES = {
    "daily at 02:30 through spring in Warsaw": (
        WARSAW,
        "2026-03-27T02:30+01:00",
        ("days", 1),
        [
            *("2026-03-28T02:30+01:00", "2026-03-29T03:30+02:00"),
            *("2026-03-30T02:30+02:00", "2026-03-31T02:30+02:00"),
        ],
    ),
    "daily at 02:30 through autumn in Warsaw, the first of the two hours": (
        WARSAW,
        "2026-10-23T02:30+02:00",
        ("days", 1),
        [
            *("2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00"),
            *("2026-10-26T02:30+01:00", "2026-10-27T02:30+01:00"),
        ],
    ),
    "daily at 02:30 through spring in New York": (
        NEW_YORK,
        "2026-03-06T02:30-05:00",
        ("days", 1),
        [
            *("2026-03-07T02:30-05:00", "2026-03-08T03:30-04:00"),
            *("2026-03-09T02:30-04:00", "2026-03-10T02:30-04:00"),
        ],
    ),
    "daily at 01:30 through autumn in New York, the first of the two hours": (
        NEW_YORK,
        "2026-10-30T01:30-04:00",
        ("days", 1),
        [
            *("2026-10-31T01:30-04:00", "2026-11-01T01:30-04:00"),
            *("2026-11-02T01:30-05:00", "2026-11-03T01:30-05:00"),
        ],
    ),
    "weekly at 02:30 through spring in Warsaw": (
        WARSAW,
        "2027-03-14T02:30+01:00",
        ("weeks", 1),
        [
            *("2027-03-21T02:30+01:00", "2027-03-28T03:30+02:00"),
            *("2027-04-04T02:30+02:00", "2027-04-11T02:30+02:00"),
        ],
    ),
    "weekly at 02:30 through autumn in Warsaw": (
        WARSAW,
        "2027-10-17T02:30+02:00",
        ("weeks", 1),
        [
            *("2027-10-24T02:30+02:00", "2027-10-31T02:30+02:00"),
            *("2027-11-07T02:30+01:00", "2027-11-14T02:30+01:00"),
        ],
    ),
    "weekly at 02:30 through spring in New York": (
        NEW_YORK,
        "2027-03-07T02:30-05:00",
        ("weeks", 1),
        ["2027-03-14T03:30-04:00", "2027-03-21T02:30-04:00"],
    ),
    "every second week at 01:30 through autumn in New York": (
        NEW_YORK,
        "2027-10-24T01:30-04:00",
        ("weeks", 2),
        ["2027-11-07T01:30-04:00", "2027-11-21T01:30-05:00"],
    ),
    "weekly at midnight in Cairo, where midnight is skipped in spring": (
        CAIRO,
        "2026-04-17T00:00+02:00",
        ("weeks", 1),
        ["2026-04-24T01:00+03:00", "2026-05-01T00:00+03:00", "2026-05-08T00:00+03:00"],
    ),
    "daily at midnight in Beirut": (
        BEIRUT,
        "2026-03-28T00:00+02:00",
        ("days", 1),
        ["2026-03-29T01:00+03:00", "2026-03-30T00:00+03:00"],
    ),
    "daily at midnight in Santiago": (
        SANTIAGO,
        "2026-09-05T00:00-04:00",
        ("days", 1),
        ["2026-09-06T01:00-03:00", "2026-09-07T00:00-03:00"],
    ),
    "daily at midnight in Havana": (
        HAVANA,
        "2026-03-07T00:00-05:00",
        ("days", 1),
        ["2026-03-08T01:00-04:00", "2026-03-09T00:00-04:00"],
    ),
    "every 12 hours are hours": (
        WARSAW,
        "2026-03-28T18:00+01:00",
        ("hours", 12),
        ["2026-03-29T07:00+02:00", "2026-03-29T19:00+02:00", "2026-03-30T07:00+02:00"],
    ),
}
CASES = {**TWO_YEARS, **CLOCK_CHANGES}


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
