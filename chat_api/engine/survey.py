"""Which questions of a survey are visible, and whether it is complete."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush

from chat_api.engine.expressions import ExpressionError, evaluate, names_in
from chat_api.engine.flow import EvaluationFailed, choose_branch
from chat_api.engine.script import (
    CHOICE_TYPES,
    NON_ANSWERABLE,
    Answer,
    Modification,
    Question,
    QuestionType,
    Script,
)

#: What was answered: ids of the chosen answers (none for a typed text) by the question's id.
Answered = Mapping[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class SurveyState:
    """The qids of the visible questions, by position; whether every visible required one is answered.

    `failures` are the expressions that had no value and were skipped on the way.
    """

    visibility: tuple[int, ...]
    completed: bool
    failures: tuple[EvaluationFailed, ...] = ()


def survey_state(script: Script, answered: Answered) -> SurveyState | None:
    """Give the state of a survey in which exactly the questions in `answered` are; None without questions.

    An answer to a question that is not visible counts for nothing. Takes time about linear in the schema's size;
    only a modification whose variables a fork changes from before it is evaluated again.
    """
    if not script.questions:
        return None
    return _Survey(script, answered).state()


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """What counts in a survey: the ids of its visible questions, and the variables that they make."""

    visible_ids: frozenset[int]
    variables: Mapping[str, float]


def survey_facts(script: Script, answered: Answered) -> SurveyFacts:
    """Return the visible questions, and the variables of all of them and of the answers chosen on them."""
    if not script.questions:
        return SurveyFacts(frozenset(), {})
    survey = _Survey(script, answered)
    survey.state()
    return SurveyFacts(
        frozenset(script.questions[place].id for place in survey.visible),
        dict(survey.variables.before(len(script.questions))),
    )


def survey_variables(script: Script, answered: Answered) -> Mapping[str, float]:
    """Return the variables that all visible questions and the answers chosen on them make, by position."""
    return survey_facts(script, answered).variables


@dataclass(slots=True)
class _Survey:
    """Questions are dealt with by their place in `script.questions`, which is their order of position."""

    script: Script
    answered: Answered
    visible: set[int] = field(default_factory=set)
    #: Places of the visible forks that have not been taken.
    forks: list[int] = field(default_factory=list)
    failures: dict[EvaluationFailed, None] = field(default_factory=dict)
    variables: _Variables = field(init=False)

    def __post_init__(self) -> None:
        self.variables = _Variables(self.failures)

    def state(self) -> SurveyState:
        self.reveal(0)
        while self.forks:
            place = heappop(self.forks)
            # Its own modifications, which are those of its place, come before its rules.
            variables = self.variables.before(place + 1)
            qid, failures = choose_branch(self.script.questions[place], variables)
            self.failures.update(dict.fromkeys(failures))
            target = self.script.places_by_qid.get(qid)
            if qid >= 0 and target is not None:
                self.reveal(target)
        questions = self.script.questions
        shown = [questions[place] for place in sorted(self.visible)]
        return SurveyState(
            visibility=tuple(question.qid for question in shown),
            completed=all(
                question.id in self.answered
                for question in shown
                if question.required and question.type not in NON_ANSWERABLE
            ),
            failures=tuple(self.failures),
        )

    def reveal(self, place: int) -> None:
        """Make the question visible, and those that follow from it, except through forks."""
        questions, known = self.script.questions, self.script.places_by_qid
        waiting = [place]
        while waiting:
            place = waiting.pop()
            if place in self.visible:
                continue
            self.visible.add(place)
            question = questions[place]
            modifications = question.modifications
            following: list[int | None] = []
            if question.type == QuestionType.FORK:
                heappush(self.forks, place)
            else:
                chosen = self.chosen(question) if question.id in self.answered and question.answers else ()
                following = [question.next_qid, *(answer.next_qid for answer in chosen)]
                modifications += tuple(each for answer in chosen for each in answer.modifications)
            if modifications:
                self.variables.add(place, question.qid, modifications)
            waiting += [known[qid] for qid in following if qid is not None and qid >= 0 and qid in known]

    def chosen(self, question: Question) -> list[Answer]:
        if question.type not in CHOICE_TYPES:
            return []
        offered = {answer.id: answer for answer in question.answers}
        return [offered[pk] for pk in self.answered[question.id] if pk in offered]


#: A place, and the number of a modification there.
_Step = tuple[int, int]


@dataclass(slots=True)
class _Variables:
    """The variables at every place, though modifications are added in any order.

    Each is evaluated when a place behind it is looked at, and again only when something that it reads has changed.
    """

    failures: dict[EvaluationFailed, None]
    steps: dict[_Step, tuple[int, Modification]] = field(default_factory=dict)
    #: What each step that has a value sets its variable to.
    values: dict[_Step, float] = field(default_factory=dict)
    #: The steps, in order, that set a variable (those with a value), and that read it.
    writers: dict[str, list[_Step]] = field(default_factory=dict)
    readers: dict[str, list[_Step]] = field(default_factory=dict)
    #: Steps to be evaluated, the first on top, none twice.
    waiting: list[_Step] = field(default_factory=list)
    queued: set[_Step] = field(default_factory=set)

    def add(self, place: int, qid: int, modifications: Iterable[Modification]) -> None:
        for number, modification in enumerate(modifications):
            step = (place, number)
            self.steps[step] = (qid, modification)
            with suppress(ExpressionError):
                for name in names_in(modification.expression):
                    insort(self.readers.setdefault(name, []), step)
            self.queue(step)

    def before(self, place: int) -> Mapping[str, float]:
        """Give the variables of what is before the place, as long as nothing is added."""
        while self.waiting and self.waiting[0][0] < place:
            step = heappop(self.waiting)
            self.queued.discard(step)
            self.evaluate(step)
        return _Pool(self, (place, 0))

    def evaluate(self, step: _Step) -> None:
        qid, modification = self.steps[step]
        value: float | None = None
        try:
            value = evaluate(modification.expression, _Pool(self, step))
        except ExpressionError as error:
            self.failures[EvaluationFailed(qid, modification.expression, str(error))] = None
        # Not by `==`, which does not tell -0.0 from 0.0.
        if repr(value) != repr(self.values.get(step)):
            self.change(step, modification.name, value)

    def change(self, step: _Step, name: str, value: float | None) -> None:
        writers, readers = self.writers.setdefault(name, []), self.readers.get(name, [])
        here = bisect_left(writers, step)
        if value is None:
            del writers[here], self.values[step]
        else:
            if step not in self.values:
                writers.insert(here, step)
            self.values[step] = value
            here += 1
        following = writers[here : here + 1]
        # Who reads it from here until it is set again.
        last = bisect_right(readers, following[0]) if following else len(readers)
        for reader in readers[bisect_right(readers, step) : last]:
            self.queue(reader)

    def queue(self, step: _Step) -> None:
        if step not in self.queued:
            self.queued.add(step)
            heappush(self.waiting, step)


@dataclass(slots=True)
class _Pool(Mapping[str, float]):
    """The variables as they are before one step."""

    variables: _Variables
    step: _Step

    def __getitem__(self, name: str) -> float:
        writers = self.variables.writers.get(name, [])
        here = bisect_left(writers, self.step)
        if not here:
            raise KeyError(name)
        return self.variables.values[writers[here - 1]]

    def __iter__(self) -> Iterator[str]:
        return (
            name for name, writers in self.variables.writers.items() if writers and writers[0] < self.step
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)
