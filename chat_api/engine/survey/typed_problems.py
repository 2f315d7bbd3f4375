"""The limits and constraints that answers of a survey do not fulfil, checked again only after a change that matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import text_of
from chat_api.engine.given_answers import GivenAnswer, expose, zone_of
from chat_api.engine.judge import CONFIRM, CONSTRAINT, broken_constraints, limits_in
from chat_api.engine.logic import Logic
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.question_types.limit_checks import Measured
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.script import Question
from chat_api.engine.survey.typed_nodes import TypedNode
from chat_api.engine.survey.typed_values import TypedValues

#: A problem that keeps a survey from being completed; a `warning` does not.
ERROR = "error"


@dataclass(frozen=True, slots=True)
class Problem:
    """A limit or constraint that an answer does not fulfil; `message` is the constraint's own, None for a limit."""

    qid: int
    code: str
    message: str | None
    severity: str


class Problems:
    """The problems of a walk, by node."""

    def __init__(self, values: TypedValues) -> None:
        self._values = values
        self._found: dict[int, tuple[Problem, ...]] = {}
        #: The nodes that have changed, or what they read, since they were checked.
        self._unchecked: set[int] = set()

    def changed(self, node: TypedNode) -> None:
        """Take notice of a new outcome of a node."""
        if node.is_checked:
            self._unchecked.add(node.index)

    def seen(self, name: str) -> None:
        """Take notice of a changed value, by the name under which it is read."""
        self._unchecked.update(self._values.plan.checks.get(name, ()))

    def written(self, names: Iterable[str]) -> None:
        """Take notice of changed variables."""
        readers: Mapping[str, Sequence[int]] = self._values.plan.variable_checks
        if readers:
            for name in names:
                self._unchecked.update(readers.get(name, ()))

    def all(self) -> list[tuple[TypedNode, Problem]]:
        """Return the problems of all visible answers, by position."""
        nodes = self._values.plan.nodes
        for index in self._unchecked:
            found = tuple(self._check(nodes[index]))
            if found:
                self._found[index] = found
            else:
                self._found.pop(index, None)
        self._unchecked.clear()
        return [(nodes[index], problem) for index in sorted(self._found) for problem in self._found[index]]

    def _check(self, node: TypedNode) -> Iterator[Problem]:
        outcome, logic, question = self._values.outcomes[node.index], self._values.plan.logic, node.question
        given = outcome.given
        if given is None or given.value is None:
            return
        variables = {**self._values.pool.before(node.index, node.checked_variables), **outcome.asked}
        environment = own_answer_hidden(self._values, node, given, variables)
        for code in _limit_codes(logic, question, given, environment):
            yield Problem(question.qid, code, None, ERROR)
        checked = CheckedReply("", given.answers_in(logic.script), None, given.value, given.other)
        for constraint in broken_constraints(logic, question, checked, environment):
            if constraint.severity != "warning":
                yield Problem(question.qid, CONSTRAINT, constraint.message, constraint.severity)
            elif not given.is_confirmed:
                yield Problem(question.qid, CONFIRM, constraint.message, constraint.severity)


def own_answer_hidden(
    values: TypedValues, node: TypedNode, given: GivenAnswer, variables: Mapping[str, float]
) -> Environment:
    """Return what an answer to a question is judged in: without the stored one, at the time of the answer."""
    environment = values.environment(variables, given, node=node)
    environment.answers, environment.weights = dict(environment.answers), dict(environment.weights)
    expose(values.plan.logic.script, node.question, None, environment.answers, environment.weights)
    name = node.question.name
    if node.reads_own_list and node.part is not None and name is not None:
        environment.instances = values.seen.without(node.part.key, node.place, name)
    return environment


def _limit_codes(
    logic: Logic, question: Question, given: GivenAnswer, environment: Environment
) -> Sequence[str]:
    if any(answer.exclusive for answer in given.answers_in(logic.script)):
        return ()
    zone = zone_of(given.zone)
    measured = Measured(given.value, text_of(given.value), chosen=len(given.chosen), zone=lambda: zone)
    limits = limits_in(logic, question, environment)
    return question_type(question.type).codes_beyond(question, measured, limits)
