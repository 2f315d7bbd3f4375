"""Locking a thread together with one of its members."""

from __future__ import annotations

from typing import Any, Final

from django.db import connections

from chat_api.chat.models import UserThread
from chat_api.lib.db.locks import is_only_writer
from chat_api.lib.db.prepared import Prepared
from chat_api.lib.db.transactions import chat_database


def member_with_locked_thread(*, user_id: Any, thread_id: int) -> UserThread | None:
    """Lock the membership and its thread, and return it with the thread; both are as they are under the lock.

    One statement. None without such a member, and where the database cannot lock both at once; nothing is locked then.
    """
    using = chat_database()
    connection = connections[using]
    if not connection.features.has_select_for_update_of and not is_only_writer(connection):
        return None
    return next(iter(_LOCKED_WITH_THREAD.rows(user_id, thread_id, using=using)), None)


# PostgreSQL locks the thread first, then the member. Both are locked because PostgreSQL returns locked rows as they are
# after waiting for the lock; a row that is only joined would be returned as it was before.
_LOCKED_WITH_THREAD: Final = Prepared(
    "lock member with thread",
    2,
    lambda user_id, thread_id: (
        UserThread.objects.filter(user_id=user_id, thread_id=thread_id)
        .select_related("thread")
        .select_for_update(no_key=True, of=("thread", "self"))
    ),
)
