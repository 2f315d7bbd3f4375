"""The time zone of a user."""

from __future__ import annotations

import zoneinfo
from datetime import tzinfo
from typing import Any

from django.utils import timezone

from chat_api.lib.hooks import WrongResult, degraded
from chat_api.settings import chat_settings


def time_zone_of(user: Any) -> tzinfo:
    """Return the time zone that the host's USER_TIME_ZONE returns for the user, or else the project's.

    If the function fails or names a zone that does not exist, the error is logged and the project's time zone is used:
    user profiles can contain anything, and an answer must not fail because of them.
    """
    if not chat_settings.has("USER_TIME_ZONE"):
        return timezone.get_default_timezone()
    return degraded("USER_TIME_ZONE", lambda: _zone_by_host(user), fallback=timezone.get_default_timezone())


def time_zone_key(user: Any) -> str:
    """Return the key of the user's time zone in the IANA database; `UTC` for a zone without one, as of fixed offset."""
    return getattr(time_zone_of(user), "key", None) or "UTC"


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
