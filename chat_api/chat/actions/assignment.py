"""Assigning a thread to the user who looks after it."""

from __future__ import annotations

from typing import Any

from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.choices import Permission
from chat_api.chat.models import Thread, UserThread
from chat_api.lib.db.transactions import atomic
from chat_api.lib.errors import InvalidInput


@atomic
def assign_thread(*, thread_id: int, user: Any, by: UserThread | None = None) -> Thread:
    """Assign the thread to `user`, None for nobody, and return it; its members are notified if that changes.

    `by` is the membership of the user who assigns it: to members whom they can see, or to active staff. Without `by`
    (the host's own code) it can be anybody. Locks the thread. Raises `InvalidInput` (`assigned_to` NOT_ALLOWED) and
    `Thread.DoesNotExist`.
    """
    change = ThreadChange.open(thread_id=thread_id, actor_id=None if by is None else by.user_id)
    key = None if user is None else user.pk
    if change.thread.assigned_to_id == key:
        return change.thread
    if by is not None and user is not None and not _can_get_thread(change, user, by):
        raise InvalidInput.field("assigned_to", "NOT_ALLOWED")
    store(change, key)
    change.note_thread_updated()
    change.write()
    return change.thread


@atomic
def exchange_assignment(*, thread_id: int, expected: str, user: Any, by: Any) -> Thread | None:
    """Assign the thread to `user`, None for nobody, if it is assigned as the user `by` has seen; else return None.

    `expected` is the key of the user to whom it was assigned, as a text, and empty for nobody: of two users who take a
    thread over at once, one gets it. Its members are notified if the assignment changes. Locks the thread. Raises
    `Thread.DoesNotExist`.
    """
    change = ThreadChange.open(thread_id=thread_id, actor_id=by.pk)
    before = change.thread.assigned_to_id
    if ("" if before is None else str(before)) != expected:
        return None
    key = None if user is None else user.pk
    if before != key:
        store(change, key)
        change.note_thread_updated()
        change.write()
    return change.thread


def _can_get_thread(change: ThreadChange, user: Any, by: UserThread) -> bool:
    if not user.is_active:
        return False
    if getattr(user, "is_staff", False):
        return True
    sees = user.pk == by.user_id or by.may(Permission.THREAD_READ)
    return sees and change.member(user.pk) is not None


def store(change: ThreadChange, user_id: Any) -> None:
    """Write to whom the thread of the change is assigned. The caller notes the event."""
    change.thread.assigned_to_id = user_id
    Thread.objects.filter(pk=change.thread.pk).update(assigned_to=user_id)
