"""Waking a worker for notifications, so that pushes do not wait for the next beat."""

from __future__ import annotations

from typing import Final

from chat_api.lib.celery.wakeup import Waker
from chat_api.settings import chat_settings

WAKER: Final = Waker("chat_api.tasks.deliver_pending_notifications")


def wake_after_commit() -> None:
    """Let a worker look for notifications soon after the transaction commits, if there can be any."""
    if chat_settings.NOTIFICATION_TRANSPORTS:
        WAKER.wake_after_commit()
