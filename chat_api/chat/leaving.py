"""Events and signals when a membership ends, also because an account was deleted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import F
from django.db.models.signals import post_delete, pre_delete

from chat_api.chat.models import Thread, UserThread
from chat_api.chat.signals import member_removed
from chat_api.lib.db.locks import lock_rows
from chat_api.lib.db.transactions import atomic, chat_database, on_commit
from chat_api.realtime.event_log import append_to_each
from chat_api.realtime.events import ThreadUpdated
from chat_api.realtime.publish import refresh_after_commit

#: How many threads are locked together.
_TOGETHER_MAX: Final = 500


def connect() -> None:
    """Connect signals: send `member_removed` after a membership is deleted, and log events for deleted accounts."""
    post_delete.connect(_deleted, sender=UserThread, dispatch_uid="chat_api.leaving")
    # An account can also be deleted through a proxy model. A receiver for all senders would prevent fast deletion (a
    # single statement) of every model in the project.
    account: Any = get_user_model()
    for model in apps.get_models():
        if model._meta.concrete_model is account._meta.concrete_model:
            pre_delete.connect(_account_deleted, sender=model, dispatch_uid="chat_api.leaving.accounts")


def _account_deleted(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    if instance.pk is None:
        return
    memberships = UserThread.objects.filter(user_id=instance.pk)
    # Ordered by id, so that two transactions that lock batch after batch do not deadlock.
    thread_ids = list(memberships.order_by("thread_id").values_list("thread_id", flat=True))
    if using == chat_database():
        # In the deleting transaction, so that no event is lost if the process dies after the commit.
        _log_in_threads(thread_ids)
    elif thread_ids:
        on_commit(partial(_log_in_threads, thread_ids))


def _log_in_threads(thread_ids: Sequence[int]) -> None:
    """Log in each thread that its members have changed; takes a few queries per `_TOGETHER_MAX` threads."""
    for start in range(0, len(thread_ids), _TOGETHER_MAX):
        with atomic():
            part = thread_ids[start : start + _TOGETHER_MAX]
            lock_rows(Thread, part)
            threads = Thread.objects.filter(pk__in=part)
            heads = dict(threads.values_list("pk", "event_head"))
            threads.update(event_head=F("event_head") + 1)
            append_to_each(heads, ThreadUpdated())


def _deleted(sender: Any, instance: UserThread, **kwargs: Any) -> None:
    refresh_after_commit([instance.user_id])
    if not member_removed.has_listeners(UserThread):
        return
    # The instance loses its primary key, and possibly its user, before the transaction ends.
    arguments = {
        "user_thread": instance,
        "thread_id": instance.thread_id,
        "member_id": instance.user_id,
        "user_id": instance.removed_by_id,
    }
    on_commit(lambda: member_removed.send_robust(UserThread, **arguments) and None)
