"""``manage.py deliver_pending_notifications``, for hosts without Celery."""

from __future__ import annotations

from chat_api.chat.delivery import notifications
from chat_api.management.repeating import RepeatingCommand


class Command(RepeatingCommand):
    """Sends the notifications of unread messages that are due."""

    help = "Send the notifications that are due. Several processes can run it at once."
    done = "sent"
    pause = 5.0

    def once(self) -> int:
        return notifications.deliver_pending_notifications()
