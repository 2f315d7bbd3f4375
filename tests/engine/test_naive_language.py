"""Compiled expressions have the values of a naive evaluator."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.language import Scope, compile_expression
from tests.engine.naive_language import NoValue, naive_value

pytestmark = pytest.mark.sqlite_only

DATES = st.dates(date(1999, 1, 1), date(2030, 12, 31))
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0.0, 1.0, -2.0, 0.1, 0.3, 2.5, 1e15]),
    st.floats(-1e6, 1e6).map(lambda number: round(number, 3) + 0.0),
    st.sampled_from(["", "a", "Ab", "abc"]),
    DATES,
    st.lists(st.sampled_from([1.0, 2.0, "a", "b"]), max_size=3).map(tuple),
)
NUMBERS = st.sampled_from(["n", "x", "0", "1", "2.5", "0.1 + 0.2", "-3", "true"])
TEXTS = st.sampled_from(["t", "'a'", "'it''s'", '""', "'Ab'"])
DAYS = st.sampled_from(["d", "date('2024-02-29')", "today()"])
LISTS = st.sampled_from(["l", "[]", "[1, 2]", "['a', n]", "[empty]"])
ATOMS = st.one_of(NUMBERS, TEXTS, DAYS, LISTS, st.sampled_from(["empty", "m"]))


def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return expressions over `inner`, mostly of operands that fit, sometimes of any."""
    pair = st.tuples(inner, inner)
    number = st.one_of(NUMBERS, inner)
    day = st.one_of(DAYS, inner)
    operators = st.sampled_from(
        ["+", "-", "*", "/", "//", "%", "<", "<=", ">", ">=", "==", "!=", " in ", " not in "]
    )
    many = st.lists(inner, min_size=1, max_size=3).map(", ".join)
    return st.one_of(
        st.builds("({}{}{})".format, number, operators, number),
        st.builds(
            lambda two, op: f"({two[0]} {op} {two[1]})", pair, st.sampled_from(["and", "or", "==", "!=", "<"])
        ),
        st.builds("({} == empty)".format, inner),
        st.builds("({} if {} else {})".format, inner, inner, inner),
        st.builds("({}{})".format, st.sampled_from(["-", "+", "not "]), number),
        st.builds("{}({})".format, st.sampled_from(["min", "max", "sum", "mean", "count", "coalesce"]), many),
        st.builds("mean({}, least=2)".format, many),
        st.builds("{}({})".format, st.sampled_from(["floor", "ceil", "abs", "round"]), number),
        st.builds("round({}, {})".format, number, st.sampled_from(["1", "2", "-1"])),
        st.builds("{}({})".format, st.sampled_from(["answered", "count_selected", "length", "lower"]), inner),
        st.builds("selected({}, {})".format, st.one_of(LISTS, inner), inner),
        st.builds(
            "{}({}, {})".format, st.sampled_from(["contains", "starts_with"]), st.one_of(TEXTS, inner), TEXTS
        ),
        st.builds("{}({}, {})".format, st.sampled_from(["days", "months", "years"]), day, day),
        st.builds(
            "{}({}, {})".format,
            st.sampled_from(["add_days", "add_months"]),
            day,
            st.sampled_from(["1", "-13", "30", "n"]),
        ),
        st.builds("{}({})".format, st.sampled_from(["year", "month", "day", "weekday"]), day),
    )


@given(
    source=st.recursive(ATOMS, deeper, max_leaves=10),
    answers=st.fixed_dictionaries(dict.fromkeys("mntdl", VALUES)),
    variables=st.dictionaries(st.just("x"), st.sampled_from([0.0, 1.0, -2.5, 7.0])),
    today=DATES,
)
def test_value_is_that_of_a_naive_evaluator(source, answers, variables, today):
    expression = compile_expression(source, Scope(questions=frozenset(answers)))
    environment = Environment(
        variables=variables, answers=answers, timestamp=datetime.combine(today, time(12), tzinfo=UTC)
    )
    try:
        found = expression.value(environment)
    except ExpressionError:
        found = NoValue
    try:
        naive = naive_value(expression.tree, answers, variables, today)
    except NoValue:
        naive = NoValue
    if isinstance(found, float) and isinstance(naive, float):
        assert found == pytest.approx(naive, rel=1e-12, abs=1e-9)
    else:
        assert (type(found), found) == (type(naive), naive), (source, answers, variables)
