"""``manage.py trim_event_log``: for hosts without Celery."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chat_api.realtime import publish


class Command(BaseCommand):
    """Deletes what the event log need not keep."""

    help = "Delete the events older than EVENT_LOG_RETENTION and the socket tickets that ran out."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say how many."""
        self.stdout.write(f"{publish.trim_event_log()} rows deleted")
