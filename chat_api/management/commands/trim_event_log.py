"""``manage.py trim_event_log``, for hosts without Celery."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chat_api.realtime import publish


class Command(BaseCommand):
    """Deletes expired events and tickets."""

    help = "Delete the events older than EVENT_LOG_RETENTION and the expired socket tickets."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete them and write the number of rows."""
        self.stdout.write(f"{publish.trim_event_log()} rows deleted")
