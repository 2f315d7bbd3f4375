"""Parsing of the JSON columns of rules: what is well formed is kept, malformed items are skipped."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.engine.rules_source import parse_constraints, parse_flags, parse_scores
from chat_api.engine.script import Band, Constraint, Flag, Score

pytestmark = pytest.mark.sqlite_only

NO_OBJECTS: list[Any] = [None, 5, "text", {}, [None, 5, "text", []]]
#: A JSON column can hold whole numbers that no double can.
NO_NUMBERS: list[Any] = [None, True, "1", [], float("nan"), float("inf"), 10**400]


@pytest.mark.parametrize("raw", NO_OBJECTS)
def test_column_without_objects_has_no_rules(raw: Any) -> None:
    assert parse_constraints(raw) == ()
    assert parse_scores(raw) == ()
    assert parse_flags(raw) == ()


@pytest.mark.parametrize("bound", NO_NUMBERS)
def test_band_without_two_numbers_is_skipped(bound: Any) -> None:
    bands = [{"from": bound, "to": 9}, {"from": 0, "to": bound}, {"from": 5, "to": 9}, {"from": 0, "to": 4}]
    found = parse_scores([{"name": "risk", "expression": "1", "bands": bands}])
    assert found == (Score("risk", "", "1", (Band(0.0, 4.0, ""), Band(5.0, 9.0, ""))),)


@pytest.mark.parametrize(
    "broken",
    [
        {"check": None},
        {"check": ""},
        {"check": 5},
        {"message": None},
        {"message": 5},
        {"severity": ""},
        {"severity": "fatal"},
        {"severity": 5},
    ],
)
def test_malformed_constraint_is_skipped(broken: dict[str, Any]) -> None:
    whole = {"check": "value > 0", "message": "", "severity": None}
    assert parse_constraints([whole | broken, whole]) == (Constraint("value > 0", "", "error"),)


def test_severity_of_a_constraint_is_kept() -> None:
    raw = [{"check": "value", "message": "Sure?", "severity": "warning", "message_i18n": {"pl": "Na pewno?"}}]
    assert parse_constraints(raw) == (Constraint("value", "Sure?", "warning"),)


@pytest.mark.parametrize("broken", [{"name": None}, {"name": ""}, {"if": None}, {"if": 5}])
def test_malformed_flag_is_skipped(broken: dict[str, Any]) -> None:
    whole = {"name": "pain", "if": "x > 7"}
    assert parse_flags([whole | broken, whole]) == (Flag("pain", "x > 7", ""),)
