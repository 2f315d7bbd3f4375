"""Evaluation of expressions: correct, safe and bounded."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.expressions import (
    NODES_MAX,
    SOURCE_MAX,
    DivisionByZero,
    ExpressionError,
    evaluate,
    names_in,
    parse,
)
from tests.engine.scripts import cases

pytestmark = pytest.mark.sqlite_only

CASES = cases("expressions")
REFUSED = [
    case if isinstance(case, str) else case["repeat"] * case["times"] + case["then"]
    for case in CASES["refused"]
]


@pytest.mark.parametrize(("source", "variables", "value"), CASES["values"])
def test_value(source, variables, value):
    found = evaluate(source, variables)
    assert found == value
    assert type(found) is float


@pytest.mark.parametrize(("source", "names"), CASES["names"])
def test_names(source, names):
    assert names_in(source) == frozenset(names)


def test_there_are_many_hostile_cases():
    assert len(set(REFUSED)) >= 40


@pytest.mark.parametrize("source", REFUSED, ids=lambda source: source[:40] or "blank")
def test_hostile_expression_fails_immediately(source):
    with pytest.raises(ExpressionError) as raised:
        evaluate(source, {"x": 1.0, "y": 2.0})
    assert str(raised.value)


def test_evaluation_does_not_touch_warning_filters(monkeypatch):
    evaluate("1", {})
    # Warning filters are shared by all threads of the process.
    with monkeypatch.context() as patch:
        patch.setattr("warnings.catch_warnings", None)
        value = evaluate("x + 1", {"x": 1})
    assert value == 2


def test_division_by_zero_has_its_own_error():
    with pytest.raises(DivisionByZero):
        evaluate("1 / x", {})


def test_length_and_number_of_nodes_are_limited():
    assert evaluate("1".ljust(SOURCE_MAX), {}) == 1
    with pytest.raises(ExpressionError):
        evaluate("1".ljust(SOURCE_MAX + 1), {})
    operands = (NODES_MAX + 1) // 2
    assert evaluate("+".join(["1"] * operands), {}) == operands
    with pytest.raises(ExpressionError):
        evaluate("+".join(["1"] * (operands + 1)), {})


def test_parsed_expression_is_cached():
    assert parse("x + 12345") is parse("x + 12345")


@pytest.mark.parametrize("value", ["text", None, [1], {"a": 1}])
def test_variable_that_is_not_a_number_is_zero(value):
    assert evaluate("x + 1", {"x": value}) == 1


def test_infinite_variable_gives_error_not_infinite_result():
    for source in ("x", "x - x", "round(x)", "x * 0", "x // 1"):
        with pytest.raises(ExpressionError):
            evaluate(source, {"x": math.inf})


WORDS = st.sampled_from(
    [
        *("x", "y", "1", "0", "2.5", "99", "1e99", "**", "*", "//", "/", "%", "+", "-", "(", ")", "<", "=="),
        *("and", "or", "not", "if", "else", "min(", "max(", "abs(", "round(", ",", ".", "[", "]", "'a'"),
    ]
)
NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@given(
    source=st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=30).map(" ".join)),
    variables=st.dictionaries(st.sampled_from("xyz"), NUMBERS),
)
def test_any_expression_has_finite_value_or_raises_expression_error(source, variables):
    try:
        value = evaluate(source, variables)
    except ExpressionError:
        return
    assert math.isfinite(value)
