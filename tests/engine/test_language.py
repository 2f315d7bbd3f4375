"""Values of expressions of the questionnaire language: correct, the same as a naive evaluator's, and bounded."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chat_api.engine.expressions import DivisionByZero, ExpressionError
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.language import (
    FUNCTIONS,
    NODES_MAX,
    SOURCE_MAX,
    Scope,
    compile_expression,
)
from tests.engine.scripts import cases

pytestmark = pytest.mark.sqlite_only

CASES = cases("language")
WARSAW = ZoneInfo("Europe/Warsaw")
ANSWERS: dict[str, Any] = {
    "age": 36.0,
    "born": date(2004, 2, 29),
    "visit": datetime(2024, 3, 31, 0, 30, tzinfo=UTC),
    "wake": time(6, 30),
    "smoker": True,
    "name": "O'Brien",
    "mood": 2.0,
    "symptoms": ("fever", "cough"),
    "symptoms.other": "itch",
    "none": (),
    # The day before the clock skips, and before it repeats, 02:30 in Warsaw.
    "gap": datetime(2024, 3, 30, 2, 30, tzinfo=WARSAW),
    "doubled": datetime(2024, 10, 26, 2, 30, tzinfo=WARSAW),
}
SCOPE = Scope(
    questions=frozenset({"skipped", "dose", *ANSWERS} - {"symptoms.other"}),
    groups={"dose": "meds"},
    variables=frozenset({"score", "year"}),
    context_roots=frozenset({"patient"}),
)
ENVIRONMENT = Environment(
    variables={"score": 3.0, "year": 2024.0},
    answers=ANSWERS,
    instances={"meds.dose": (1.0, None, 2.5)},
    weights={"mood": 20.0, "symptoms": 3.0},
    scores={"risk": 7.0},
    context={"patient.age": 40.0},
    timestamp=datetime(2025, 2, 28, 23, 30, tzinfo=UTC),
    zone=WARSAW,
    value=5.0,
    index=2,
)


def value_of(source, scope=SCOPE, environment=ENVIRONMENT):
    return compile_expression(source, scope).value(environment)


@pytest.mark.parametrize("source", [source for source, _ in CASES["values"]], ids=lambda part: str(part)[:60])
def test_expressions_that_read_variables_alone_have_the_same_value_without_all_else(source):
    expression = compile_expression(source, SCOPE)
    if expression.reads_variables_alone:
        assert expression.value(Environment(variables=ENVIRONMENT.variables)) == expression.value(ENVIRONMENT)


@pytest.mark.parametrize(
    "source",
    [
        "age",
        "symptoms.other",
        "meds.dose",
        "weight(mood)",
        'score("risk")',
        "patient.age",
        "today()",
        "value > 3",
        "index + score",
    ],
)
def test_expressions_that_read_more_than_variables_are_known(source):
    assert not compile_expression(source, SCOPE).reads_variables_alone
    assert compile_expression("true and score + 1 > empty", SCOPE).reads_variables_alone


@pytest.mark.parametrize(("source", "expected"), CASES["values"], ids=lambda part: str(part)[:60])
def test_value(source, expected):
    found = value_of(source)
    if isinstance(expected, list):
        expected = tuple(expected)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("source", "reason"), CASES["fails"], ids=lambda part: part[:60])
def test_value_that_there_is_not_has_a_reason(source, reason):
    expression = compile_expression(source, SCOPE)
    with pytest.raises(ExpressionError) as raised:
        expression.value(ENVIRONMENT)
    assert reason in str(raised.value)
    assert isinstance(raised.value, DivisionByZero) == (reason == "division by zero")


@pytest.mark.parametrize("source", CASES["refused"])
def test_what_is_not_of_the_language_does_not_compile(source):
    with pytest.raises(ExpressionError) as raised:
        compile_expression(source, SCOPE)
    assert str(raised.value)


def test_every_function_has_cases():
    sources = [source for source, _ in CASES["values"]]
    for name in {*FUNCTIONS, "weight", "score"}:
        assert any(re.search(rf"\b{name}\(", source) for source in sources), name


@pytest.mark.parametrize("name", ["lower", "trim", "floor", "ceil", "year", "month", "day", "weekday"])
def test_function_of_one_value_is_empty_for_an_empty_one(name):
    assert value_of(f"{name}(skipped)") is None


def test_dose_is_the_instance_s_own_inside_its_group():
    inside = Scope(SCOPE.questions, SCOPE.groups, group="meds")
    expression = compile_expression("dose * 2", inside)
    assert expression.value(Environment(answers={"dose": 2.0})) == 4
    assert expression.questions == {"dose"}


def test_variable_that_is_called_as_a_word_stays_a_variable():
    scope = Scope(frozenset({"age"}), variables=frozenset({"empty", "value"}))
    environment = Environment(variables={"empty": 4.0}, answers={}, value=9.0)
    assert value_of("empty + value", scope, environment) == 4
    # A comparison with such a variable is one of numbers.
    assert value_of("age == empty", scope, environment) is False


def test_expression_knows_what_it_reads():
    source = (
        "age + score + sum(meds.dose) + weight(mood) + score('risk') + patient.age + count(symptoms.other)"
        " + years(born, today())"
    )
    found = compile_expression(source, SCOPE)
    assert found.questions == {"age", "dose", "mood", "symptoms", "born"}
    assert (found.variables, found.scores, found.context) == ({"score"}, {"risk"}, {"patient.age"})
    assert found.reads_clock
    assert not compile_expression("round(age) + year", SCOPE).reads_clock


def test_length_and_number_of_parts_are_limited():
    assert value_of("1".ljust(SOURCE_MAX)) == 1
    assert value_of("+".join(["1"] * (NODES_MAX // 2))) == NODES_MAX // 2
    for source in ("1".ljust(SOURCE_MAX + 1), "+".join(["1"] * (NODES_MAX // 2 + 1))):
        with pytest.raises(ExpressionError):
            compile_expression(source, SCOPE)


def test_deepest_expression_has_a_value():
    assert value_of("-" * (NODES_MAX - 1) + "1") == -1


@pytest.mark.parametrize("value", ["text", None, [1], {"a": 1}])
def test_variable_that_is_not_a_number_is_zero(value):
    assert value_of("score + 1", environment=Environment(variables={"score": value})) == 1


def test_infinite_variable_gives_an_error_not_an_infinite_result():
    environment = Environment(variables={"score": math.inf})
    for source in ("score", "score - score", "round(score)", "floor(score)", "score * 0"):
        with pytest.raises(ExpressionError):
            value_of(source, environment=environment)
