"""Answers are read back as they were stored, and rules see them by the name of their question."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from chat_api.engine.expressions.values import Location, Value
from chat_api.engine.given_answers import (
    GivenAnswer,
    expose,
    given_from_json,
    given_to_json,
    typed_from_json,
    typed_to_json,
    zone_of,
)
from chat_api.engine.script import Answer, Question, Script

AT = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def question(question_type: str, **columns: Any) -> Question:
    return Question(id=1, qid=1, position=1, type=question_type, text="?", name="it", **columns)


@pytest.mark.parametrize(
    ("question_type", "value"),
    [
        ("int", 3),
        ("float", 36.6),
        ("text", "it's"),
        ("date", date(2024, 2, 29)),
        ("time", time(2, 30)),
        ("datetime", datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=2)))),
        ("choice", "yes"),
        ("multichoice", ("fever", 2)),
        ("location", Location(52.2, 21.0, 12.0)),
        ("int", None),
    ],
)
def test_a_given_answer_is_read_back_as_it_was_stored(question_type: str, value: Value) -> None:
    given = GivenAnswer(value, "else", (4, 5), AT, "Asia/Tokyo", is_skipped=value is None, is_confirmed=True)
    assert given_from_json(question(question_type), given_to_json(question(question_type), given)) == given


@pytest.mark.parametrize("raw", [None, [], {}, {"value": 3}, {"value": [], "at": AT.isoformat()}, {"at": 3}])
def test_anything_else_that_was_stored_is_not_an_answer(raw: object) -> None:
    assert given_from_json(question("int"), raw) is None


@pytest.mark.parametrize(
    "value", [3, 2.5, "2024-02-29", True, None, date(2024, 2, 29), time(1), AT, (1, "a"), Location(1.0, 2.0)]
)
def test_a_value_of_a_calculation_keeps_its_kind(value: Value) -> None:
    found = typed_from_json(typed_to_json(value))
    assert found == value
    assert type(found) is type(value)


def test_values_that_cannot_be_read_are_empty() -> None:
    assert [typed_from_json(raw) for raw in ({"kind": "date", "value": "x"}, {"kind": "?"}, {}, 1e400)] == [
        None
    ] * 4


def test_rules_read_value_text_and_weight_until_the_answer_is_hidden() -> None:
    answers = (Answer(4, "Yes", 1, None, value=1), Answer(5, "No", 2, None, value=0, weight=2.5))
    asked = question("multichoice", answers=answers)
    script = Script.build([asked])
    values: dict[str, Value] = {}
    weights: dict[str, float] = {}
    expose(script, asked, GivenAnswer((1, 0), "maybe", (4, 5), AT), values, weights)
    assert (values, weights) == ({"it": (1, 0), "it.other": "maybe"}, {"it": 3.5})
    expose(script, asked, None, values, weights)
    assert (values, weights) == ({}, {})


def test_an_unknown_zone_is_utc() -> None:
    assert [str(zone_of(key)) for key in ("Europe/Warsaw", "Nowhere/At_all", "../etc")] == [
        "Europe/Warsaw",
        "UTC",
        "UTC",
    ]
