"""Closures give the values of a published evaluator: simpleeval, on the same trees and with the same operators."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simpleeval import SimpleEval

from chat_api.engine.expressions import NUMBER_MAX, ExpressionError, evaluate, parse
from chat_api.engine.expressions.operators import BINARY, COMPARISONS, UNARY, round_to

pytestmark = pytest.mark.sqlite_only

FUNCTIONS = {"min": min, "max": max, "abs": abs, "round": round_to}


class Oracle(SimpleEval):
    """Evaluates a tree node by node; all intermediate whole numbers are bounded."""

    def _eval(self, node):
        value = super()._eval(node)
        if isinstance(value, complex) or (isinstance(value, int) and abs(value) > NUMBER_MAX):
            raise ValueError
        return value


def expected(source: str, variables: dict[str, float]) -> float | None:
    """Return the oracle's value; None if there is none."""
    oracle = Oracle(operators={**BINARY, **UNARY, **COMPARISONS}, functions=FUNCTIONS, allowed_attrs={})
    oracle.names = lambda node: variables.get(node.id, 0.0)
    try:
        value = float(oracle.eval(source, previously_parsed=parse(source).tree))
    except Exception:  # noqa: BLE001  (any error means that there is no value)
        return None
    return value if math.isfinite(value) else None


ATOMS = st.sampled_from(["x", "y", "z", "0", "1", "2", "7", "0.1", "0.3", "2.5", "1e99", "True", "False"])


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    operators = st.sampled_from(
        ["+", "-", "*", "/", "//", "%", "**", "<", "<=", ">", ">=", "==", "!=", " and ", " or "]
    )
    return st.one_of(
        st.builds(lambda two, op: f"({two[0]}{op}{two[1]})", pair, operators),
        st.builds(lambda two, third: f"({two[0]} < {two[1]} <= {third})", pair, inner),
        st.builds(lambda two, test: f"({two[0]} if {test} else {two[1]})", pair, inner),
        st.builds(lambda one, op: f"({op}{one})", inner, st.sampled_from(["-", "+", "not "])),
        st.builds(lambda one: f"abs({one})", inner),
        st.builds(
            lambda two, name: f"{name}({two[0]}, {two[1]})", pair, st.sampled_from(["min", "max", "round"])
        ),
    )


@given(
    source=st.recursive(ATOMS, combined, max_leaves=12),
    variables=st.dictionaries(st.sampled_from("xyz"), st.floats(allow_nan=False)),
)
def test_value_is_that_of_the_oracle(source, variables):
    try:
        found = evaluate(source, variables)
    except ExpressionError:
        found = None
    assert repr(found) == repr(expected(source, variables))
