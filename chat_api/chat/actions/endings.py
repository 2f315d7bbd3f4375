"""How scripts end: completed, broken off, or ended by somebody."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from chat_api.chat.actions import schedule
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.choices import OnFinish, RunOutcome, State
from chat_api.chat.models import UserThread
from chat_api.chat.signals import chat_api_thread_schema_completed
from chat_api.engine import flow_events
from chat_api.schemas.compiled import CompiledSchema, compiled

logger = logging.getLogger("chat_api.chat")


def close_run(
    change: ThreadChange,
    member: UserThread,
    outcome: RunOutcome,
    variables: Mapping[str, float] | None = None,
    values: Any = None,
) -> None:
    """Store how the member's current run ended; does nothing if no run is open."""
    run = change.run_of(member)
    if run is None or run.finished is not None:
        return
    question = member.question_id
    run.finished, run.outcome = change.now, outcome
    run.variables = dict(member.variables if variables is None else variables)
    run.values = member.values if variables is None else values
    if question is not None and member.schema is not None:
        last = compiled(member.schema).script.questions_by_id.get(question)
        run.last_qid = last.qid if last is not None else None
    change.runs.update(run)


def complete(
    change: ThreadChange, member: UserThread, variables: Mapping[str, float], values: Any = None
) -> None:
    """Close the run as completed and send the signal to hosts."""
    close_run(change, member, RunOutcome.COMPLETED, variables, values)
    change.signal(chat_api_thread_schema_completed, sender=UserThread, user_thread=member)


def leave(change: ThreadChange, member: UserThread) -> None:
    """Put the member, whose script has ended, into the state that `on_finish` names."""
    state, restart, begin = State.OPEN, None, member.series_begin
    if member.on_finish == OnFinish.CLOSE:
        state = State.CLOSED
    elif schedule.repeats(member, now=change.now):
        run = change.run_of(member)
        started = run.started if run is not None else change.now
        found = schedule.next_restart(member, started=started, now=change.now)
        restart, begin = found.due, found.series_begin
        state = State(member.state) if restart is not None else State.OPEN
    change.update(
        member,
        state=state,
        question_id=None,
        related_message=None,
        next_restart=restart,
        series_begin=begin,
    )
    change.note_thread_updated()


def give_up(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    event: flow_events.Broken,
    variables: Mapping[str, float],
) -> None:
    """Open a member whose script cannot continue: it refers to a question that does not exist, or never asks one."""
    logger.error(
        "The script was ended (%s): schema %s, qid %s, thread %s",
        event.reason,
        schema.id,
        event.qid,
        member.thread_id,
    )
    close_run(change, member, RunOutcome.BROKEN, variables, member.values)
    change.update(member, state=State.OPEN, question_id=None, related_message=None, next_restart=None)
    change.note_thread_updated()


def end(change: ThreadChange, member: UserThread, *, state: State) -> None:
    """End the member's script, also a waiting or paused one, and put the member into `state`."""
    close_run(change, member, RunOutcome.BROKEN)
    change.update(
        member,
        state=state,
        question_id=None,
        related_message=None,
        next_restart=None,
        paused_state=None,
    )


def break_all(change: ThreadChange) -> None:
    """End the scripts of all members, also paused ones, and open those members."""
    for member in change.members:
        if member.is_scripted or member.paused:
            end(change, member, state=State.OPEN)
            change.note_thread_updated()
