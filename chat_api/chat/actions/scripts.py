"""Starting, advancing and ending the script that leads a member."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chat_api.chat.actions import schedule
from chat_api.chat.actions.endings import close_run, complete, end, give_up, leave
from chat_api.chat.actions.questions import PassedForks, ask, log_modifications
from chat_api.chat.actions.run_contexts import begin_context
from chat_api.chat.actions.run_states import (
    rules_of,
    state_of,
    store_state,
    variables_kept,
    with_results_of,
)
from chat_api.chat.actions.script_plans import ScriptPlan
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.choices import SCRIPTED_STATES, OnFinish, RunOutcome, State
from chat_api.chat.models import Message, ScriptRun, UserThread
from chat_api.chat.script_context import answers_once
from chat_api.engine import flow, flow_events
from chat_api.engine.script import Question as ScriptQuestion
from chat_api.lib.db.transactions import atomic
from chat_api.lib.errors import InvalidInput
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.expression_context import prefill_of
from chat_api.settings import chat_settings

logger = logging.getLogger("chat_api.chat")


@atomic
def start_script(*, user_thread: UserThread, plan: ScriptPlan, by: Any = None) -> UserThread:
    """Start the plan's schema for the member; in state `scripted` it asks its first question.

    Locks the thread. Raises `InvalidInput`: `schema` EMPTY, `initial_question` QUESTION_FROM_WRONG_SCHEMA,
    `state` ONLY_ONE_SCRIPTED, `answers` UNKNOWN_NAME and WRONG_VALUE.
    """
    change = ThreadChange.open(thread_id=user_thread.thread_id, actor_id=by.pk if by is not None else None)
    member = change.member(user_thread.user_id)
    if member is None:
        raise InvalidInput.field("user", "NOT_IN_THREAD")
    begin(change, member, plan)
    change.write()
    return member


@atomic
def stop_script(*, user_thread: UserThread, state: State = State.OPEN, by: Any = None) -> UserThread:
    """End the member's script, also a waiting or paused one, and set `state` (open or closed).

    Locks the thread.
    """
    change = ThreadChange.open(thread_id=user_thread.thread_id, actor_id=by.pk if by is not None else None)
    member = change.member(user_thread.user_id)
    if member is None:
        raise InvalidInput.field("user", "NOT_IN_THREAD")
    end(change, member, state=state)
    change.note_thread_updated()
    change.write()
    return member


def begin(change: ThreadChange, member: UserThread, plan: ScriptPlan) -> None:
    """Open a new run of the plan's schema with an empty pool, and ask. Raises the errors of `start_script`."""
    schema = compiled(plan.schema)
    first = schema.script.first
    if plan.initial_question_id is not None:
        first = schema.script.questions_by_id.get(plan.initial_question_id)
    _refuse_starting(change, member, plan, first)
    prefill = prefill_of(schema.script, plan.answers or {})
    close_run(change, member, RunOutcome.SUPERSEDED)
    change.update(
        member,
        schema=plan.schema,
        state=plan.state,
        question_id=None,
        related_message=None,
        initial_question_id=plan.initial_question_id,
        automated_sender_id=plan.automated_sender_id,
        on_finish=plan.on_finish,
        frequency_unit=plan.frequency_unit,
        frequency_value=plan.frequency_value,
        repeat_until=plan.repeat_until,
        next_restart=None,
        series_begin=None,
        paused_state=None,
        variables_pool={},
        values=None,
        run=None,
    )
    change.note_thread_updated()
    if plan.state in SCRIPTED_STATES and first is not None:
        open_run(change, member)
        change.states.pop(member.pk, None)
        state = state_of(change, member, schema)
        if state is not None:
            state.prefill = prefill
        start_at(change, member, schema, first, context=plan.context or {})


def _refuse_starting(
    change: ThreadChange, member: UserThread, plan: ScriptPlan, first: ScriptQuestion | None
) -> None:
    errors: dict[str, list[str]] = {}
    if plan.initial_question_id is not None and first is None:
        errors["initial_question"] = ["QUESTION_FROM_WRONG_SCHEMA"]
    if plan.state in SCRIPTED_STATES:
        other = change.scripted_member()
        if other is not None and other.pk != member.pk:
            errors["state"] = ["ONLY_ONE_SCRIPTED"]
        if compiled(plan.schema).script.first is None:
            errors["schema"] = ["EMPTY"]
    if errors:
        raise InvalidInput(errors)


def start_at(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    first: ScriptQuestion,
    *,
    context: Mapping[str, Any] | None = None,
) -> None:
    """Start the member's run at a question: ask it, or, where the frontend leads, only make it the current one.

    `context` is that of the first run of a script, None for a later one.
    """
    state = state_of(change, member, schema)
    if state is not None:
        state.restarted()
        begin_context(state, member, context)
    if member.state == State.SCRIPTED:
        walk = flow.start(
            schema.script,
            at=first.qid,
            variables={},
            repeat_from=repeat_from(change, member, schema),
            limit=chat_settings.SCRIPT_STEPS_MAX,
            only=variables_kept(change.thread.type),
            rules=rules_of(state),
        )
    else:
        limit = chat_settings.SCRIPT_STEPS_MAX
        walk = flow.skip_to(schema.script, first.qid, {}, limit=limit, rules=rules_of(state))
    follow(change, member, schema, walk)


def repeat_from(change: ThreadChange, member: UserThread, schema: CompiledSchema) -> int | None:
    """Return the qid at which the script starts again at once after its end; None if it does not."""
    if member.on_finish != OnFinish.REPEAT or not schedule.repeats_at_once(member, now=change.now):
        return None
    initial = schema.script.first
    if member.initial_question_id is not None:
        initial = schema.script.questions_by_id.get(member.initial_question_id) or initial
    return initial.qid if initial is not None else None


def follow(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    walk: flow_events.Walk,
    *,
    reply: Message | None = None,
) -> None:
    """Add the events of a walk of the engine to the change; `reply` is the message that answered."""
    asking: Message | None = None
    answers = answers_once([member])
    forks = PassedForks(change, member, after=reply)
    log_failures(member, schema, walk.events)
    for event in walk.events:
        match event:
            case flow_events.AnswerModified(answer, modifications) if reply is not None:
                log_modifications(change, member, modifications, message=reply, answer_id=answer.id)
            case flow_events.ForkPassed():
                forks.passed(event)
            case flow_events.Asked():
                asking = ask(change, member, schema, event, answers=answers, passed=forks.waiting)
                forks.said(asking)
            case flow_events.Finished():
                forks.ended()
                values = with_results_of(change, member, schema, event.values, event.variables)
                complete(change, member, event.variables, values)
            case flow_events.Restarted():
                open_run(change, member)
                answers = answers_once([member])
                change.note_thread_updated()
            case flow_events.Broken():
                forks.ended()
                give_up(change, member, schema, event, walk.variables)
    question_id = member.question_id if walk.cursor is None else walk.cursor.id
    change.update(member, variables_pool=dict(walk.variables), question_id=question_id)
    store_state(change, member, schema, state_of(change, member, schema))
    if walk.cursor is not None:
        if member.state == State.SCRIPTED and asking is not None:
            change.set_asking(member, asking)
        elif member.state == State.SCRIPTED_FE_CONTROLLED:
            change.update(member, related_message=None)
    elif walk.outcome == flow_events.Outcome.FINISHED:
        leave(change, member)


def log_failures(member: UserThread, schema: CompiledSchema, events: Iterable[flow_events.Event]) -> None:
    """Log the expressions that failed and were skipped."""
    for event in events:
        if isinstance(event, flow_events.EvaluationFailed):
            logger.warning(
                "An expression failed and was skipped: schema %s, question %s, thread %s: %s: %s",
                schema.id,
                event.qid,
                member.thread_id,
                event.source,
                event.reason,
            )


def open_run(change: ThreadChange, member: UserThread, *, started: datetime | None = None) -> None:
    """Begin a run with an empty pool. The date of a repetition is computed from `started`."""
    run = ScriptRun(
        user_thread=member,
        schema=member.schema,
        started=started or change.now,
        led_by_frontend=member.state == State.SCRIPTED_FE_CONTROLLED,
    )
    change.update(member, run=change.runs.begin(run), variables_pool={})
