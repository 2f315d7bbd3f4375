"""``manage.py restart_due_scripts``: for hosts without Celery."""

from __future__ import annotations

from chat_api.chat.actions import restart_due_scripts
from chat_api.management.repeating import RepeatingCommand


class Command(RepeatingCommand):
    """Starts again the repeated scripts whose time has come."""

    help = "Start again the repeated scripts whose time has come. Safe to run from several places at once."
    done = "restarted"
    pause = 60.0

    def once(self) -> int:
        """Do it once."""
        return restart_due_scripts()
