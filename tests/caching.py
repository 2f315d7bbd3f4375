"""The cache of the host when the suite runs with django-cachalot."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import caches


def empty_cache() -> None:
    """Invalidate all cached queries, whatever the clock says."""
    if "cachalot" in settings.INSTALLED_APPS:
        cache: Any = caches["default"]
        cache.delete_pattern("*")


def forget_cached_queries() -> None:
    """Send the next query of each kind to the database, even in a transaction with its own cache."""
    if "cachalot" in settings.INSTALLED_APPS:
        from cachalot.api import invalidate

        invalidate()
        empty_cache()
