"""The computation of one question of a survey: whether it is visible, its value, and where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import Value
from chat_api.engine.flow_events import EvaluationFailed
from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.logic import Formula
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.script import Answer, Modification, QuestionType
from chat_api.engine.survey.plan import targets_of
from chat_api.engine.survey.typed_inputs import UNREACHED, Outcome
from chat_api.engine.survey.typed_nodes import TypedNode
from chat_api.engine.survey.typed_values import TypedValues

_NOTHING: Final[Mapping[str, float]] = MappingProxyType({})


class Step:
    """The computation of one outcome."""

    def __init__(self, values: TypedValues, node: TypedNode, variables: dict[str, float]) -> None:
        self._values, self._node, self._question = values, node, node.question
        self._logic = values.plan.logic
        self._variables = variables
        self._failures: list[EvaluationFailed] = []
        self._environment: Environment | None = None

    def entry(self) -> Outcome:
        """Compute the number of instances of a repeated group, which is entered at the first question of each."""
        node, part = self._node, self._node.part
        if part is None:
            return UNREACHED
        if part.repeat.count is None:
            number = self._values.inputs.instances.get(part.key, 0)
        else:
            environment = self._values.environment(self._variables)
            number = part.count(self._value(self._logic.formula(part.repeat.count), environment))
        # Without instances, the first one hands on like hidden questions.
        return Outcome(value=number, targets=node.targets[: max(1, number)], failures=tuple(self._failures))

    def outcome(self) -> Outcome:
        """Compute the outcome; afterwards others see the answer if it counts."""
        node, question = self._node, self._question
        if self._is_left_out() or not all(self._is_true(each, self._here) for each in node.conditions):
            return Outcome(targets=node.targets_if_hidden, failures=tuple(self._failures))
        value: Value = None
        if question.type == QuestionType.CALCULATION:
            value = self._value(self._formula(question.calculate), self._here) if question.calculate else None
            self._expose(GivenAnswer(value=value))
        asked = self._modify(question.modifications, self._here) if question.modifications else _NOTHING
        targets = self._branch(self._here) if question.type == QuestionType.FORK else node.targets
        given, answers = self._given()
        if question.type != QuestionType.CALCULATION:
            self._expose(given)
        chosen: Mapping[str, float] = _NOTHING
        if given is not None and answers:
            modifications = [each for answer in answers for each in answer.modifications]
            chosen = self._modify(modifications, self._at(given)) if modifications else _NOTHING
            targets = targets_of(*targets, *(node.exits[answer.id] for answer in answers))
        return Outcome(True, given, value, asked, chosen, targets, tuple(self._failures))

    @property
    def _here(self) -> Environment:
        """The view of the question's own expressions; its variables follow the modifications."""
        if self._environment is None:
            self._environment = self._values.environment(self._variables, node=self._node)
        return self._environment

    def _at(self, given: GivenAnswer) -> Environment:
        """Return what the expressions of the chosen answers see."""
        return self._values.environment(self._variables, given, node=self._node)

    def _is_left_out(self) -> bool:
        """Return whether the question is only for chats, or in a group without instances."""
        node = self._node
        if node.is_never_shown:
            return True
        return node.entry is not None and not self._values.outcomes[node.entry].value

    def _given(self) -> tuple[GivenAnswer | None, tuple[Answer, ...]]:
        """Return the answer, and its chosen answers, without those that are not offered."""
        given = self._values.inputs.answer_at(self._node)
        if given is None or not self._node.exits:
            return given, ()
        exits, by_id = self._node.exits, self._logic.script.answers_by_id
        answers = tuple(
            [by_id[pk] for pk in given.chosen if pk in exits and self._is_offered(by_id[pk], given)]
        )
        if not answers:
            return None, ()
        if len(answers) != len(given.chosen):
            ids = tuple(answer.id for answer in answers)
            value = question_type(self._question.type).value_of(answers)
            given = replace(given, chosen=ids, value=value)
        return given, answers

    def _is_offered(self, answer: Answer, given: GivenAnswer) -> bool:
        return not answer.show_if or self._is_true(self._formula(answer.show_if), self._at(given))

    def _expose(self, given: GivenAnswer | None) -> None:
        self._values.expose(self._node, given)

    def _formula(self, source: str) -> Formula:
        return self._logic.formula(source, self._question)

    def _fail(self, formula: Formula, error: ExpressionError) -> None:
        self._failures.append(EvaluationFailed(self._question.qid, formula.source, str(error)))

    def _value(self, formula: Formula, environment: Environment) -> Value:
        """Return the value; empty without one."""
        try:
            return formula.value(environment)
        except ExpressionError as error:
            self._fail(formula, error)
            return None

    def _is_true(self, formula: Formula, environment: Environment) -> bool:
        return bool(self._value(formula, environment))

    def _modify(self, modifications: Iterable[Modification], environment: Environment) -> dict[str, float]:
        """Set the variables; those whose new value is empty, or fails, stay as they are."""
        written = {}
        for modification in modifications:
            formula = self._formula(modification.expression)
            try:
                number = formula.number(environment)
                if number is not None:
                    written[modification.name] = self._variables[modification.name] = number
            except ExpressionError as error:
                self._fail(formula, error)
        return written

    def _branch(self, environment: Environment) -> tuple[int, ...]:
        """Return where the first rule that holds leads."""
        for rule in self._question.rules:
            if not self._is_true(self._formula(rule.condition), environment):
                continue
            formula = self._formula(rule.target)
            try:
                return targets_of(self._values.plan.layout.target(self._node.index, formula.qid(environment)))
            except ExpressionError as error:
                self._fail(formula, error)
        return ()
