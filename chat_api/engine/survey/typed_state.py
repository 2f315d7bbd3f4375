"""The state of a survey whose questions have names: visible questions, values, problems."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
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
from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import Question, QuestionType
from chat_api.engine.survey.typed import TypedWalk
from chat_api.engine.survey.typed_inputs import Inputs, Outcome
from chat_api.engine.survey.typed_nodes import TypedNode
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


@dataclass(frozen=True, slots=True)
class InstanceState:
    """The part of a state that belongs to one instance of a repeated group; `place` is counted from 1."""

    place: int
    visibility: tuple[int, ...]
    values: Mapping[str, Value]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class TypedState:
    """The state of a survey of a script with questions; it follows from the inputs alone."""

    logic: Logic
    _walk: TypedWalk = field(repr=False)

    @classmethod
    def of(cls, logic: Logic, inputs: Inputs) -> TypedState:
        """Compute the state from all answers."""
        places = {
            part.key: max(1, inputs.instances.get(part.key, 0), inputs.places.get(part.key, 0))
            for part in repeated_groups(logic.script).values()
        }
        walk = TypedWalk(TypedPlan.of(logic, places), inputs)
        # How many instances count is known when the answers are; no answer inside of a group decides about its own.
        for _ in range(len(places)):
            more = {key: number for key, number in walk.counted.items() if number > places[key]}
            if not more:
                break
            places |= more
            walk = TypedWalk(TypedPlan.of(logic, places), inputs)
        return cls(logic, walk)

    @property
    def visibility(self) -> tuple[int, ...]:
        """Return the qids of the visible questions, by position; of repeated ones, those that any instance shows."""
        questions = self.logic.script.questions
        origins = sorted({node.origin for node, _ in self._visible()})
        return tuple(questions[origin].qid for origin in origins)

    @property
    def visible_ids(self) -> frozenset[int]:
        """Return the ids of the visible questions."""
        return frozenset(node.question.id for node, _ in self._visible())

    @property
    def completed(self) -> bool:
        """Return whether all visible required questions are answered, and no problem is an error."""
        required = (node.index for node in self._walk.plan.nodes if node.is_required)
        outcomes = (self._walk.outcomes[index] for index in required)
        is_missing = any(outcome.is_visible and outcome.given is None for outcome in outcomes)
        return not is_missing and all(problem.severity != ERROR for _, problem in self._all_problems)

    @property
    def variables(self) -> Mapping[str, float]:
        """Return the variables set by visible questions and the answers chosen on them."""
        return self._walk.pool.all()

    @property
    def values(self) -> dict[str, Value]:
        """Return the values of the visible calculations outside of repeated groups, by name; empty ones are None."""
        return _values((node, outcome) for node, outcome in self._visible() if node.part is None)

    @property
    def answers(self) -> Mapping[str, Value]:
        """Return the values of visible answers and calculations by name, without empty ones and repeated groups."""
        return self._walk.seen.outside.answers

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

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return the limits and constraints that visible answers do not fulfil, by position of the questions.

        Empty values fulfil all; warnings that were confirmed are left out, and so are repeated groups.
        """
        return tuple(problem for node, problem in self._all_problems if node.part is None)

    @property
    def instances(self) -> dict[str, tuple[InstanceState, ...]]:
        """Return the states of all instances that count, by the key of their repeated group."""
        found: dict[str, tuple[InstanceState, ...]] = {}
        if not self._walk.plan.layout.has_parts:
            return found
        problems: dict[tuple[str, int], list[Problem]] = {}
        for node, problem in self._all_problems:
            if node.part is not None:
                problems.setdefault((node.part.key, node.place), []).append(problem)
        visible: dict[tuple[str, int], list[tuple[TypedNode, Outcome]]] = {}
        for node, outcome in self._visible():
            if node.part is not None:
                visible.setdefault((node.part.key, node.place), []).append((node, outcome))
        for part in repeated_groups(self.logic.script).values():
            places = range(1, self._walk.counted.get(part.key, 0) + 1)
            found[part.key] = tuple(
                InstanceState(
                    place=place,
                    visibility=tuple(node.question.qid for node, _ in visible.get((part.key, place), ())),
                    values=_values(visible.get((part.key, place), ())),
                    problems=tuple(problems.get((part.key, place), ())),
                )
                for place in places
            )
        return found

    def environment_at(self, question: Question, given: GivenAnswer, place: int = 0) -> Environment:
        """Return what a new answer to the question is judged in: without its answer so far, at the time of the new one.

        Variables are those of the questions before it, and its own. In a repeated group, `place` is the instance.
        """
        at = self._at((question.id,), given, lambda node: node.place == place)
        return next((environment for _, environment in at), self._walk.environment(self.variables, given))

    def environments_at(
        self, question_ids: Container[int], given: GivenAnswer
    ) -> Iterator[tuple[Question, Environment]]:
        """Yield those questions by position, each with what a new answer to it is judged in, see `environment_at`.

        Repeated ones are left out.
        """
        for node, environment in self._at(question_ids, given, lambda node: node.part is None):
            yield node.question, environment

    def environments_of_instances(
        self, question_ids: Container[int], given: GivenAnswer, only: tuple[str, int] | None = None
    ) -> Iterator[tuple[Question, int, Environment]]:
        """Yield the repeated ones of those questions, with their places and the same.

        `only` are the key of a group and a place, from 1; without it, all instances that count are meant.
        """
        counted = self._walk.counted

        def is_wanted(node: TypedNode) -> bool:
            part = node.part
            if part is None:
                return False
            return node.place <= counted[part.key] if only is None else (part.key, node.place) == only

        for node, environment in self._at(question_ids, given, is_wanted):
            yield node.question, node.place, environment

    def answers_of_instance(self, key: str, place: int) -> Mapping[str, Value]:
        """Return the values by name that an instance of a repeated group sees: its own, and those outside."""
        return self._walk.seen.at(key, place).answers

    def _at(
        self, question_ids: Container[int], given: GivenAnswer, is_wanted: Callable[[TypedNode], bool]
    ) -> Iterator[tuple[TypedNode, Environment]]:
        variables: dict[str, float] = {}
        for node, outcome in self._nodes():
            variables |= outcome.asked
            if node.question.id in question_ids and is_wanted(node):
                yield node, self._environment(node, given, dict(variables))
            variables |= outcome.chosen

    def _environment(
        self, node: TypedNode, given: GivenAnswer, variables: Mapping[str, float]
    ) -> Environment:
        environment = self._walk.environment(variables, given, node=node)
        environment.answers, environment.weights = dict(environment.answers), dict(environment.weights)
        expose(self.logic.script, node.question, None, environment.answers, environment.weights)
        name = node.question.name
        if node.part is not None and name is not None and _reads(node.question, node.list_name):
            environment.instances = self._walk.seen.without(node.part.key, node.place, name)
        return environment

    def _nodes(self) -> Iterator[tuple[TypedNode, Outcome]]:
        return (
            (node, outcome)
            for node, outcome in zip(self._walk.plan.nodes, self._walk.outcomes, strict=True)
            if not node.is_entry
        )

    def _visible(self) -> Iterator[tuple[TypedNode, Outcome]]:
        return ((node, outcome) for node, outcome in self._nodes() if outcome.is_visible)

    @cached_property
    def _all_problems(self) -> tuple[tuple[TypedNode, Problem], ...]:
        found = []
        variables: dict[str, float] = {}
        for node, outcome in self._nodes():
            variables |= outcome.asked
            given, question = outcome.given, node.question
            if given is not None and given.value is not None and (question.limits or question.constraints):
                environment = self._environment(node, given, variables)
                found += [(node, problem) for problem in self._problems_of(question, given, environment)]
            variables |= outcome.chosen
        return tuple(found)

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


def _reads(question: Question, list_name: str) -> bool:
    """Return whether an expression about answers to the question may read the list of them."""
    sources = [question.default, *(each.check for each in question.constraints)]
    sources += [answer.show_if for answer in question.answers]
    sources += [limit for limit in (question.limits or {}).values() if isinstance(limit, str)]
    return any(source is not None and list_name in source for source in sources)


def _values(nodes: Iterable[tuple[TypedNode, Outcome]]) -> dict[str, Value]:
    return {
        node.question.name: outcome.value
        for node, outcome in nodes
        if node.question.type == QuestionType.CALCULATION and node.question.name is not None
    }
