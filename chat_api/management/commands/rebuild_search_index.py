"""``manage.py rebuild_search_index``: index messages from before the search, or written without the actions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from chat_api.chat.search import reindex
from chat_api.search.backends.base import search_backend


class Command(BaseCommand):
    """Indexes every message again."""

    help = "Index every message for the search, in batches, while the site runs. You can stop and restart it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Index everything and write the progress."""
        total = reindex.messages_to_index()
        done = 0
        for done in reindex.rebuild_search_index():
            self._write(done, total, ending="\r" if self._is_terminal() else "\n")
        if self._is_terminal():
            self._write(done, total, ending="\n")
        self._send_elsewhere()

    def _send_elsewhere(self) -> None:
        backend = search_backend()
        sent = 0
        while more := backend.catch_up():
            sent += more
            self.stdout.write(f"{sent:,} sent to the search server")

    def _is_terminal(self) -> bool:
        return bool(getattr(self.stdout, "isatty", lambda: False)())

    def _write(self, done: int, total: int, *, ending: str) -> None:
        # New messages may arrive while it runs.
        total = max(done, total)
        share = 100 * done // total if total else 100
        self.stdout.write(f"{share:3d}%  {done:,} of {total:,} messages", ending=ending)
