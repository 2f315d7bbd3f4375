"""Notifications of raised flags, to the users whom FLAG_RECIPIENTS names; they contain neither label nor answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from django.utils import timezone

from chat_api.lib.db.locks import lock_rows
from chat_api.lib.db.transactions import atomic
from chat_api.lib.hooks import degraded
from chat_api.lib.languages import language_of
from chat_api.notifications import queue
from chat_api.notifications.models import NotificationDelivery
from chat_api.notifications.transports.base import Delivery
from chat_api.raised_flags.models import Flag
from chat_api.settings import chat_settings

_BATCH: Final = 500


def dispatch_flags(transports: Collection[str]) -> None:
    """Create the deliveries of flags that were raised since; a flag whose FLAG_RECIPIENTS fails is retried later.

    The oldest flags are first, at most 500 in one call.
    """
    waiting = Flag.objects.filter(dispatched=False).order_by("pk").values_list("pk", flat=True)
    for flag_id in list(waiting[:_BATCH]):
        _dispatch(flag_id, transports)


@atomic
def _dispatch(flag_id: int, transports: Collection[str]) -> None:
    lock_rows(Flag, [flag_id])
    flag = _with_people(flag_id)
    if flag is None or flag.dispatched:
        return
    users = _recipients(flag) if flag.is_open else []
    if users is None:
        return
    queue.enqueue_flag(flag_id, users, transports, due=timezone.now())
    Flag.objects.filter(pk=flag_id).update(dispatched=True)


def _recipients(flag: Flag) -> list[Any] | None:
    """Return the keys of the users to notify, without the respondent unless they see flags; None after a failure."""
    if not chat_settings.has("FLAG_RECIPIENTS"):
        return []

    def named() -> Iterable[Any]:
        return [user.pk for user in chat_settings.FLAG_RECIPIENTS(flag)]

    keys = degraded("FLAG_RECIPIENTS", named, fallback=None)
    if keys is None:
        return None
    sees_own = "flags" in chat_settings.RESPONDENT_SEES
    return [pk for pk in dict.fromkeys(keys) if sees_own or pk != respondent_id(flag)]


def respondent_id(flag: Flag) -> Any:
    """Return the key of the user whose answers raised the flag."""
    if flag.run is not None:
        return flag.run.user_thread.user_id
    return None if flag.survey is None else flag.survey.user_id


def flag_delivery(row: NotificationDelivery) -> Delivery | str:
    """Return the delivery about a flag as of now, or the reason why there is nothing to send."""
    flag = None if row.flag_id is None else _with_people(row.flag_id)
    if flag is None or not flag.is_open:
        return "The flag was seen or cleared in the meantime."
    if not row.user.is_active:
        return "The user is not active."
    thread = None if flag.run is None else flag.run.user_thread.thread
    return Delivery(
        id=row.pk,
        user=row.user,
        thread_id=None if thread is None else thread.pk,
        thread_title="",
        thread_type="" if thread is None else thread.type,
        messages=(),
        count=1,
        language=language_of(row.user),
        flag_id=flag.pk,
    )


def _with_people(flag_id: int) -> Flag | None:
    return (
        Flag.objects.filter(pk=flag_id).select_related("run__user_thread__thread", "survey", "schema").first()
    )
