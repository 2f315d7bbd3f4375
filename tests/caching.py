"""What a cache of the host's keeps, where the suite runs with django-cachalot."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import caches


def forget_cached_queries() -> None:
    """Let the next query of each kind go to the database."""
    if "cachalot" in settings.INSTALLED_APPS:
        # Invalidating would not do: it goes by the clock, and a test may have cached in a future of its own.
        cache: Any = caches["default"]
        cache.delete_pattern("*")
