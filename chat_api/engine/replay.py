"""Walking a run again, from its stored answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from chat_api.engine import flow
from chat_api.engine.flow_events import Event, Walk
from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.repeats import repeated_groups
from chat_api.engine.rules import Variables
from chat_api.engine.run_state import RunState
from chat_api.engine.script import END, Question, QuestionType, Script
from chat_api.engine.walker import qid_beyond


@dataclass(frozen=True, slots=True)
class Asking:
    """One asking of a question in a run, and its answer; None while there is none.

    A control that was confirmed has an answer without a value. With `is_deleted` the answer still led to the question
    after it, but rules do not see it any more. `asked` and `answered` are the ids of the two messages.
    `instance` is the round of the question's group, 0 outside of repeated ones.
    """

    question_id: int
    given: GivenAnswer | None
    is_deleted: bool = False
    asked: int | None = None
    answered: int | None = None
    instance: int = 0

    @property
    def place(self) -> tuple[int, int]:
        """Return the id of the question, and the round in which it is asked."""
        return self.question_id, self.instance


@dataclass(frozen=True, slots=True)
class Replayed:
    """A run that was walked again: its last step, all events, and the askings whose answers it took, in order."""

    walk: Walk
    events: tuple[Event, ...]
    used: tuple[Asking, ...]


#: Returns whether a stored answer is still an answer to the question.
Accepts = Callable[[Question, Asking, Variables], bool]


def replay(
    script: Script,
    state: RunState,
    askings: Iterable[Asking],
    *,
    at: int | None,
    limit: int,
    only: Collection[str] | None = None,
    accepts: Accepts = lambda question, asking, variables: True,
) -> Replayed:
    """Start the script at the qid `at` (None: the first question), with the stored answers.

    The k-th asking of a question, in each round of a repeated group, takes its k-th answer. The walk stops at the first
    question without one, or with one that `accepts` refuses, or at the end. `state` is that of the walk afterwards;
    `limit` and `only` are those of `flow.start`.
    """
    waiting: dict[tuple[int, int], deque[Asking]] = {}
    for asking in askings:
        waiting.setdefault(asking.place, deque()).append(asking)
    state.restarted()
    again = _Again(script, state, limit, only)
    walk = flow.start(script, at=at, variables={}, repeat_from=None, limit=limit, only=only, rules=state)
    again.events += walk.events
    while (question := walk.cursor) is not None:
        left = waiting.get((question.id, state.round_of(question)))
        given = left[0].given if left else None
        if not left or given is None:
            break
        # Each answer is judged by what calculations and conditions were when it came.
        state.at(given.timestamp, given.zone)
        if not accepts(question, left[0], walk.variables):
            break
        walk = again.answer(question, left.popleft(), walk.variables)
    return Replayed(walk, tuple(again.events), tuple(again.used))


@dataclass(slots=True)
class _Again:
    script: Script
    state: RunState
    limit: int
    only: Collection[str] | None
    events: list[Event] = field(default_factory=list)
    used: list[Asking] = field(default_factory=list)

    def answer(self, question: Question, asking: Asking, variables: Variables) -> Walk:
        self.used.append(asking)
        given = asking.given or GivenAnswer()
        self.state.confirms = given.is_confirmed
        walk = flow.answer(
            self.script,
            question,
            None if question.type == QuestionType.CONTROL else checked_of(question, asking),
            variables,
            repeat_from=None,
            limit=self.limit,
            only=self.only,
            rules=self.state,
            skip=given.is_skipped,
        )
        self.state.confirms = False
        if asking.is_deleted:
            self.state.forget(question, asking.instance)
        self.events += walk.events
        return walk


def checked_of(question: Question, asking: Asking) -> CheckedReply:
    """Return the stored answer as it was accepted; one that was deleted changes no variables."""
    given = asking.given or GivenAnswer()
    offered = {answer.id: answer for answer in question.answers}
    chosen = [offered[pk] for pk in given.chosen if pk in offered]
    if asking.is_deleted:
        chosen = [replace(answer, modifications=()) for answer in chosen]
    return CheckedReply("", tuple(chosen), value=given.value, other=given.other, is_skipped=given.is_skipped)


def reachable_from(script: Script, question: Question) -> frozenset[int]:
    """Return the ids of the questions that the script can ask after a question, through any answers and rules.

    A rule whose target is computed can lead to any question.
    """
    found: set[int] = set()
    waiting = [question]
    while waiting:
        for qid in _next_qids(script, waiting.pop()):
            following = script.questions_by_qid.get(qid)
            if following is not None and following.id not in found:
                found.add(following.id)
                waiting.append(following)
    return frozenset(found)


def _next_qids(script: Script, question: Question) -> Iterable[int]:
    known: Mapping[int, Question] = script.questions_by_qid
    targets = [rule.target for rule in question.rules]
    if not all(target.strip().isdecimal() or target.strip().startswith("-") for target in targets):
        return known
    ways = [
        question.next_qid,
        qid_beyond(script, question),
        *(answer.next_qid for answer in question.answers),
    ]
    group = repeated_groups(script).get(question.group_id or 0)
    if group is not None:
        # Another round.
        ways.append(script.questions[group.indexes[0]].qid)
    ways += [int(target) for target in targets if target.strip().isdecimal()]
    return [qid for qid in ways if qid is not None and qid > END]
