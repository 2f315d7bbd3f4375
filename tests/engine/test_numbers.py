"""Numbers compare, round, divide and print as decimals of 15 significant digits."""

from __future__ import annotations

import math
import sys
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine import walker
from chat_api.engine.analysis.intervals import Interval, interval_of
from chat_api.engine.expressions import ExpressionError, evaluate, parse
from chat_api.engine.numbers import canonical, floor_divide, format_number, remainder, round_half_away
from chat_api.engine.templates import render
from tests.engine.scripts import script

pytestmark = pytest.mark.sqlite_only

WIDE = Context(prec=1000)
FLOATS = st.floats(min_value=-1e30, max_value=1e30)
#: Amounts as people use them: few digits, and sums of those.
MONEY = st.decimals(min_value=-10_000, max_value=10_000, places=3).map(float)
SUMS = st.lists(MONEY, min_size=1, max_size=4).map(sum)


def decimal_of(value: float) -> Decimal:
    return Decimal(f"{value:.15g}")


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(0.5)", 1),
        ("round(2.675, 2)", 2.68),
        ("round(-2.675, 2)", -2.68),
        ("round(1.005, 2)", 1.01),
        ("round(0.1 + 0.2, 1)", 0.3),
        ("round(15, -1)", 20),
        ("round(-15, -1)", -20),
        ("round(14.9, -1)", 10),
        ("round(2, 2)", 2),
        ("round(2.4)", 2),
        ("0.1 + 0.2 == 0.3", 1),
        ("0.1 + 0.2 != 0.3", 0),
        ("0.1 + 0.2 > 0.3", 0),
        ("0.1 + 0.2 <= 0.3", 1),
        ("0.3 < 0.1 + 0.2", 0),
        ("0.3 >= 0.1 + 0.2", 1),
        ("0.1 + 0.1 + 0.1 < 0.3 < 0.4", 0),
        ("0.3 // 0.1", 3),
        ("1 // 0.1", 10),
        ("-0.3 // 0.2", -2),
        ("0.3 % 0.1", 0),
        ("5.5 % -2", -0.5),
        ("-7 % 3", 2),
        ("7 % -3", -2),
        ("1e300 // 1e-300 > 0", None),
    ],
)
def test_arithmetic_matches_decimal_arithmetic(source, value):
    if value is None:
        with pytest.raises(ExpressionError):
            evaluate(source, {})
    else:
        assert evaluate(source, {}) == value


@given(FLOATS | SUMS, st.integers(-5, 12))
def test_rounding_matches_decimals_with_halves_away_from_zero(value, digits):
    exact = decimal_of(value)
    expected = exact
    if exact.as_tuple().exponent < -digits:
        expected = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, WIDE)
    assert round_half_away(value, digits) == float(expected)


@given(SUMS, SUMS)
def test_comparisons_match_decimals(left, right):
    one, other = decimal_of(left), decimal_of(right)
    for operation, expected in (
        ("<", one < other),
        ("<=", one <= other),
        ("==", one == other),
        ("!=", one != other),
        (">", one > other),
        (">=", one >= other),
    ):
        assert evaluate(f"x {operation} y", {"x": left, "y": right}) == expected


@given(FLOATS | SUMS, FLOATS | SUMS)
def test_floor_division_and_remainder_match_decimals(left, right):
    one, other = Fraction(decimal_of(left)), Fraction(decimal_of(right))
    if not other:
        with pytest.raises(ZeroDivisionError):
            floor_divide(left, right)
        return
    quotient = one // other
    if abs(quotient) > 10**300:
        return
    assert floor_divide(left, right) == float(quotient)
    assert remainder(left, right) == float(one - quotient * other)


@given(st.integers(-(10**90), 10**90), st.integers(-(10**90), 10**90).filter(bool))
def test_ints_divide_like_python_ints(left, right):
    assert (floor_divide(left, right), remainder(left, right)) == divmod(left, right)


def test_fork_target_can_be_largest_float():
    fork = script([{"type": "fork", "rules": [["x", "1"]]}]).questions[0]
    largest = sys.float_info.max
    assert walker.choose_branch(fork, {"x": largest}) == (int(largest), [])
    assert canonical(largest) == largest


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_canonical_is_monotonic_and_idempotent(left, right):
    low, high = sorted((left, right))
    assert canonical(low) <= canonical(high)
    assert canonical(canonical(low)) == canonical(low)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=3))
def test_number_of_up_to_15_digits_is_formatted_exactly(value):
    assert Decimal(format_number(float(value))) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (3.0, "3"),
        (2.9999999999999996, "3"),
        (-0.5, "-0.5"),
        (1e15, "1000000000000000"),
        (1e16, "1e+16"),
        (7, "7"),
    ],
)
def test_rendered_text_shows_15_digits(value, text):
    assert render("{{ variables.x }}", {"variables": {"x": value}}) == text


def test_fork_leads_to_the_number_that_its_target_shows():
    fork, *_ = script([{"type": "fork", "rules": [["x * 10", "1"]]}]).questions
    assert walker.choose_branch(fork, {"x": 0.1 + 0.2}) == (3, [])
    assert walker.choose_branch(fork, {"x": 0.29}) == (2, [])


OPERATIONS = st.sampled_from(
    [
        *("x < y", "x <= y", "x == y", "x != y", "x > y", "x >= y", "round(x)", "round(x) > y"),
        *("x if x >= 0.3 else 0.3", "x if x <= 0.3 else 0.3", "x >= 0.3 and x", "x > 0.3 and 1 / x"),
        *("x // y", "x % y", "0.1 + 0.2 <= x <= y"),
    ]
)
NEAR = st.integers(-3, 3).map(lambda steps: 0.3 + steps * math.ulp(0.3)) | st.sampled_from([0.1, 0.0, 1.0])


@given(OPERATIONS, st.lists(NEAR, min_size=2, max_size=2), st.lists(NEAR, min_size=2, max_size=2), st.data())
def test_interval_contains_every_value(source, xs, ys, data):
    intervals = {"x": Interval(min(xs), max(xs)), "y": Interval(min(ys), max(ys))}
    variables = {
        name: data.draw(st.floats(interval.low, interval.high)) for name, interval in intervals.items()
    }
    interval = interval_of(parse(source), intervals)
    try:
        value = evaluate(source, variables)
    except ExpressionError:
        assert interval.may_fail
        return
    assert interval.may_be_nan or interval.low <= value <= interval.high
    assert interval.truth is None or interval.truth == bool(value)
