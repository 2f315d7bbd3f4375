"""Telling hosts who is no member any more, by whichever way: also where an account or a thread is deleted."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete

from chat_api.chat.models import UserThread
from chat_api.chat.signals import member_removed
from chat_api.lib.transactions import on_commit


def connect() -> None:
    """Send `member_removed` after each deletion of a membership."""
    post_delete.connect(_deleted, sender=UserThread, dispatch_uid="chat_api.leaving")


def _deleted(sender: Any, instance: UserThread, **kwargs: Any) -> None:
    if not member_removed.has_listeners(UserThread):
        return
    # The instance loses its key, and may lose its user, before the transaction ends.
    arguments = {
        "user_thread": instance,
        "thread_id": instance.thread_id,
        "member_id": instance.user_id,
        "user_id": instance.removed_by_id,
    }
    on_commit(lambda: member_removed.send_robust(UserThread, **arguments) and None)
