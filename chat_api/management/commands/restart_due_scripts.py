"""``manage.py restart_due_scripts``, for hosts without Celery."""

from __future__ import annotations

from chat_api.chat.actions import restart_due_scripts
from chat_api.management.repeating import RepeatingCommand


class Command(RepeatingCommand):
    """Restarts the repeated scripts that are due."""

    help = "Restart the repeated scripts that are due. Several processes can run it at once."
    done = "restarted"
    pause = 60.0

    def once(self) -> int:
        return restart_due_scripts()
