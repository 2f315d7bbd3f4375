"""``manage.py index_messages``: for hosts with Elasticsearch and without Celery."""

from __future__ import annotations

from chat_api.management.repeating import RepeatingCommand
from chat_api.search.backends.base import search_backend


class Command(RepeatingCommand):
    """Sends what waits for being indexed."""

    help = "Send the messages that wait for Elasticsearch. Safe to run from several places at once."
    done = "indexed"

    def once(self) -> int:
        """Do it once."""
        return search_backend().catch_up()
