"""The schedule of repeated scripts."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from chat_api.chat.choices import FrequencyUnit, OnFinish
from chat_api.chat.models.membership import UserThread
from chat_api.lib.db.timezones import as_stored, in_utc
from chat_api.lib.hooks import WrongResult, degraded
from chat_api.settings import chat_settings

_LENGTH = {
    FrequencyUnit.HOURS: timedelta(hours=1),
    FrequencyUnit.DAYS: timedelta(days=1),
    FrequencyUnit.WEEKS: timedelta(weeks=1),
    FrequencyUnit.MONTHS: timedelta(days=31),
}


def time_zone_of(user: Any) -> tzinfo:
    """Return the time zone that the host's USER_TIME_ZONE returns for the user, or else the project's.

    If the function fails or names a zone that does not exist, the error is logged and the project's time zone is used:
    user profiles can contain anything, and an answer must not fail because of them.
    """
    if not chat_settings.has("USER_TIME_ZONE"):
        return timezone.get_default_timezone()
    return degraded("USER_TIME_ZONE", lambda: _zone_by_host(user), fallback=timezone.get_default_timezone())


def _zone_by_host(user: Any) -> tzinfo:
    zone = chat_settings.USER_TIME_ZONE(user)
    if zone is None:
        return timezone.get_default_timezone()
    if isinstance(zone, tzinfo):
        return zone
    wrong = WrongResult(f"USER_TIME_ZONE returned no time zone for user {user.pk}: {zone!r}")
    if not isinstance(zone, str):
        raise wrong
    try:
        return zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise wrong from error


def next_due(
    *, begin: datetime, started: datetime, value: int, unit: FrequencyUnit, zone: tzinfo, now: datetime
) -> datetime:
    """Return the next date after `now` of a series, as an aware UTC timestamp.

    The series of days, weeks and months is `begin + n * (value unit)` in the local time of `zone`, each date computed
    from `begin`, a naive local time: 31 January, 28 February, 31 March. If the clocks skip the hour of a date, it is an
    hour later on that day only; if the hour occurs twice, the date is in the first one. Hours are elapsed hours since
    `started`, the start of the current run. Raises `OverflowError` or `ValueError` past the end of the calendar.
    """
    if unit == FrequencyUnit.HOURS:
        period = timedelta(hours=value)
        return started + period * max(1, (now - started) // period + 1)
    # For users who have moved to another zone, the same day does not come twice.
    soonest = started + _LENGTH[unit] * value / 2
    elapsed = now.astimezone(zone).replace(tzinfo=None) - begin
    number = max(1, int(elapsed / (_LENGTH[unit] * value)) - 1)
    while True:
        local = begin + relativedelta(**{unit.value: value * number})  # type: ignore[arg-type]
        due = local.replace(tzinfo=zone).astimezone(UTC)
        if due > now and due >= soonest:
            return due
        number += 1


def repeats(member: UserThread, *, now: datetime) -> bool:
    """Return whether the member's script starts again after its end."""
    return member.on_finish == OnFinish.REPEAT and (member.repeat_until is None or member.repeat_until > now)


def has_frequency(member: UserThread) -> bool:
    """Return whether the member has a frequency; a number without a unit, or below 1, does not count."""
    return (member.frequency_value or 0) > 0 and bool(member.frequency_unit)


def repeats_at_once(member: UserThread, *, now: datetime) -> bool:
    """Return whether the member's script starts again as soon as it ends.

    A number that is not a valid frequency prevents that, because it was set to make the member wait.
    """
    return repeats(member, now=now) and not member.frequency_value


@dataclass(frozen=True, slots=True)
class Restart:
    """The time at which a script starts again (None: never), and the beginning of the series of that date."""

    due: datetime | None
    series_begin: str | None


def next_restart(member: UserThread, *, started: datetime, now: datetime) -> Restart:
    """Return when the member's script, whose current run began at `started`, starts again.

    `due` is None if the script has no frequency or the series has ended. The series is the stored one; without one, as
    after an upgrade or a change of the frequency, it begins with the current run.
    """
    begin = member.series_begin
    if not has_frequency(member):
        return Restart(None, begin)
    zone = time_zone_of(member.user)
    try:
        first = in_utc(started)
        begin = begin or first.astimezone(zone).replace(tzinfo=None).isoformat()
        due = next_due(
            begin=datetime.fromisoformat(begin),
            started=first,
            value=member.frequency_value or 1,
            unit=FrequencyUnit(member.frequency_unit or ""),
            zone=zone,
            now=in_utc(now),
        )
        due = as_stored(due)
    except (OverflowError, ValueError):
        return Restart(None, begin)
    ended = member.repeat_until is not None and due > member.repeat_until
    return Restart(None if ended else due, begin)
