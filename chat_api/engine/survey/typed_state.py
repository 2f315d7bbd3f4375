"""The state of a survey whose questions have names: visible questions, values, problems."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import Value, text_of
from chat_api.engine.flow_events import EvaluationFailed
from chat_api.engine.given_answers import GivenAnswer, expose, zone_of
from chat_api.engine.judge import CONFIRM, CONSTRAINT, broken_constraints, limits_in
from chat_api.engine.logic import Logic
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.question_types.limit_checks import Measured
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.script import Question, QuestionType
from chat_api.engine.survey.typed import Inputs, Outcome, TypedWalk
from chat_api.engine.survey.typed_plan import TypedPlan

#: A problem that keeps a survey from being completed; a `warning` does not.
ERROR = "error"


@dataclass(frozen=True, slots=True)
class Problem:
    """A limit or constraint that an answer does not fulfil; `message` is the constraint's own, None for a limit."""

    qid: int
    code: str
    message: str | None
    severity: str


@dataclass(frozen=True)
class TypedState:
    """The state of a survey of a script with questions; it follows from the inputs alone."""

    logic: Logic
    _walk: TypedWalk = field(repr=False)

    @classmethod
    def of(cls, logic: Logic, inputs: Inputs) -> TypedState:
        """Compute the state from all answers."""
        return cls(logic, TypedWalk(TypedPlan.of(logic), inputs))

    @property
    def visibility(self) -> tuple[int, ...]:
        """Return the qids of the visible questions, by position."""
        return tuple(question.qid for question, _ in self._visible())

    @property
    def visible_ids(self) -> frozenset[int]:
        """Return the ids of the visible questions."""
        return frozenset(question.id for question, _ in self._visible())

    @property
    def completed(self) -> bool:
        """Return whether all visible required questions are answered, and no problem is an error."""
        required = (node.index for node in self._walk.plan.nodes if node.is_required)
        outcomes = (self._walk.outcomes[index] for index in required)
        is_missing = any(outcome.is_visible and outcome.given is None for outcome in outcomes)
        return not is_missing and all(problem.severity != ERROR for problem in self.problems)

    @property
    def variables(self) -> Mapping[str, float]:
        """Return the variables set by visible questions and the answers chosen on them."""
        return self._walk.pool.all()

    @property
    def values(self) -> dict[str, Value]:
        """Return the values of the visible calculations, by name; empty ones are None."""
        return {
            question.name: outcome.value
            for question, outcome in self._visible()
            if question.type == QuestionType.CALCULATION and question.name is not None
        }

    @property
    def answers(self) -> Mapping[str, Value]:
        """Return the values of visible answers and calculations by name, without empty ones."""
        return self._walk.answers

    @property
    def environment(self) -> Environment:
        """Return what scores and flags see, at the time of the last change."""
        return self._walk.environment(self.variables)

    @property
    def failures(self) -> tuple[EvaluationFailed, ...]:
        """Return the expressions that had no value and were skipped, by position of their questions."""
        return tuple(
            dict.fromkeys(failure for outcome in self._walk.outcomes for failure in outcome.failures)
        )

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Return the limits and constraints that visible answers do not fulfil, by position of the questions.

        Empty values fulfil all; warnings that were confirmed are left out.
        """
        return tuple(self._problems())

    def environment_at(self, question: Question, given: GivenAnswer) -> Environment:
        """Return what a new answer to the question is judged in: without its answer so far, at the time of the new one.

        Variables are those of the questions before it, and its own.
        """
        return next(environment for _, environment in self.environments_at((question.id,), given))

    def environments_at(
        self, question_ids: Container[int], given: GivenAnswer
    ) -> Iterator[tuple[Question, Environment]]:
        """Yield those questions by position, each with what a new answer to it is judged in, see `environment_at`."""
        variables: dict[str, float] = {}
        for question, outcome in zip(self.logic.script.questions, self._walk.outcomes, strict=True):
            variables |= outcome.asked
            if question.id in question_ids:
                yield question, self._environment(question, given, dict(variables))
            variables |= outcome.chosen

    def _environment(
        self, question: Question, given: GivenAnswer, variables: Mapping[str, float]
    ) -> Environment:
        environment = self._walk.environment(variables, given)
        environment.answers, environment.weights = dict(environment.answers), dict(environment.weights)
        expose(self.logic.script, question, None, environment.answers, environment.weights)
        return environment

    def _visible(self) -> Iterator[tuple[Question, Outcome]]:
        for question, outcome in zip(self.logic.script.questions, self._walk.outcomes, strict=True):
            if outcome.is_visible:
                yield question, outcome

    def _problems(self) -> Iterator[Problem]:
        variables: dict[str, float] = {}
        for question, outcome in zip(self.logic.script.questions, self._walk.outcomes, strict=True):
            variables |= outcome.asked
            given = outcome.given
            if given is not None and given.value is not None and (question.limits or question.constraints):
                yield from self._problems_of(question, given, self._environment(question, given, variables))
            variables |= outcome.chosen

    def _problems_of(
        self, question: Question, given: GivenAnswer, environment: Environment
    ) -> Iterator[Problem]:
        for code in self._limit_codes(question, given, environment):
            yield Problem(question.qid, code, None, ERROR)
        checked = CheckedReply("", given.answers_in(self.logic.script), None, given.value, given.other)
        for constraint in broken_constraints(self.logic, question, checked, environment):
            if constraint.severity != "warning":
                yield Problem(question.qid, CONSTRAINT, constraint.message, constraint.severity)
            elif not given.is_confirmed:
                yield Problem(question.qid, CONFIRM, constraint.message, constraint.severity)

    def _limit_codes(self, question: Question, given: GivenAnswer, environment: Environment) -> list[str]:
        if any(answer.exclusive for answer in given.answers_in(self.logic.script)):
            return []
        zone = zone_of(given.zone)
        measured = Measured(given.value, text_of(given.value), chosen=len(given.chosen), zone=lambda: zone)
        limits = limits_in(self.logic, question, environment)
        return question_type(question.type).codes_beyond(question, measured, limits)
