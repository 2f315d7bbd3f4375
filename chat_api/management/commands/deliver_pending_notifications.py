"""``manage.py deliver_pending_notifications``: for hosts without Celery."""

from __future__ import annotations

from chat_api.chat.delivery import notifications
from chat_api.management.repeating import RepeatingCommand


class Command(RepeatingCommand):
    """Tells people of what they have not read."""

    help = "Send the notifications whose time has come. Safe to run from several places at once."
    done = "sent"
    pause = 5.0

    def once(self) -> int:
        """Do it once."""
        return notifications.deliver_pending_notifications()
