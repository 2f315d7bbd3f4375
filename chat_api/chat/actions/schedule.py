"""The schedule of repeated scripts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from dateutil.relativedelta import relativedelta

from chat_api.chat.choices import FrequencyUnit, OnFinish
from chat_api.chat.models.membership import UserThread
from chat_api.lib.db.timezones import as_stored, in_utc
from chat_api.lib.time_zones import time_zone_of

_LENGTH = {
    FrequencyUnit.HOURS: timedelta(hours=1),
    FrequencyUnit.DAYS: timedelta(days=1),
    FrequencyUnit.WEEKS: timedelta(weeks=1),
    FrequencyUnit.MONTHS: timedelta(days=31),
}


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
