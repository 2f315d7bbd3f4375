"""Walking a run again, from its stored answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from chat_api.engine import flow
from chat_api.engine.flow_events import Walk
from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Question, QuestionType, Script


@dataclass(frozen=True, slots=True)
class Asking:
    """One asking of a question in a run, and its answer; None while there is none.

    A control that was confirmed has an answer without a value. With `is_deleted` the answer still led to the question
    after it, but rules do not see it any more. `key` is the id of whatever holds the answer.
    """

    question_id: int
    given: GivenAnswer | None
    is_deleted: bool = False
    key: int | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """The last step of a run that was walked again, and the askings whose answers it took, in order."""

    walk: Walk
    used: tuple[Asking, ...]


def replay(
    script: Script,
    state: RunState,
    askings: Iterable[Asking],
    *,
    at: int | None,
    limit: int,
    only: Collection[str] | None = None,
) -> Replayed:
    """Start the script at the qid `at` (None: the first question), with the stored answers.

    The k-th asking of a question takes its k-th answer. The walk stops at the first question without one, or at the
    end. `state` has no answers before, and those of the walk after; `limit` and `only` are those of `flow.start`.
    """
    waiting: dict[int, deque[Asking]] = {}
    for asking in askings:
        waiting.setdefault(asking.question_id, deque()).append(asking)
    state.restarted()
    used: list[Asking] = []
    walk = flow.start(script, at=at, variables={}, repeat_from=None, limit=limit, only=only, rules=state)
    while (question := walk.cursor) is not None:
        left = waiting.get(question.id)
        if not left or left[0].given is None:
            break
        asking = left.popleft()
        used.append(asking)
        walk = _answered(script, state, question, asking, walk, limit=limit, only=only)
    return Replayed(walk, tuple(used))


def _answered(
    script: Script,
    state: RunState,
    question: Question,
    asking: Asking,
    walk: Walk,
    *,
    limit: int,
    only: Collection[str] | None,
) -> Walk:
    given = asking.given or GivenAnswer()
    state.at(given.timestamp, given.zone)
    state.confirms = given.is_confirmed
    after = flow.answer(
        script,
        question,
        None if question.type == QuestionType.CONTROL else checked_of(question, asking),
        walk.variables,
        repeat_from=None,
        limit=limit,
        only=only,
        rules=state,
        skip=given.is_skipped,
    )
    state.confirms = False
    if asking.is_deleted:
        state.forget(question)
    return after


def checked_of(question: Question, asking: Asking) -> CheckedReply:
    """Return the stored answer as it was accepted; one that was deleted changes no variables."""
    given = asking.given or GivenAnswer()
    offered = {answer.id: answer for answer in question.answers}
    chosen = [offered[pk] for pk in given.chosen if pk in offered]
    if asking.is_deleted:
        chosen = [replace(answer, modifications=()) for answer in chosen]
    return CheckedReply("", tuple(chosen), value=given.value, other=given.other, is_skipped=given.is_skipped)
