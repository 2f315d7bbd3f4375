"""Trackers over two years: each start happens at the right local time and exactly once, even if workers are killed."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connections

from chat_api.chat.actions import restart_due_scripts
from chat_api.chat.models import Message, ScriptRun, UserThread
from tests.chat.conftest import client_of
from tests.chat.test_races import at_once
from tests.databases import connection
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.slow

#: An evening before the clock changes of both time zones.
START = datetime(2026, 3, 6, 18, 30)  # noqa: DTZ001  (the wall clock of the member)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def tracker(user: Any, unit: str) -> UserThread:
    """Start a repeated script with one question."""
    schema = published_schema([{"type": "int"}])
    body = {
        "schema": schema.pk,
        "state": "scripted",
        "on_finish": "repeat",
        "frequency_unit": unit,
        "frequency_value": 1,
    }
    made = client_of(user).post(f"/api/accounts/{user.pk}/threads/tracker", body, format="json")
    assert made.status_code == 201, made.content
    return UserThread.objects.get(user=user)


def answer(user: Any, member: UserThread) -> None:
    made = client_of(user).post(f"/api/threads/{member.thread_id}/messages", {"text": "5"}, format="json")
    assert made.status_code == 201, made.content


def starts(member: UserThread, zone: ZoneInfo) -> list[datetime]:
    """Return the local time of each start."""
    runs = ScriptRun.objects.filter(user_thread=member).order_by("pk")
    return [run.started.astimezone(zone).replace(tzinfo=None) for run in runs]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["America/New_York", "Europe/Warsaw"])
def test_weekly_tracker_keeps_the_local_time_for_two_years(clock: Any, settings: Any, name: str) -> None:
    zone = ZoneInfo(name)
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_TIME_ZONE": lambda user: name}
    user: Any = UserFactory.create()
    clock.move_to(START.replace(tzinfo=zone))
    member = tracker(user, "weeks")
    offsets = set()
    for week in range(1, 105):
        answer(user, member)
        due = (START + timedelta(weeks=week)).replace(tzinfo=zone)
        offsets.add(due.utcoffset())
        clock.move_to(due - timedelta(seconds=1))
        assert restart_due_scripts() == 0
        clock.move_to(due)
        assert (restart_due_scripts(), restart_due_scripts()) == (1, 0)
    assert len(offsets) == 2
    assert starts(member, zone) == [START + timedelta(weeks=week) for week in range(105)]
    assert Message.objects.filter(asked_of=member).count() == 105
    outcomes = list(
        ScriptRun.objects.filter(user_thread=member).order_by("pk").values_list("outcome", flat=True)
    )
    assert outcomes[:-1] == ["completed"] * 104


@pytest.mark.django_db
def test_skipped_or_repeated_hour_is_one_start(clock: Any, settings: Any) -> None:
    zone = ZoneInfo("Europe/Warsaw")
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_TIME_ZONE": lambda user: "Europe/Warsaw"}
    for first, changes in ((datetime(2026, 3, 28, 2, 30), 29), (datetime(2026, 10, 24, 2, 30), 25)):  # noqa: DTZ001
        user: Any = UserFactory.create()
        clock.move_to(first.replace(tzinfo=zone))
        member = tracker(user, "days")
        for _ in range(3):
            answer(user, member)
            member.refresh_from_db()
            assert member.next_restart is not None
            clock.move_to(member.next_restart)
            assert (restart_due_scripts(), restart_due_scripts()) == (1, 0)
        days = [start.day for start in starts(member, zone)]
        assert days == list(range(first.day, first.day + 4))
        assert changes in days
        assert {start.hour for start in starts(member, zone)} <= {2, 3}


@pytest.mark.django_db
def test_monthly_tracker_begun_on_the_31st_starts_every_month(clock: Any, settings: Any) -> None:
    zone = ZoneInfo("America/New_York")
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_TIME_ZONE": lambda user: "America/New_York"}
    user: Any = UserFactory.create()
    first = datetime(2026, 1, 31, 8, 0)  # noqa: DTZ001
    clock.move_to(first.replace(tzinfo=zone))
    member = tracker(user, "months")
    for _ in range(24):
        answer(user, member)
        member.refresh_from_db()
        assert member.next_restart is not None
        clock.move_to(member.next_restart - timedelta(seconds=1))
        assert restart_due_scripts() == 0
        clock.move_to(member.next_restart)
        assert restart_due_scripts() == 1
    found = starts(member, zone)
    months = [(start.year, start.month) for start in found]
    assert months == [(2026 + month // 12, month % 12 + 1) for month in range(25)]
    assert {start.time() for start in found} == {first.time()}
    # 2028 has a 29 February, but the last start here is in January 2028.
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert [start.day for start in found] == [*days, *days, 31]


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres_only
def test_each_start_is_made_by_one_of_four_workers(settings: Any) -> None:
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False):
        members = [tracker(UserFactory.create(), "weeks") for _ in range(25)]
        for member in members:
            answer(member.user, member)
    now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    made = at_once(*[lambda: restart_due_scripts(now=now)] * 4)
    assert sum(made) == len(members)
    for member in members:
        assert Message.objects.filter(asked_of=member).count() == 2
        assert ScriptRun.objects.filter(user_thread=member).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres_only
def test_killed_workers_neither_lose_nor_repeat_starts() -> None:
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC), tick=False):
        members = [tracker(UserFactory.create(), "weeks") for _ in range(30)]
        for member in members:
            answer(member.user, member)
    now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    chance = random.Random(31)
    killed = 0
    for _ in range(20):
        killed += killed_while_restarting(now, after=chance.randrange(1, 40))
    assert killed == 20
    assert 0 < ScriptRun.objects.count() < 2 * len(members) + 1
    restart_due_scripts(now=now)
    for member in members:
        assert Message.objects.filter(asked_of=member).count() == 2
        assert ScriptRun.objects.filter(user_thread=member).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres_only
def test_two_years_of_trackers_with_four_workers_and_one_killed_at_every_start(
    clock: Any, settings: Any
) -> None:
    zones: dict[Any, ZoneInfo] = {}
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_TIME_ZONE": lambda user: zones[user.pk].key}
    members: dict[UserThread, list[datetime]] = {}
    for name, first, unit in (
        ("Europe/Warsaw", datetime(2026, 1, 31, 8), "months"),  # noqa: DTZ001
        ("America/New_York", START, "weeks"),
        ("Europe/Warsaw", START, "weeks"),
    ):
        user: Any = UserFactory.create()
        zones[user.pk] = ZoneInfo(name)
        clock.move_to(first.replace(tzinfo=zones[user.pk]))
        member = tracker(user, unit)
        answer(user, member)
        days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        months = [datetime(2026 + n // 12, n % 12 + 1, days[n % 12], 8) for n in range(1, 25)]  # noqa: DTZ001
        weeks = [START + timedelta(weeks=n) for n in range(1, 105)]
        members[member] = [first, *(months if unit == "months" else weeks)]
    chance, made, killed = random.Random(45), 0, 0
    last = max(due[-1].replace(tzinfo=zones[member.user_id]) for member, due in members.items())
    while True:
        waiting = UserThread.objects.filter(next_restart__isnull=False).order_by("next_restart")
        now: Any = waiting.values_list("next_restart", flat=True)[0]
        if now > last:
            break
        clock.move_to(now)
        killed += killed_while_restarting(now, after=chance.randrange(1, 30))
        made += sum(at_once(*[lambda now=now: restart_due_scripts(now=now)] * 4))
        assert restart_due_scripts(now=now) == 0
        for member in UserThread.objects.filter(question__isnull=False).select_related("user"):
            answer(member.user, member)
    starts_due = sum(map(len, members.values())) - len(members)
    # Killed workers had finished some of the starts, and others repeated what they left unfinished.
    assert 0 < made < starts_due <= made + killed * len(members)
    for member, due in members.items():
        assert starts(member, zones[member.user_id])[: len(due)] == due
        runs = ScriptRun.objects.filter(user_thread=member)
        assert runs.count() == Message.objects.filter(asked_of=member).count()
        assert set(runs.values_list("outcome", flat=True)) == {"completed"}


def killed_while_restarting(now: datetime, *, after: int) -> int:
    """Restart scripts in a child process that is killed at its statement number `after`; return 1 if it was."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        count = 0

        def strike(execute: Any, *args: Any) -> Any:
            nonlocal count
            count += 1
            if count == after:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*args)

        with connection.execute_wrapper(strike):
            while True:
                restart_due_scripts(now=now)
    _, status = os.waitpid(pid, 0)
    return int(os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL)
