"""When a repeated script starts again."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from chat_api.chat.flags import FrequencyUnit, OnFinish
from chat_api.chat.membership import UserThread
from chat_api.lib.hooks import WrongResult, degraded
from chat_api.lib.moments import as_stored, in_utc
from chat_api.settings import chat_settings

_LENGTH = {
    FrequencyUnit.HOURS: timedelta(hours=1),
    FrequencyUnit.DAYS: timedelta(days=1),
    FrequencyUnit.WEEKS: timedelta(weeks=1),
    FrequencyUnit.MONTHS: timedelta(days=31),
}


def time_zone_of(user: Any) -> tzinfo:
    """Return the user's time zone by the host's USER_TIME_ZONE.

    It is the project's where the host's function returns nothing; also, logged, where it fails or names a zone that
    does not exist: user profiles hold anything, and an answer must not fail because of them.
    """
    if not chat_settings.has("USER_TIME_ZONE"):
        return timezone.get_default_timezone()
    return degraded("USER_TIME_ZONE", lambda: _zone_by_host(user), fallback=timezone.get_default_timezone())


def _zone_by_host(user: Any) -> tzinfo:
    zone = chat_settings.USER_TIME_ZONE(user)
    if isinstance(zone, str) and zone:
        return zoneinfo.ZoneInfo(zone)
    if zone and not isinstance(zone, tzinfo):
        raise WrongResult(f"USER_TIME_ZONE returned no time zone for user {user.pk}: {zone!r}")
    return zone or timezone.get_default_timezone()


def next_due(*, started: datetime, value: int, unit: FrequencyUnit, zone: tzinfo, now: datetime) -> datetime:
    """Give the first `started + n * (value unit)` after `now`, n >= 1, as an aware UTC moment.

    Days, weeks and months keep the wall clock of `zone`; hours are hours. Raises `OverflowError` or `ValueError`
    past the end of the calendar.
    """
    number = max(1, int((now - started) / (_LENGTH[unit] * value)) - 1)
    while True:
        due = _after(started, value * number, unit, zone)
        if due > now:
            return due
        number += 1


def _after(started: datetime, amount: int, unit: FrequencyUnit, zone: tzinfo) -> datetime:
    if unit == FrequencyUnit.HOURS:
        return started + timedelta(hours=amount)
    local = started.astimezone(zone).replace(tzinfo=None) + relativedelta(**{unit.value: amount})  # type: ignore[arg-type]
    return local.replace(tzinfo=zone).astimezone(UTC)


def repeats(member: UserThread, *, now: datetime) -> bool:
    """Say whether the member's script starts again after its end."""
    return member.on_finish == OnFinish.REPEAT and (member.repeat_until is None or member.repeat_until > now)


def has_frequency(member: UserThread) -> bool:
    """Say whether the member has a frequency; a number without a unit is none, nor is one below 1."""
    return (member.frequency_value or 0) > 0 and bool(member.frequency_unit)


def repeats_at_once(member: UserThread, *, now: datetime) -> bool:
    """Say whether the member's script starts again as soon as it ends.

    One with a number that makes no frequency does not: whoever set it wanted him to wait.
    """
    return repeats(member, now=now) and not member.frequency_value


def next_restart(member: UserThread, *, started: datetime, now: datetime) -> datetime | None:
    """Give when the member's script starts again; None where it has no frequency or may not start any more."""
    if not has_frequency(member):
        return None
    try:
        due = next_due(
            started=in_utc(started),
            value=member.frequency_value or 1,
            unit=FrequencyUnit(member.frequency_unit or ""),
            zone=time_zone_of(member.user),
            now=in_utc(now),
        )
        due = as_stored(due)
    except (OverflowError, ValueError):
        return None
    return None if member.repeat_until is not None and due > member.repeat_until else due
