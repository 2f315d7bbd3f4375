"""Raising and clearing flags as answers change, and marking them as seen."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from chat_api.engine.scores import Results
from chat_api.lib.db.transactions import atomic, on_commit
from chat_api.lib.db.writes import insert
from chat_api.notifications.queue import WAKER
from chat_api.raised_flags.models import Flag
from chat_api.raised_flags.signals import flag_raised
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import Schema
from chat_api.settings import chat_settings


@dataclass(frozen=True, slots=True)
class Subject:
    """A stored run of a script, or a survey, whose answers raise flags, and its schema."""

    schema: Schema
    run_id: int | None = None
    survey_id: int | None = None


def update_flags(
    subject: Subject,
    raised: Collection[str],
    *,
    now: datetime,
    message_id: int | None = None,
    item_id: int | None = None,
    removed_item_ids: Collection[int] = (),
) -> list[Flag]:
    """Store which flags of the subject are true, by name, and return those that somebody has to be notified of.

    These are flags that are true for the first time, or again after they were seen; the signal and the notifications
    follow after commit. Other flags that are true again are reopened, those no longer true cleared. `message_id` or
    `item_id` is the answer that raised them, `removed_item_ids` are deleted ones. The caller is in a
    transaction and has locked the thread or the survey. Takes no query for a schema without flags, and one where
    nothing changes.
    """
    names = {flag.name for flag in compiled(subject.schema).script.flags}
    if not names:
        return []
    stored = {flag.name: flag for flag in Flag.objects.filter(run=subject.run_id, survey=subject.survey_id)}
    new: list[Flag] = []
    again: list[Flag] = []
    reopened: list[int] = []
    for name in sorted(names.intersection(raised)):
        flag = stored.get(name)
        if flag is None:
            flag = Flag(schema=subject.schema, name=name, run_id=subject.run_id, survey_id=subject.survey_id)
            new.append(flag)
        elif flag.cleared is None:
            continue
        elif flag.seen is None:
            reopened.append(flag.pk)
            continue
        else:
            again.append(flag)
        _raise(flag, now=now, message_id=message_id, item_id=item_id)
    gone = [flag.pk for name, flag in stored.items() if name not in raised and flag.cleared is None]
    if any(flag.item_id in removed_item_ids for flag in stored.values()):
        Flag.objects.filter(survey=subject.survey_id, item__in=removed_item_ids).update(item=None)
    _set_cleared(reopened, None)
    _set_cleared(gone, now)
    _store(new, again)
    return [*new, *again]


def _raise(flag: Flag, *, now: datetime, message_id: int | None, item_id: int | None) -> None:
    flag.raised, flag.message_id, flag.item_id = now, message_id, item_id
    flag.seen = flag.seen_by = flag.cleared = None
    flag.dispatched = not (chat_settings.has("FLAG_RECIPIENTS") and chat_settings.NOTIFICATION_TRANSPORTS)


def _set_cleared(flag_ids: Sequence[int], cleared: datetime | None) -> None:
    if flag_ids:
        Flag.objects.filter(pk__in=flag_ids).update(cleared=cleared)


def _store(new: Sequence[Flag], again: Sequence[Flag]) -> None:
    insert(new)
    if again:
        columns = ("raised", "message", "item", "seen", "seen_by", "cleared", "dispatched")
        Flag.objects.bulk_update(again, columns)
    if flag_raised.has_listeners(Flag):
        for flag in (*new, *again):
            on_commit(partial(flag_raised.send_robust, sender=Flag, flag=flag))
    if not all(flag.dispatched for flag in (*new, *again)):
        on_commit(WAKER.wake)


def log_failures(logger: logging.Logger, results: Results, *, schema_id: int | None, subject: str) -> None:
    """Log the expressions of scores and flags that have no value."""
    for failed in results.failures:
        logger.warning(
            "The expression of a score or flag failed: schema %s, %s, %s: %s: %s",
            schema_id,
            failed.name,
            subject,
            failed.source,
            failed.reason,
        )


@atomic
def mark_flags_seen(*, flag_ids: Collection[int], by: Any, now: datetime) -> int:
    """Mark the open ones of the flags as seen by the user, and return how many there were."""
    rows = Flag.objects.filter(pk__in=flag_ids, seen=None)
    return rows.update(seen=now, seen_by=by)
