"""``manage.py index_messages``, for hosts with Elasticsearch and without Celery."""

from __future__ import annotations

from chat_api.management.repeating import RepeatingCommand
from chat_api.search.backends.base import search_backend


class Command(RepeatingCommand):
    """Sends the messages that wait to be indexed."""

    help = "Send the messages that wait for Elasticsearch. Several processes can run it at once."
    done = "indexed"

    def once(self) -> int:
        return search_backend().catch_up()
