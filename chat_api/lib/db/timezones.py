"""Timestamps on hosts that store them with a time zone, and on those with `USE_TZ = False`, which store wall clocks."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone


def in_utc(moment: datetime) -> datetime:
    """Return the timestamp in UTC; a naive one is in the project's zone. Raises `OverflowError` past the calendar."""
    if timezone.is_naive(moment):
        moment = moment.replace(tzinfo=timezone.get_default_timezone())
    return moment.astimezone(UTC)


def as_stored(moment: datetime) -> datetime:
    """Return the timestamp as the host's database stores it. Raises `OverflowError` past the calendar."""
    utc = in_utc(moment)
    return utc if settings.USE_TZ else timezone.make_naive(utc, timezone.get_default_timezone())
