"""Restarting scripts that are due."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.utils import timezone

from chat_api.chat.actions import scripts
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.choices import OnFinish, State
from chat_api.chat.models import UserThread
from chat_api.lib.db.transactions import atomic
from chat_api.schemas.compiled import compiled

logger = logging.getLogger("chat_api.chat")

#: How many members are looked up at once.
_BATCH: Final = 100


def restart_due_scripts(*, now: datetime | None = None) -> int:
    """Start every script whose `next_restart` has passed, each once, and return how many were started.

    Several workers can do this at once: each member is checked again under the lock of their thread. A failure is
    logged, and the member stays due for the next call.
    """
    now = now or timezone.now()
    restarted, after = 0, 0
    while True:
        due = UserThread.objects.filter(next_restart__lte=now, pk__gt=after).order_by("pk")
        batch = list(due.values_list("pk", "thread_id", "user_id")[:_BATCH])
        if not batch:
            return restarted
        for _, thread_id, user_id in batch:
            try:
                restarted += _restart(thread_id=thread_id, user_id=user_id, now=now)
            except Exception:
                logger.exception("A script could not be restarted: user %s, thread %s", user_id, thread_id)
        after = batch[-1][0]


@atomic
def _restart(*, thread_id: int, user_id: int, now: datetime) -> bool:
    change = ThreadChange.open(thread_id=thread_id, actor_id=None)
    member = change.member(user_id)
    if member is None or member.next_restart is None or member.next_restart > now:
        return False
    due = member.next_restart
    change.update(member, next_restart=None)
    starts = member.is_scripted and _starts_again(change, member, due)
    if member.is_scripted and not starts:
        # No script will ask this member any more, so they must not stay the thread's scripted member.
        closes = member.on_finish == OnFinish.CLOSE
        change.update(member, state=State.CLOSED if closes else State.OPEN)
    change.note_thread_updated()
    change.write()
    return starts


def _starts_again(change: ThreadChange, member: UserThread, due: datetime) -> bool:
    ended = member.repeat_until is not None and member.repeat_until < due
    if member.schema is None or member.on_finish != OnFinish.REPEAT or ended:
        return False
    schema = compiled(member.schema)
    first = schema.script.questions_by_id.get(member.initial_question_id or 0) or schema.script.first
    if first is None:
        return False
    scripts.open_run(change, member, started=due)
    scripts.start_at(change, member, schema, first)
    return True
