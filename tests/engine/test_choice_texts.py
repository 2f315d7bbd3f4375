"""Typed lines as answers to a choice."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.question_types.choice_texts import (
    AmbiguousChoice,
    TypedChoice,
    chosen_by_text,
    list_numbers,
)
from chat_api.engine.script import Question
from tests.engine.scripts import cases, script

pytestmark = pytest.mark.sqlite_only

GROUPS = cases("choice_texts")


def question_of(described: dict[str, Any]) -> Question:
    (question,) = script([described]).questions
    return question


def outcome(group: dict[str, Any], line: dict[str, Any]) -> object:
    question = question_of(group["question"])
    try:
        found = chosen_by_text(
            question, line["typed"], group.get("texts", {}), numbers=line.get("listed", True)
        )
    except AmbiguousChoice:
        return "two"
    return "nothing" if found is None else found


@pytest.mark.parametrize(
    ("name", "line"),
    [pytest.param(name, line, id=f"{name}: {line}") for name in GROUPS for line in GROUPS[name]["lines"]],
)
def test_line_chooses_answers(name: str, line: dict[str, Any]) -> None:
    expected = line.get("fits") or TypedChoice(tuple(line["chosen"]), line.get("text", ""))
    assert outcome(GROUPS[name], line) == expected


@pytest.mark.parametrize("name", GROUPS)
def test_list_is_numbered_by_distinct_whole_values_or_from_one(name: str) -> None:
    assert list_numbers(question_of(GROUPS[name]["question"])) == GROUPS[name]["numbers"]


@given(st.text(max_size=200), st.booleans(), st.booleans(), st.sampled_from(["choice", "multichoice"]))
def test_every_line_chooses_offered_answers_fits_two_or_fits_nothing(
    typed: str, is_open: bool, numbers: bool, kind: str
) -> None:
    answers = [{"id": 1, "text": "a, b"}, {"id": 2, "text": "A"}, {"id": 3, "text": "c", "value": 1.5}]
    question = question_of({"type": kind, "choice_open": is_open, "answers": answers})
    try:
        found = chosen_by_text(question, typed, {}, numbers=numbers)
    except AmbiguousChoice:
        return
    if found is not None:
        assert {1, 2, 3} >= {*found.answer_ids}
        assert found.text in typed
        assert is_open or not found.text
        assert found.answer_ids or found.text


def test_long_lines_take_time_in_proportion_to_their_length() -> None:
    question = question_of(
        {"type": "multichoice", "choice_open": True, "answers": [{"id": 1, "text": "a, b"}]}
    )
    found = chosen_by_text(question, "a, b," * 5000, {})
    assert found is not None
    assert found.answer_ids == (1,) * 5000
