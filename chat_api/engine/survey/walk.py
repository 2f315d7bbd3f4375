"""The state of a survey whose questions may lead back to earlier ones: computed from all answers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush

from chat_api.engine.expressions import ExpressionError, evaluate, names_in
from chat_api.engine.flow_events import EvaluationFailed
from chat_api.engine.script import (
    CHOICE_TYPES,
    NON_ANSWERABLE,
    Modification,
    QuestionType,
    Script,
)
from chat_api.engine.walker import choose_branch


class WalkedState:
    """A state computed from all answers by walking; for scripts of any shape.

    Takes time about linear in the size of the script: a modification is evaluated again only if a question that becomes
    visible later, but has a lower position, changes what it reads.
    """

    def __init__(self, script: Script, answered: Mapping[int, tuple[int, ...]]) -> None:
        self._survey = _Survey(script, answered)
        self._survey.walk()
        self.failures = tuple(self._survey.failures)
        self.visible_indexes: tuple[int, ...] = tuple(sorted(self._survey.visible))
        shown = [script.questions[index] for index in self.visible_indexes]
        self.visibility = tuple(question.qid for question in shown)
        self.completed = all(
            question.id in answered
            for question in shown
            if question.required and question.type not in NON_ANSWERABLE
        )

    @property
    def variables(self) -> dict[str, float]:
        """Return the variables set by visible questions and the answers chosen on them."""
        return dict(self._survey.variables.before(len(self._survey.script.questions)))


@dataclass(slots=True)
class _Survey:
    """Computation of a state; questions are identified by their index in `script.questions`, ordered by position."""

    script: Script
    answered: Mapping[int, tuple[int, ...]]
    visible: set[int] = field(default_factory=set)
    #: A heap of the indexes of visible forks whose branch has not been chosen.
    forks: list[int] = field(default_factory=list)
    failures: dict[EvaluationFailed, None] = field(default_factory=dict)
    variables: _Variables = field(init=False)

    def __post_init__(self) -> None:
        self.variables = _Variables(self.failures)

    def walk(self) -> None:
        self.reveal(0)
        while self.forks:
            index = heappop(self.forks)
            # The fork's own modifications come before its rules.
            variables = self.variables.before(index + 1)
            qid, failures = choose_branch(self.script.questions[index], variables)
            self.failures.update(dict.fromkeys(failures))
            target = self.script.index_by_qid.get(qid)
            if qid >= 0 and target is not None:
                self.reveal(target)

    def reveal(self, index: int) -> None:
        """Add the question to the visible ones, and those that follow it, except through forks."""
        questions, known = self.script.questions, self.script.index_by_qid
        waiting = [index]
        while waiting:
            index = waiting.pop()
            if index in self.visible:
                continue
            self.visible.add(index)
            question = questions[index]
            modifications = question.modifications
            following: list[int | None] = []
            if question.type == QuestionType.FORK:
                heappush(self.forks, index)
            else:
                following = [question.next_qid]
            if question.type in CHOICE_TYPES and question.id in self.answered:
                offered = {answer.id: answer for answer in question.answers}
                chosen = [offered[pk] for pk in self.answered[question.id] if pk in offered]
                following += [answer.next_qid for answer in chosen]
                modifications += tuple(each for answer in chosen for each in answer.modifications)
            if modifications:
                self.variables.add(index, question.qid, modifications)
            waiting += [known[qid] for qid in following if qid is not None and qid >= 0 and qid in known]


#: The index of a question, and the number of a modification of it.
_Step = tuple[int, int]


@dataclass(slots=True)
class _Variables:
    """The variables at every question, while modifications are added in any order.

    A modification is evaluated when the variables at a later question are read, and again only after a change to a
    variable that it reads.
    """

    failures: dict[EvaluationFailed, None]
    steps: dict[_Step, tuple[int, Modification]] = field(default_factory=dict)
    #: The value that each step sets its variable to; steps without a value are missing.
    values: dict[_Step, float] = field(default_factory=dict)
    #: By variable, in order: the steps with a value that set it, and the steps that read it.
    writers: dict[str, list[_Step]] = field(default_factory=dict)
    readers: dict[str, list[_Step]] = field(default_factory=dict)
    #: A heap of steps to evaluate, without duplicates.
    waiting: list[_Step] = field(default_factory=list)
    queued: set[_Step] = field(default_factory=set)

    def add(self, index: int, qid: int, modifications: Iterable[Modification]) -> None:
        for number, modification in enumerate(modifications):
            step = (index, number)
            self.steps[step] = (qid, modification)
            with suppress(ExpressionError):
                for name in names_in(modification.expression):
                    insort(self.readers.setdefault(name, []), step)
            self.queue(step)

    def before(self, index: int) -> Mapping[str, float]:
        """Return the variables set before the question at `index`; valid until something is added."""
        while self.waiting and self.waiting[0][0] < index:
            step = heappop(self.waiting)
            self.queued.discard(step)
            self.evaluate(step)
        return _VariablesBefore(self, (index, 0))

    def evaluate(self, step: _Step) -> None:
        qid, modification = self.steps[step]
        value: float | None = None
        try:
            value = evaluate(modification.expression, _VariablesBefore(self, step))
        except ExpressionError as error:
            self.failures[EvaluationFailed(qid, modification.expression, str(error))] = None
        # `==` would not distinguish -0.0 from 0.0.
        if repr(value) != repr(self.values.get(step)):
            self.change(step, modification.name, value)

    def change(self, step: _Step, name: str, value: float | None) -> None:
        writers, readers = self.writers.setdefault(name, []), self.readers.get(name, [])
        position = bisect_left(writers, step)
        if value is None:
            del writers[position], self.values[step]
        else:
            if step not in self.values:
                writers.insert(position, step)
            self.values[step] = value
            position += 1
        following = writers[position : position + 1]
        # The steps that read it from here until it is set again.
        last = bisect_right(readers, following[0]) if following else len(readers)
        for reader in readers[bisect_right(readers, step) : last]:
            self.queue(reader)

    def queue(self, step: _Step) -> None:
        if step not in self.queued:
            self.queued.add(step)
            heappush(self.waiting, step)


@dataclass(slots=True)
class _VariablesBefore(Mapping[str, float]):
    """A view of the variables before a step."""

    variables: _Variables
    step: _Step

    def __getitem__(self, name: str) -> float:
        writers = self.variables.writers.get(name, [])
        position = bisect_left(writers, self.step)
        if not position:
            raise KeyError(name)
        return self.variables.values[writers[position - 1]]

    def __iter__(self) -> Iterator[str]:
        return (
            name for name, writers in self.variables.writers.items() if writers and writers[0] < self.step
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)
