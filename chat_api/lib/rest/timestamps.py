"""Timestamps in documents: exactly as DRF's `DateTimeField` shows them, without calling it for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from rest_framework import ISO_8601, serializers
from rest_framework.settings import api_settings

_FIELD: Final = serializers.DateTimeField()
_UTC_NAMES: Final = frozenset({"UTC", "Etc/UTC"})


def timestamp_writer() -> Callable[[datetime | None], Any]:
    """Return a function that shows timestamps in the current time zone and DATETIME_FORMAT; None stays None."""
    zone: Any = timezone.get_current_timezone() if settings.USE_TZ else None
    in_utc = zone is UTC or getattr(zone, "key", None) in _UTC_NAMES
    return _in_utc if in_utc and str(api_settings.DATETIME_FORMAT).lower() == ISO_8601 else _as_drf


def _in_utc(moment: datetime | None) -> Any:
    if moment is None:
        return None
    if moment.tzinfo is UTC:
        # Without the "+00:00".
        return f"{moment.isoformat()[:-6]}Z"
    return _FIELD.to_representation(moment)


def _as_drf(moment: datetime | None) -> Any:
    return None if moment is None else _FIELD.to_representation(moment)
