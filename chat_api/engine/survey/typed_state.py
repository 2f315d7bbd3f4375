"""The state of a survey whose questions have names: visible questions, values, problems."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import Value
from chat_api.engine.flow_events import EvaluationFailed
from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.logic import Logic
from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import Question
from chat_api.engine.survey.typed import TypedWalk
from chat_api.engine.survey.typed_inputs import Inputs
from chat_api.engine.survey.typed_nodes import TypedNode
from chat_api.engine.survey.typed_plan import TypedPlan
from chat_api.engine.survey.typed_problems import ERROR, Problem, own_answer_hidden


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
        places = {part.key: inputs.room_for(part) for part in repeated_groups(logic.script).values()}
        walk = TypedWalk(TypedPlan.of(logic, places), inputs)
        # How many instances count is known when the answers are; no answer inside of a group decides about its own.
        for _ in range(len(places)):
            if not walk.lacking:
                break
            places |= walk.lacking
            walk = TypedWalk(TypedPlan.of(logic, places), inputs)
        return cls(logic, walk)

    def continued(self, inputs: Inputs) -> TypedState:
        """Return the state of other inputs, computed from what differs if possible; this one is then useless."""
        if self._walk.continue_to(inputs) and not self._walk.lacking:
            return TypedState(self.logic, self._walk)
        return TypedState.of(self.logic, inputs)

    @property
    def size(self) -> int:
        """Return the number of its questions, each counted once per instance."""
        return len(self._walk.plan.nodes)

    @property
    def visibility(self) -> tuple[int, ...]:
        """Return the qids of the visible questions, by position; of repeated ones, those that any instance shows."""
        if not self._walk.plan.layout.has_parts:
            return self._walk.visibility
        questions = self.logic.script.questions
        return tuple(questions[origin].qid for origin in sorted({node.origin for node in self._walk.visible}))

    @property
    def visible_ids(self) -> frozenset[int]:
        """Return the ids of the visible questions."""
        return frozenset(node.question.id for node in self._walk.visible)

    @property
    def completed(self) -> bool:
        """Return whether all visible required questions are answered, and no problem is an error."""
        return not self._walk.missing and all(problem.severity != ERROR for _, problem in self._all_problems)

    @property
    def variables(self) -> Mapping[str, float]:
        """Return the variables set by visible questions and the answers chosen on them."""
        return self._walk.pool.all()

    @property
    def values(self) -> dict[str, Value]:
        """Return the values of the visible calculations outside of repeated groups, by name; empty ones are None."""
        return self._values(node for node in self._calculations() if node.part is None)

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
        visible: dict[tuple[str, int], list[TypedNode]] = {}
        for node in self._walk.visible:
            if node.part is not None:
                visible.setdefault((node.part.key, node.place), []).append(node)
        calculations: dict[tuple[str, int], list[TypedNode]] = {}
        for node in self._calculations():
            if node.part is not None:
                calculations.setdefault((node.part.key, node.place), []).append(node)
        for part in repeated_groups(self.logic.script).values():
            places = range(1, self._walk.counted.get(part.key, 0) + 1)
            found[part.key] = tuple(
                InstanceState(
                    place=place,
                    visibility=tuple(node.question.qid for node in visible.get((part.key, place), ())),
                    values=self._values(calculations.get((part.key, place), ())),
                    problems=tuple(problems.get((part.key, place), ())),
                )
                for place in places
            )
        return found

    def environment_at(self, question: Question, given: GivenAnswer, place: int = 0) -> Environment:
        """Return what a new answer to the question is judged in: without its answer so far, at the time of the new one.

        Variables are those of the questions before it, and its own. In a repeated group, `place` is the instance.
        """
        index = self._walk.plan.indexes.get((question.id, place))
        if index is None:
            return self._walk.environment(self.variables, given)
        return self._judged_at(self._walk.plan.nodes[index], given)

    def environments_at(
        self, question_ids: Container[int], given: GivenAnswer
    ) -> Iterator[tuple[Question, Environment]]:
        """Yield those questions by position, each with what a new answer to it is judged in, see `environment_at`.

        Repeated ones are left out.
        """
        for node in self._walk.plan.nodes:
            if node.part is None and node.question.id in question_ids:
                yield node.question, self._judged_at(node, given)

    def environments_of_instances(
        self, question_ids: Container[int], given: GivenAnswer, only: tuple[str, int] | None = None
    ) -> Iterator[tuple[Question, int, Environment]]:
        """Yield the repeated ones of those questions, with their places and the same.

        `only` are the key of a group and a place, from 1; without it, all instances that count are meant.
        """
        counted = self._walk.counted
        for node in self._walk.plan.nodes:
            part = node.part
            if part is None or node.is_entry or node.question.id not in question_ids:
                continue
            if node.place <= counted[part.key] if only is None else (part.key, node.place) == only:
                yield node.question, node.place, self._judged_at(node, given)

    def answers_of_instance(self, key: str, place: int) -> Mapping[str, Value]:
        """Return the values by name that an instance of a repeated group sees: its own, and those outside."""
        return self._walk.seen.at(key, place).answers

    def _judged_at(self, node: TypedNode, given: GivenAnswer) -> Environment:
        variables = self._walk.pool.before(node.index, self.logic.variables)
        variables |= self._walk.outcomes[node.index].asked
        return own_answer_hidden(self._walk, node, given, variables)

    def _calculations(self) -> Iterator[TypedNode]:
        """Yield the visible calculations, by position."""
        plan = self._walk.plan
        return (plan.nodes[index] for index in plan.calculations if self._walk.is_visible(index))

    def _values(self, nodes: Iterable[TypedNode]) -> dict[str, Value]:
        outcomes = self._walk.outcomes
        return {
            node.question.name: outcomes[node.index].value for node in nodes if node.question.name is not None
        }

    @cached_property
    def _all_problems(self) -> list[tuple[TypedNode, Problem]]:
        return self._walk.problems()
