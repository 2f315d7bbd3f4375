"""Expressions: right, harmless and bounded."""

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

CASES = cases("expressions")
REFUSED = [
    case if isinstance(case, str) else case["repeat"] * case["times"] + case["then"]
    for case in CASES["refused"]
]


@pytest.mark.parametrize(("source", "variables", "value"), CASES["values"])
def test_an_expression_has_its_value(source, variables, value):
    found = evaluate(source, variables)
    assert found == value
    assert type(found) is float


@pytest.mark.parametrize(("source", "names"), CASES["names"])
def test_an_expression_reads_its_names(source, names):
    assert names_in(source) == frozenset(names)


def test_there_are_many_hostile_cases():
    assert len(set(REFUSED)) >= 40


@pytest.mark.parametrize("source", REFUSED, ids=lambda source: source[:40] or "blank")
def test_what_is_not_bounded_arithmetic_is_an_error_at_once(source):
    with pytest.raises(ExpressionError) as raised:
        evaluate(source, {"x": 1.0, "y": 2.0})
    assert str(raised.value)


def test_evaluating_leaves_the_filters_of_warnings_alone(monkeypatch):
    evaluate("1", {})
    # They belong to all threads of the process.
    with monkeypatch.context() as patch:
        patch.setattr("warnings.catch_warnings", None)
        value = evaluate("x + 1", {"x": 1})
    assert value == 2


def test_dividing_by_zero_is_told_apart():
    with pytest.raises(DivisionByZero):
        evaluate("1 / x", {})


def test_an_expression_may_be_as_long_as_it_says_and_no_longer():
    assert evaluate("1".ljust(SOURCE_MAX), {}) == 1
    with pytest.raises(ExpressionError):
        evaluate("1".ljust(SOURCE_MAX + 1), {})
    operands = (NODES_MAX + 1) // 2
    assert evaluate("+".join(["1"] * operands), {}) == operands
    with pytest.raises(ExpressionError):
        evaluate("+".join(["1"] * (operands + 1)), {})


def test_a_parsed_expression_is_remembered():
    assert parse("x + 12345") is parse("x + 12345")


@pytest.mark.parametrize("value", ["text", None, [1], {"a": 1}])
def test_a_pool_with_something_else_than_numbers_reads_as_zero(value):
    assert evaluate("x + 1", {"x": value}) == 1


def test_a_pool_with_infinite_numbers_gives_no_infinite_result():
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
def test_an_expression_gives_a_finite_number_or_an_expression_error(source, variables):
    try:
        value = evaluate(source, variables)
    except ExpressionError:
        return
    assert math.isfinite(value)
