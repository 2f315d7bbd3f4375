"""Users who left threads by themselves, whom others cannot add again."""

from __future__ import annotations

from typing import Any

from chat_api.chat.models import ThreadDeparture
from chat_api.lib.db.transactions import atomic
from chat_api.lib.rest.relations import can_be_key


def note(*, user_id: Any, thread_id: int) -> None:
    """Store that the user left the thread. The caller holds the thread's lock."""
    ThreadDeparture.objects.get_or_create(user_id=user_id, thread_id=thread_id)


def has_left(*, user: Any, thread_id: int) -> bool:
    """Return whether the user left the thread and has not permitted others to add them again."""
    return bool(ThreadDeparture.objects.filter(user_id=user.pk, thread_id=thread_id).exists())


def forget(*, user: Any, thread_id: int) -> None:
    """Delete the record that the user left the thread. The caller holds the thread's lock."""
    ThreadDeparture.objects.filter(user_id=user.pk, thread_id=thread_id).delete()


@atomic
def forget_departure(*, user: Any, thread_id: int) -> None:
    """Permit others to add the user to the thread again; does nothing if the user never left it."""
    if can_be_key(thread_id):
        forget(user=user, thread_id=thread_id)
