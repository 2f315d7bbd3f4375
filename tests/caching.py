"""What a cache of the host's keeps, where the suite runs with django-cachalot."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import caches


def empty_cache() -> None:
    """Let nothing that was cached be found, by whatever clock."""
    if "cachalot" in settings.INSTALLED_APPS:
        cache: Any = caches["default"]
        cache.delete_pattern("*")


def forget_cached_queries() -> None:
    """Let the next query of each kind go to the database, in a transaction that has cached for itself too."""
    if "cachalot" in settings.INSTALLED_APPS:
        from cachalot.api import invalidate

        invalidate()
        empty_cache()
