"""How far runs have come, question by question, and where they went on."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final

from chat_api.chat.choices import RunOutcome
from chat_api.chat.results.forks import Forks
from chat_api.chat.results.histories import Asked
from chat_api.chat.results.passages import Node
from chat_api.chat.results.stored import StoredParts
from chat_api.engine.script import END, NON_ANSWERABLE, Question, QuestionType
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.pooling import Pooled

#: The place of the end of a script, and of targets of a fork that are not certain.
THE_END: Final = -1
NOT_CERTAIN: Final = -2


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The facts about a run that the funnel counts.

    `waiting` is the question at which it stands, or at which it ended, `answered` and `skipped` are the ids of the
    questions with an answer that counts, and of those that were skipped.
    """

    schema_id: int
    outcome: str
    led_by_frontend: bool
    #: The question at which it began; None for the first one of the script.
    initial_id: int | None
    waiting: Question | None
    is_current: bool
    parts: StoredParts
    answered: Collection[int]
    skipped: Collection[int]
    asked: Sequence[Asked]


@dataclass(frozen=True, slots=True)
class Branch:
    """How often runs went on to a question; `qid` is `END` at the end of the script, None where it is not certain."""

    qid: int | None
    heading: str
    count: int


@dataclass(frozen=True, slots=True)
class StepRuns:
    """How many runs came to a question, and what they did there.

    `answered`, `skipped` and `median_seconds` are None for questions without answers, all numbers for forks. `branches`
    is where runs went on, by position; only for forks, and where runs went on to more than one question.
    """

    qid: int
    heading: str
    type: str
    reached: int | None
    answered: int | None
    skipped: int | None
    #: The runs that are not completed and wait here, or ended here without an answer.
    stopped: int | None
    median_seconds: float | None
    branches: tuple[Branch, ...]


@dataclass(slots=True)
class _Step:
    reached: int = 0
    answered: int = 0
    skipped: int = 0
    stopped: int = 0
    # Eight bytes each.
    seconds: array[float] = field(default_factory=lambda: array("d"))
    #: By place of what followed.
    branches: Counter[int] = field(default_factory=Counter)


class Funnel:
    """Counts runs one after the other; the questions of `pooled` are those of `versions`."""

    def __init__(self, versions: Sequence[CompiledSchema], pooled: Sequence[Pooled[Question]]) -> None:
        self._scripts = {version.id: version.script for version in versions}
        self._forks = {pk: Forks(script) for pk, script in self._scripts.items()}
        self._pooled = pooled
        self._steps = [_Step() for _ in pooled]
        self._places = {
            question.id: place for place, each in enumerate(pooled) for question in each.by_schema.values()
        }
        #: Runs of which it is not known where they went on.
        self.left_out = 0

    def add(self, run: RunFacts) -> None:
        """Count a run."""
        waits = None if run.outcome == RunOutcome.COMPLETED else run.waiting
        for question_id in self._reached(run):
            self._steps[self._places[question_id]].reached += 1
        for question_id in run.answered:
            self._steps[self._places[question_id]].answered += 1
        for question_id in {*run.skipped} - {*run.answered}:
            self._steps[self._places[question_id]].skipped += 1
        if waits is not None and _has_stopped(run, waits):
            self._steps[self._places[waits.id]].stopped += 1
        if run.led_by_frontend or any(asked.is_superseded for asked in run.asked):
            self.left_out += 1
            return
        for asked in run.asked:
            if asked.seconds is not None and _is_answered(asked) and not _is_hidden(run, asked):
                self._steps[self._places[asked.question_id]].seconds.append(asked.seconds)
        self._add_branches(run)

    def _reached(self, run: RunFacts) -> set[int]:
        questions = self._scripts[run.schema_id].questions_by_id
        found = {*run.answered, *run.skipped}
        waiting = None if run.waiting is None else run.waiting.id
        for asked in run.asked:
            if asked.is_deleted and asked.said is None:
                continue
            part, question = run.parts[asked.number], questions[asked.question_id]
            # A kept answer to which the script has not come again counts for nothing yet.
            is_left = part.reached is not None and question.id not in part.reached
            if question.id in part.hidden or (is_left and question.type not in NON_ANSWERABLE):
                continue
            found.add(question.id)
        return found if waiting is None or run.outcome == RunOutcome.COMPLETED else {*found, waiting}

    def _add_branches(self, run: RunFacts) -> None:
        script, forks = self._scripts[run.schema_id], self._forks[run.schema_id]
        questions = [
            (script.questions_by_id[asked.question_id], asked.said)
            for asked in run.asked
            if not asked.is_deleted or asked.said is not None
        ]
        first = script.questions_by_id.get(run.initial_id or 0) or script.first
        if first is not None and questions:
            self._add_forks(run.schema_id, forks.starts_at(first), questions[0][0].qid)
        for (question, said), (following, _) in pairwise(questions):
            self._steps[self._places[question.id]].branches[self._places[following.id]] += 1
            self._add_forks(run.schema_id, forks.starts(question, said), following.qid)
        if questions and run.outcome == RunOutcome.COMPLETED:
            question, said = questions[-1]
            self._steps[self._places[question.id]].branches[THE_END] += 1
            self._add_forks(run.schema_id, forks.starts(question, said), END)

    def _add_forks(self, schema_id: int, starts: frozenset[Node], asked: int) -> None:
        questions = self._scripts[schema_id].questions_by_qid
        for fork, target in self._forks[schema_id].between(starts, asked).items():
            place = NOT_CERTAIN
            if target is not None:
                place = self._places[questions[target].id] if target in questions else THE_END
            self._steps[self._places[questions[fork].id]].branches[place] += 1

    def steps(self) -> Iterator[StepRuns]:
        """Yield the questions, those of the newest version first; calculations are left out."""
        for each, step in zip(self._pooled, self._steps, strict=True):
            question = each.newest
            if question.type == QuestionType.CALCULATION:
                continue
            is_fork = question.type == QuestionType.FORK
            is_answerable = question.type not in NON_ANSWERABLE
            # A message never waits.
            waits = is_answerable or question.type == QuestionType.CONTROL
            yield StepRuns(
                question.qid,
                each.heading,
                question.type,
                None if is_fork else step.reached,
                step.answered if is_answerable else None,
                step.skipped if is_answerable else None,
                step.stopped if waits else None,
                median(step.seconds) if step.seconds else None,
                tuple(self._branches(step)) if is_fork or len(step.branches) > 1 else (),
            )

    def _branches(self, step: _Step) -> Iterator[Branch]:
        for place in sorted(place for place in step.branches if place >= 0):
            each = self._pooled[place]
            yield Branch(each.newest.qid, each.heading or each.newest.type, step.branches[place])
        for qid, place in ((END, THE_END), (None, NOT_CERTAIN)):
            if place in step.branches:
                yield Branch(qid, "", step.branches[place])


def _is_answered(asked: Asked) -> bool:
    given = None if asked.said is None else asked.said.given
    return asked.said is not None and not (given is not None and given.is_skipped)


def _is_hidden(run: RunFacts, asked: Asked) -> bool:
    return run.parts[asked.number].hides(asked.question_id)


def _has_stopped(run: RunFacts, waiting: Question) -> bool:
    """Return whether the run waits at the question, or ended there before it was answered."""
    if run.is_current:
        return True
    last = next((asked for asked in reversed(run.asked) if asked.question_id == waiting.id), None)
    return last.said is None if last is not None else waiting.id not in {*run.answered, *run.skipped}
