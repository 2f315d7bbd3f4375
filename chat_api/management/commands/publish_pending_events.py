"""``manage.py publish_pending_events``, for hosts without Celery."""

from __future__ import annotations

from chat_api.management.repeating import RepeatingCommand
from chat_api.realtime import publish


class Command(RepeatingCommand):
    """Publishes the events that a crashed process left unpublished."""

    help = "Publish the events that were committed but not published. Several processes can run it at once."
    done = "published"

    def once(self) -> int:
        return publish.publish_pending_events()
