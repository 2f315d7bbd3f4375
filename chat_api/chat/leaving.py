"""Telling hosts and members who is no member any more, by whichever way: also where an account is deleted."""

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
    """Send `member_removed` after each deletion of a membership, and tell the threads of deleted accounts."""
    post_delete.connect(_deleted, sender=UserThread, dispatch_uid="chat_api.leaving")
    # An account may also be deleted as an instance of a proxy. A receiver of all models would keep every deletion in
    # the project, also those of hosts, from being a single statement.
    account: Any = get_user_model()
    for model in apps.get_models():
        if model._meta.concrete_model is account._meta.concrete_model:
            pre_delete.connect(_account_deleted, sender=model, dispatch_uid="chat_api.leaving.accounts")


def _account_deleted(sender: Any, instance: Any, using: str, **kwargs: Any) -> None:
    if instance.pk is None:
        return
    memberships = UserThread.objects.filter(user_id=instance.pk)
    # In the order of their keys, so that two that lock part after part do not wait in a circle.
    thread_ids = list(memberships.order_by("thread_id").values_list("thread_id", flat=True))
    if using == chat_database():
        # In the transaction that deletes: a process that dies after its commit has lost no event.
        _tell_threads(thread_ids)
    elif thread_ids:
        on_commit(partial(_tell_threads, thread_ids))


def _tell_threads(thread_ids: Sequence[int]) -> None:
    """Log in each thread that its members have changed; a few queries for every `_TOGETHER_MAX` threads."""
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
    # The instance loses its key, and may lose its user, before the transaction ends.
    arguments = {
        "user_thread": instance,
        "thread_id": instance.thread_id,
        "member_id": instance.user_id,
        "user_id": instance.removed_by_id,
    }
    on_commit(lambda: member_removed.send_robust(UserThread, **arguments) and None)
