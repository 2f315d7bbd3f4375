"""Expressions and texts see the answers of a run as they are at each time, whatever was read in between."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.engine.logic import Logic
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.run_state import RunState
from tests.engine.scripts import script

pytestmark = pytest.mark.sqlite_only

FORM = script(
    [
        {"name": "age", "type": "int"},
        {
            "name": "mood",
            "type": "choice",
            "choice_open": True,
            "answers": [
                {"text": "Low", "value": "low", "weight": 1},
                {"text": "High", "value": "high", "weight": 5},
            ],
        },
        {"name": "twice", "type": "calculation", "calculate": "2 * age"},
        {"name": "note", "type": "text"},
    ]
)
AGE, MOOD, TWICE, NOTE = FORM.questions


def begun() -> RunState:
    return RunState(Logic.of(FORM))


def read(state: RunState, source: str, variables: dict[str, float] | None = None) -> Any:
    return state.number(NOTE, source, variables or {})


def answer(state: RunState, value: float) -> None:
    state.answered(AGE, CheckedReply("", value=value))


def choose(state: RunState, place: int, other: str | None = None) -> None:
    chosen = MOOD.answers[place]
    state.answered(MOOD, CheckedReply("", (chosen,), None, chosen.value, other))


def test_expressions_see_each_answer_once_it_is_given() -> None:
    state = begun()
    assert read(state, "age") is None
    for value in (30, 41):
        answer(state, value)
        assert read(state, "age + 1") == value + 1
    choose(state, 0)
    assert read(state, "weight(mood)") == 1
    choose(state, 1)
    assert (read(state, "weight(mood)"), read(state, "age")) == (5, 41)


def test_expressions_over_variables_alone_change_nothing_of_what_others_see() -> None:
    state = begun()
    assert read(state, "points + 1", {"points": 2}) == 3
    answer(state, 30)
    assert read(state, "points + 1", {"points": 4}) == 5
    assert read(state, "age + points", {"points": 1}) == 31


def test_text_beside_a_choice_is_seen_until_the_choice_is_answered_again() -> None:
    state = begun()
    choose(state, 0, "a bit")
    assert state.values() == {"mood": "low", "mood.other": "a bit"}
    choose(state, 1)
    assert state.values() == {"mood": "high"}


def test_calculations_see_answers_that_nothing_has_read_before() -> None:
    state = begun()
    answer(state, 30)
    state.calculate(TWICE, {})
    answer(state, 40)
    assert state.values() == {"age": 40, "twice": 80}


@pytest.mark.parametrize("reads_before", [False, True])
def test_answers_that_are_forgotten_or_hidden_are_empty(reads_before: bool) -> None:
    state = begun()
    for change in (
        lambda: state.forget(AGE),
        lambda: state.hide(AGE, is_hidden=True),
        state.restarted,
    ):
        answer(state, 30)
        if reads_before:
            assert read(state, "age") == 30
        change()
        assert read(state, "age") is None
        assert "age" not in state.values()


def test_loaded_state_shows_its_answers_in_the_order_in_which_they_were_given() -> None:
    state = begun()
    choose(state, 1, "much")
    answer(state, 30)
    state.calculate(TWICE, {})
    loaded = RunState.from_json(state.logic, state.to_json())
    assert [*loaded.values().items()] == [
        ("mood", "high"),
        ("mood.other", "much"),
        ("age", 30),
        ("twice", 60),
    ]
    assert read(RunState.from_json(state.logic, state.to_json()), "age + weight(mood)") == 35
