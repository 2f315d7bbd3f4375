"""Judging a reply by the rules of its question: which answers are offered, limits, constraints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import Value, same
from chat_api.engine.given_answers import GivenAnswer, expose
from chat_api.engine.logic import Logic
from chat_api.engine.question_types.base import (
    PLAIN_NOTATION,
    AnswerRefused,
    CheckedReply,
    Notation,
    Reply,
)
from chat_api.engine.question_types.limit_checks import Limits
from chat_api.engine.question_types.registry import check_reply, plain_limits, question_type
from chat_api.engine.script import CHOICE_TYPES, Constraint, Question, QuestionType

#: The codes of a constraint that does not hold: an error, and a warning that has to be confirmed.
CONSTRAINT = "CONSTRAINT"
CONFIRM = "CONFIRM"


def judge(
    logic: Logic,
    question: Question,
    reply: Reply,
    environment: Environment,
    *,
    notation: Notation = PLAIN_NOTATION,
    confirms: bool = False,
) -> CheckedReply:
    """Check a reply against its question's type, and against what its rules say in that environment.

    `environment` has the answers without this one, and the time of the reply. With `confirms`, constraints that are
    warnings do not refuse it. Raises `AnswerRefused` with all errors; one of a constraint carries its message.
    """
    offered = offering(logic, question, environment)
    limits = limits_in(logic, question, environment)
    checked = check_reply(offered, reply, notation, limits)
    broken = [
        constraint
        for constraint in broken_constraints(logic, question, checked, environment)
        if constraint.severity != "warning" or not confirms
    ]
    if not broken:
        return checked
    errors = [constraint for constraint in broken if constraint.severity != "warning"]
    told = (errors or broken)[0]
    field = field_of(question)
    expected = question_type(question.type).expected(offered, limits)
    refusal = AnswerRefused({field: [CONSTRAINT if errors else CONFIRM]}, expected)
    refusal.message = told.message
    raise refusal


def field_of(question: Question) -> str:
    """Return the field in which an answer to the question is sent."""
    if question.type in CHOICE_TYPES:
        return "answers"
    return "attachments" if question.type == QuestionType.FILE else "text"


def offering(logic: Logic, question: Question, environment: Environment) -> Question:
    """Return the question with those answers that it offers in that environment."""
    if not any(answer.show_if for answer in question.answers):
        return question
    shown = tuple(
        answer
        for answer in question.answers
        if not answer.show_if or _holds(logic, question, answer.show_if, environment, failed=False)
    )
    return replace(question, answers=shown)


def limits_in(logic: Logic, question: Question, environment: Environment) -> Limits:
    """Return the limits of the question, computed in that environment; an empty one, or one that fails, is left out."""

    def evaluate(source: str) -> Value:
        return logic.formula(source, question).value(environment)

    return plain_limits(question, evaluate)


def broken_constraints(
    logic: Logic, question: Question, checked: CheckedReply, environment: Environment
) -> Iterator[Constraint]:
    """Return the constraints that a reply does not fulfil; an expression without a value counts as fulfilled."""
    if not question.constraints:
        return
    seen = _with_value(logic, question, checked, environment)
    for constraint in question.constraints:
        if not _holds(logic, question, constraint.check, seen, failed=True):
            yield constraint


def _with_value(
    logic: Logic, question: Question, checked: CheckedReply, environment: Environment
) -> Environment:
    """Return the environment in which the reply is already an answer, and `value`."""
    answers, weights = dict(environment.answers), dict(environment.weights)
    given = GivenAnswer.of(checked, environment.timestamp)
    expose(logic.script, question, given, answers, weights)
    seen = replace(environment, value=checked.value, answers=answers, weights=weights)
    key = logic.group_keys.get(question.name or "")
    if key is not None and checked.value is not None:
        _replace_in_list(seen, f"{key}.{question.name}", environment.answers.get(question.name or ""))
    return seen


def _replace_in_list(environment: Environment, name: str, before: Value) -> None:
    """Replace the value `before` of one instance by the new answer; without one, the answer is of a new instance."""
    values = [*environment.instances.get(name, ())]
    place = next((place for place, each in enumerate(values) if same(each, before)), len(values))
    values[place : place + 1] = [environment.value]
    environment.instances = {**environment.instances, name: tuple(values)}


def default_of(logic: Logic, question: Question, environment: Environment) -> Value:
    """Return the value that the host or the question suggests; empty without one, or where its expression has none."""
    if question.name is not None and (given := environment.prefill.get(question.name)) is not None:
        return given
    if not question.default:
        return None
    try:
        return logic.formula(question.default, question).value(environment)
    except ExpressionError:
        return None


def _holds(logic: Logic, question: Question, source: str, environment: Environment, *, failed: bool) -> bool:
    try:
        return bool(logic.formula(source, question).value(environment))
    except ExpressionError:
        return failed
