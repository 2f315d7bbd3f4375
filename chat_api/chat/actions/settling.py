"""The way of a run after an answer was corrected: over the answers that still fit, to the next question without one."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from chat_api.chat.actions import endings, scripts
from chat_api.chat.actions.askings import askings_of
from chat_api.chat.actions.deletion import remove
from chat_api.chat.actions.questions import ask
from chat_api.chat.actions.run_states import store_state, walk_again, with_results_of
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.choices import State
from chat_api.chat.models import Message, UserThread
from chat_api.engine import flow_events
from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.judge import judge
from chat_api.engine.question_types.base import AnswerRefused, CheckedReply, Reply
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.repeats import round_in
from chat_api.engine.replay import Asking, Replayed, reachable_from
from chat_api.engine.rules import Variables
from chat_api.engine.run_state import RunState
from chat_api.engine.script import CHOICE_TYPES, PASSED_TYPES, Question, QuestionType
from chat_api.lib.db.timezones import in_utc
from chat_api.lib.languages import notation_of
from chat_api.lib.text_formats import plain_text
from chat_api.lib.time_zones import time_zone_key
from chat_api.schemas.compiled import CompiledSchema


def settle_answer(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    state: RunState,
    checked: CheckedReply | None,
    *,
    is_confirmed: bool = False,
) -> None:
    """Answer the open question of a run that has kept answers to later ones; the script goes over those that fit.

    `checked` is None for the confirmation of a control.
    """
    given = GivenAnswer(timestamp=in_utc(change.now), zone=state.zone)
    if checked is not None:
        given = GivenAnswer.of(checked, in_utc(change.now), state.zone, is_confirmed=is_confirmed)
    askings = [
        replace(asking, given=given, answered=None) if asking.asked == member.related_message_id else asking
        for asking in askings_of(member, schema)
    ]
    settle(change, member, schema, state, askings)


def settle(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    state: RunState,
    askings: list[Asking],
) -> list[int]:
    """Walk the run again with those answers, and return the ids of the messages that it supersedes.

    Answers that the walk has not come to are kept while the open question can still lead to them. An asking that was
    changed has no `answered`. Variables, values and the state of the member follow.
    """
    walked = _walked(change, member, schema, state, askings)
    standing = _Standing.of(member, schema, askings)
    asking, asked_before = _ask(change, member, schema, walked, standing)
    cursor = walked.walk.cursor
    pending = _pending(schema, state, cursor, askings, walked.used)
    state.has_kept = bool(pending)
    state.at(in_utc(change.now), time_zone_key(member.user))
    change.update(member, variables_pool=dict(walked.walk.variables))
    if cursor is not None:
        _wait(change, member, cursor, asking, asked_before)
    else:
        _end(change, member, schema, state, walked)
    store_state(change, member, schema, state)
    kept = {pk for item in (*walked.used, *pending) for pk in (item.asked, item.answered)}
    gone = standing.ids - kept - standing.matched
    if gone:
        remove(change, Message.objects.filter(thread=change.thread, pk__in=gone), superseded=True)
    return sorted(gone)


def _walked(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    state: RunState,
    askings: Iterable[Asking],
) -> Replayed:
    texts = _texts(pk for asking in askings if (pk := asking.answered) is not None)
    notation = notation_of(member.user)

    def fits(question: Question, asking: Asking, variables: Variables) -> bool:
        given = asking.given
        if given is None or asking.answered is None or asking.is_deleted:
            return given is not None
        if given.is_skipped:
            return question.skip is not None
        if question.type in (QuestionType.CONTROL, QuestionType.FILE):
            return True
        text = _said(question, given, texts.get(asking.answered, ""))
        environment = state.environment(variables, at=given, question=question)
        try:
            judge(
                state.logic,
                question,
                Reply(text, given.chosen),
                environment,
                notation=notation,
                confirms=given.is_confirmed,
            )
        except AnswerRefused:
            return False
        return True

    return walk_again(change, member, schema, state, askings, accepts=fits)


def _said(question: Question, given: GivenAnswer, text: str) -> str:
    """Return the text of a stored answer; a date as it was understood, since the user's locale may have changed."""
    if question.type in CHOICE_TYPES:
        return given.other or ""
    stored = question_type(question.type).to_json(given.value)
    return stored if isinstance(stored, str) else text


def _texts(ids: Iterable[int]) -> Mapping[int, str]:
    rows = Message.objects.filter(pk__in=[*ids]).values_list("pk", "text", "text_format")
    return {pk: plain_text(text, stored) for pk, text, stored in rows}


@dataclass(slots=True)
class _Standing:
    """The messages of the run: those that ask, by question and round, and the ids of all that are not deleted."""

    asked: dict[tuple[int, int], deque[int]]
    ids: set[int]
    #: The ids of messages that ask what the run still asks.
    matched: set[int]

    @classmethod
    def of(cls, member: UserThread, schema: CompiledSchema, askings: Iterable[Asking]) -> _Standing:
        """Load them; one query."""
        rows = Message.objects.filter(
            thread_id=member.thread_id, run_id=member.run_id, related_question__isnull=False
        ).order_by("pk")
        asked: dict[tuple[int, int], deque[int]] = {}
        # A message that asked may have been deleted alone.
        for asking in askings:
            if asking.asked is not None:
                asked.setdefault(asking.place, deque()).append(asking.asked)
        ids = set()
        for pk, question_id, asks, instance in rows.values_list(
            "pk", "related_question_id", "asks", "instance"
        ):
            ids.add(pk)
            question = schema.script.questions_by_id.get(question_id or 0)
            if asks and question is not None and question.type in PASSED_TYPES:
                place = (question.id, round_in(schema.script, question, instance))
                asked.setdefault(place, deque()).append(pk)
        return cls(asked, ids, set())


def _ask(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    walked: Replayed,
    standing: _Standing,
) -> tuple[Message | None, int | None]:
    """Ask what the run has not asked before; return the last message to ask, as new or by its id."""
    new, before = None, None
    scripts.log_failures(member, schema, walked.events)
    for event in walked.events:
        if not isinstance(event, flow_events.Asked):
            continue
        asked = standing.asked.get((event.question.id, event.instance or 0))
        if asked:
            new, before = None, asked.popleft()
            standing.matched.add(before)
        else:
            new, before = ask(change, member, schema, event), None
    return new, before


def _pending(
    schema: CompiledSchema,
    state: RunState,
    cursor: Question | None,
    askings: Iterable[Asking],
    used: Collection[Asking],
) -> list[Asking]:
    """Return the answers that the walk may still come to."""
    if cursor is None:
        return []
    reachable = reachable_from(schema.script, cursor)
    taken = {item.asked for item in used}
    left = [item for item in askings if item.asked not in taken]
    # The stored answer to the open question itself does not fit.
    here = (cursor.id, state.round_of(cursor))
    refused = next((item for item in left if item.place == here), None)
    return [
        item
        for item in left
        if item.given is not None
        and item is not refused
        and item.question_id in reachable
        and not _is_surplus(schema, state, item)
    ]


def _is_surplus(schema: CompiledSchema, state: RunState, asking: Asking) -> bool:
    """Return whether the group that the walk is in has no round with that number any more."""
    rounds = state.rounds
    if rounds is None:
        return False
    group, place = rounds.group_of(schema.script.questions_by_id[asking.question_id]), rounds.place
    if group is None or group is not place.group:
        return False
    is_decided = group.repeat.count is not None or group.repeat.add is None
    return is_decided and asking.instance > place.planned


def _wait(
    change: ThreadChange, member: UserThread, cursor: Question, new: Message | None, before: int | None
) -> None:
    run = change.run_of(member)
    if run is not None and run.finished is not None:
        change.runs.reopen(run)
        change.update(member, state=State.SCRIPTED, next_restart=None)
        change.note_thread_updated()
    change.update(member, question_id=cursor.id)
    if new is not None:
        change.set_asking(member, new)
    else:
        change.update(member, related_message_id=before)


def _end(
    change: ThreadChange, member: UserThread, schema: CompiledSchema, state: RunState, walked: Replayed
) -> None:
    walk, run = walked.walk, change.run_of(member)
    values = with_results_of(change, member, schema, state.to_json(), walk.variables, state=state)
    if run is not None and run.finished is not None:
        run.variables, run.values = dict(walk.variables), values
        change.runs.update(run)
    elif walk.outcome == flow_events.Outcome.FINISHED:
        repeats = scripts.repeat_from(change, member, schema)
        endings.complete(change, member, walk.variables, values)
        endings.leave(change, member)
        if repeats is not None:
            scripts.open_run(change, member)
            first = schema.script.questions_by_qid[repeats]
            change.update(member, state=State.SCRIPTED)
            scripts.start_at(change, member, schema, first)
    else:
        broken = next(event for event in walked.events if isinstance(event, flow_events.Broken))
        endings.give_up(change, member, schema, broken, walk.variables)
