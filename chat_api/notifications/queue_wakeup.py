"""Wake a worker for notifications, so that push messages do not wait for the next beat."""

from __future__ import annotations

from typing import Final

from chat_api.lib.celery.wakeup import Waker
from chat_api.settings import chat_settings

WAKER: Final = Waker("chat_api.tasks.deliver_pending_notifications")


def wake_after_commit() -> None:
    """Start the task that delivers notifications after commit, if any transport is configured."""
    if chat_settings.NOTIFICATION_TRANSPORTS:
        WAKER.wake_after_commit()
