"""Which questions of a survey are visible, and whether it is complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from chat_api.engine.expressions import ExpressionError, evaluate
from chat_api.engine.flow import EvaluationFailed, choose_branch
from chat_api.engine.graph import NON_ANSWERABLE, Answer, Modification, Question, QuestionType, Script

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

    An answer to a question that is not visible counts for nothing. Takes time linear in the schema's size,
    except that a fork which reveals a question before it makes the variables from there on be computed again.
    """
    if not script.questions:
        return None
    return _Survey(script, answered).state()


def survey_variables(script: Script, answered: Answered) -> dict[str, float]:
    """Give the variables that all visible questions and the answers chosen on them make, by position."""
    if not script.questions:
        return {}
    survey = _Survey(script, answered)
    survey.state()
    survey.stand_at(len(script.questions))
    return survey.variables


@dataclass(slots=True)
class _Survey:
    """Questions are dealt with by their place in `script.questions`, which is their order of position."""

    script: Script
    answered: Answered
    visible: set[int] = field(default_factory=set)
    #: Places of the visible forks that have not been taken.
    forks: list[int] = field(default_factory=list)
    failures: dict[EvaluationFailed, None] = field(default_factory=dict)
    #: The variables of the visible questions before `place`, and how to get back to an earlier one.
    variables: dict[str, float] = field(default_factory=dict)
    place: int = 0
    changes: list[tuple[int, str, float | None]] = field(default_factory=list)

    def state(self) -> SurveyState:
        self.reveal([0])
        while self.forks:
            place = heappop(self.forks)
            self.stand_at(place)
            qid, failures = choose_branch(self.script.questions[place], self.variables)
            self.failures.update(dict.fromkeys(failures))
            self.reveal(self.places_of([qid]))
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

    def reveal(self, places: Iterable[int]) -> None:
        """Make these questions visible, and what follows from them but through forks."""
        waiting = [place for place in places if place not in self.visible]
        while waiting:
            place = waiting.pop()
            if place in self.visible:
                continue
            self.visible.add(place)
            question = self.script.questions[place]
            if question.type == QuestionType.FORK:
                heappush(self.forks, place)
                continue
            chosen = self.chosen(question)
            modifies = question.modifications or any(answer.modifications for answer in chosen)
            if modifies and place < self.place:
                self.go_back_to(place)
            waiting += self.places_of([question.next_qid, *(answer.next_qid for answer in chosen)])

    def places_of(self, qids: Iterable[int | None]) -> list[int]:
        known = self.script.places_by_qid
        return [known[qid] for qid in qids if qid is not None and qid >= 0 and qid in known]

    def chosen(self, question: Question) -> list[Answer]:
        ids = self.answered.get(question.id, ())
        offered = {answer.id: answer for answer in question.answers} if ids else {}
        return [offered[pk] for pk in ids if pk in offered]

    def stand_at(self, place: int) -> None:
        """Make `variables` those of the visible questions before `place` and their chosen answers."""
        self.go_back_to(place)
        questions = self.script.questions
        for here in range(self.place, place):
            question = questions[here]
            if here not in self.visible or question.type == QuestionType.FORK:
                continue
            self.modify(here, question.qid, question.modifications)
            if question.answers:
                for answer in self.chosen(question):
                    self.modify(here, question.qid, answer.modifications)
        self.place = place

    def go_back_to(self, place: int) -> None:
        while self.changes and self.changes[-1][0] >= place:
            _, name, before = self.changes.pop()
            if before is None:
                del self.variables[name]
            else:
                self.variables[name] = before
        self.place = min(self.place, place)

    def modify(self, place: int, qid: int, modifications: Iterable[Modification]) -> None:
        for modification in modifications:
            try:
                value = evaluate(modification.expression, self.variables)
            except ExpressionError as error:
                self.failures[EvaluationFailed(qid, modification.expression, str(error))] = None
                continue
            self.changes.append((place, modification.name, self.variables.get(modification.name)))
            self.variables[modification.name] = value
