"""A condition is reported as never true exactly if no answers make it true, as trying all of them shows."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_api.engine.analysis.checker import check
from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import Value
from chat_api.engine.logic import Logic
from chat_api.engine.script_source import script_of
from tests.engine.scripts import raw_questions

pytestmark = pytest.mark.sqlite_only

#: The values of each question; empty is one of them.
FEW: dict[str, list[Value]] = {
    "n": [None, 0.0, 1.0, 2.0, 9.0],
    "c": [None, "x", "y"],
    "k": [None, 1, 2],
    "m": [None, ("p",), ("q",), ("p", "q"), ("none",)],
}
QUESTIONS: list[dict[str, Any]] = [
    {"type": "int", "name": "n", "limits": {"min": 0, "max": 2, "also": [9]}, "next": 2},
    {"type": "choice", "name": "c", "answers": [{"value": "x", "next": 3}, {"text": "y", "next": 3}]},
    {"type": "choice", "name": "k", "answers": [{"value": 1, "next": 4}, {"value": 2, "next": 4}]},
    {
        "type": "multichoice",
        "name": "m",
        "answers": [
            {"value": "p", "next": 5},
            {"value": "q", "next": 5},
            {"value": "none", "next": 5, "exclusive": True},
        ],
    },
    {"type": "range", "name": "r", "range_from": 0, "range_to": 2, "next": 6},
    {"type": "float", "name": "f", "next": 7},
]
#: A part of what those questions can have that have too many values to try all.
SOME: dict[str, list[Value]] = {
    "r": [None, 0.0, 1.7, 2.0],
    "f": [None, -1e9, 0.0, 0.1, 2.0],
}

_NUMBERS = st.sampled_from(["n", "k", "0", "1", "2", "2.5", "9", "-1", "count_selected(m)", "length(c)"])
_MORE = st.sampled_from(["r", "f", "abs(f)", "round(r)", "max(r, f)", "sum(r, n)", "f - 1", "mean(r, k)"])
_ATOMS = st.sampled_from(
    [
        *(
            "n",
            "k",
            "m",
            "c",
            "true",
            "answered(c)",
            "n == empty",
            "c != empty",
            "c in ['x', 'z']",
            "n in [0, 9]",
        ),
        *("c == 'x'", "c == 'z'", "c != 'x'", "selected(m, 'p')", "selected(m, 'none')", "selected(m, 'zz')"),
    ]
)
_OPERATORS = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


def conditions(numbers: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Conditions over the questions with few values, and `numbers`."""
    sums = st.one_of(
        numbers,
        st.builds("({} {} {})".format, numbers, st.sampled_from(["+", "-", "*", "//", "%"]), numbers),
        st.builds("coalesce({}, {})".format, numbers, numbers),
        st.builds("({} if {} else {})".format, numbers, _ATOMS, numbers),
    )
    atoms = st.one_of(_ATOMS, st.builds("{} {} {}".format, sums, _OPERATORS, sums))
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.builds("({} and {})".format, inner, inner),
            st.builds("({} or {})".format, inner, inner),
            st.builds("not {}".format, inner),
        ),
        max_leaves=4,
    )


def codes(condition: str) -> set[str]:
    described = [*QUESTIONS, {"next": -1, "show_if": condition}]
    return {finding.code for finding in check(raw_questions(described))}


def can_be_true(condition: str, values: dict[str, list[Value]]) -> bool:
    logic = Logic.of(script_of(raw_questions(QUESTIONS)))
    formula = logic.formula(condition)
    for combination in product(*values.values()):
        try:
            if formula.value(Environment(answers=dict(zip(values, combination, strict=True)))):
                return True
        except ExpressionError:
            continue
    return False


@settings(deadline=None)
@given(conditions(_NUMBERS))
def test_what_no_answers_make_true_is_reported_and_nothing_else(condition: str) -> None:
    found = codes(condition)
    # What never fits together, or always fails, is an error of its own.
    explained = found & {"kind_mismatch", "failing_expression"}
    if can_be_true(condition, FEW):
        assert "never_true" not in found
        assert "failing_expression" not in found
    elif not explained:
        assert "never_true" in found


@settings(deadline=None)
@given(conditions(st.one_of(_NUMBERS, _MORE)))
def test_what_some_answers_make_true_is_never_reported(condition: str) -> None:
    if can_be_true(condition, {**{name: values[:3] for name, values in FEW.items()}, **SOME}):
        assert codes(condition).isdisjoint({"never_true", "failing_expression"})
