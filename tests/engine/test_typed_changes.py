"""Continuing the state of a survey with names gives the state computed from all answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.logic import Logic
from chat_api.engine.repeats import repeated_groups
from chat_api.engine.script import Script
from chat_api.engine.script_source import RawGroup
from chat_api.engine.survey.typed_inputs import Inputs
from chat_api.engine.survey.typed_state import TypedState
from tests.engine.scripts import script
from tests.engine.test_typed_survey import AT, answer_of, drawn_inputs, drawn_survey

pytestmark = pytest.mark.sqlite_only


def shown(state: TypedState) -> str:
    """Return all that a state says; numbers with their sign, and distinct from booleans."""
    environment = state.environment
    return repr(
        (
            state.visibility,
            sorted(state.visible_ids),
            state.completed,
            state.values,
            state.problems,
            state.failures,
            state.instances,
            sorted(state.variables.items()),
            sorted(state.answers.items()),
            sorted(environment.weights.items()),
            (environment.timestamp, environment.zone),
        )
    )


def judged(state: TypedState, survey: Script, places: range) -> list[str]:
    """Return what new answers are judged in."""
    new = GivenAnswer(timestamp=AT + timedelta(days=1))
    found = [state.environment_at(question, new, place) for question in survey.questions for place in places]
    return [
        repr((sorted(each.variables.items()), sorted(each.answers.items()), each.index)) for each in found
    ]


@given(st.data())
def test_continued_state_is_the_one_computed_from_all_answers(data: st.DataObject) -> None:
    survey = drawn_survey(data, is_forward=data.draw(st.booleans()))
    logic = Logic.of(survey)
    state = None
    inputs = drawn_inputs(data, survey)
    for _ in range(data.draw(st.integers(2, 5))):
        if data.draw(st.booleans()):
            given = {**inputs.given, **drawn_inputs(data, survey).given}
            removed = data.draw(st.sets(st.sampled_from([*given]))) if given else set()
            inputs = replace(inputs, given={pk: each for pk, each in given.items() if pk not in removed})
        days = data.draw(st.sampled_from([0, 0, 1, 31, 400]))
        zone = data.draw(st.sampled_from(["UTC", "UTC", "Pacific/Kiritimati"]))
        inputs = replace(inputs, timestamp=inputs.timestamp + timedelta(days=days), zone=zone)
        state = TypedState.of(logic, inputs) if state is None else state.continued(inputs)
        whole = TypedState.of(logic, inputs)
        assert shown(state) == shown(whole)
        assert judged(state, survey, range(1)) == judged(whole, survey, range(1))


def repeated_survey(count: str | None) -> Script:
    """Return a survey with a group in which everything reads something outside, its own instance, or the clock."""
    described: list[dict[str, Any]] = [
        {"type": "int", "name": "limit", "next": 2, "mods": [["x", "limit"]]},
        {"type": "int", "name": "number", "next": 3},
        {"type": "int", "name": "a", "group": 1, "next": 4, "mods": [["x", "x + index"]]},
        {
            "type": "choice",
            "name": "b",
            "group": 1,
            "next": 5,
            "show_if": "a > 0 and x <= limit",
            "answers": [{"value": code, "mods": [["y", "y + a"]]} for code in (1, 2)],
            "constraints": [{"check": "sum(g.a) < 5", "message": "No", "severity": "error"}],
        },
        {
            "type": "int",
            "name": "c",
            "group": 1,
            "next": 6,
            "show_if": "day(today()) < 15",
            "limits": {"max": "coalesce(a, 0) + y"},
        },
        {
            "type": "calculation",
            "name": "d",
            "group": 1,
            "next": 7,
            "calculate": "coalesce(a, 0) * 10 + index",
        },
        {"type": "calculation", "name": "all", "next": 8, "calculate": "sum(g.d) + day(today())"},
        {"type": "int", "name": "last", "show_if": "count(g.b) > 0", "required": True},
    ]
    return script(described, [RawGroup(id=1, position=1, key="g", repeat={"count": count} if count else {})])


_NUMBERS = st.integers(0, 4)
_CHANGES = st.one_of(
    st.tuples(st.just("outside"), st.sampled_from([1, 2, 8]), st.none() | _NUMBERS),
    st.tuples(
        st.just("inside"), st.tuples(st.sampled_from([3, 4, 5]), st.integers(1, 4)), st.none() | _NUMBERS
    ),
    st.tuples(st.just("instances"), st.none(), _NUMBERS),
    st.tuples(st.just("days"), st.none(), st.integers(1, 20)),
)


@given(st.lists(_CHANGES, max_size=8), st.sampled_from([None, "number"]))
def test_continued_state_of_repeated_groups_is_the_one_computed_from_all_answers(
    changes: list[tuple[str, Any, int | None]], count: str | None
) -> None:
    survey = repeated_survey(count)
    logic = Logic.of(survey)
    (part,) = repeated_groups(survey).values()
    inputs = Inputs({}, AT, instances={} if count else {"g": 1})
    state = TypedState.of(logic, inputs)
    for kind, at, number in changes:
        inputs = changed(survey, inputs, kind, at, number)
        state = state.continued(inputs)
        whole = TypedState.of(logic, inputs)
        assert shown(state) == shown(whole)
        places = range(1 + inputs.room_for(part))
        assert judged(state, survey, places) == judged(whole, survey, places)


def changed(survey: Script, inputs: Inputs, kind: str, at: Any, number: int | None) -> Inputs:
    """Return the inputs after one change."""
    if kind == "days":
        return replace(inputs, timestamp=inputs.timestamp + timedelta(days=number or 0))
    if kind == "instances":
        return inputs if not inputs.instances else replace(inputs, instances={"g": number or 0})
    qid, place = at if kind == "inside" else (at, 0)
    question = survey.questions_by_qid[qid]
    described = {"chosen": [1 + (number or 0) % 2]} if question.answers else number
    answer = None if number is None else answer_of(question, described)
    if kind == "outside":
        return replace(inputs, given=without_empty({**inputs.given, question.id: answer}))
    repeated = without_empty({**inputs.repeated, (question.id, place): answer})
    room = max([0, *(place for _, place in repeated)])
    return replace(inputs, repeated=repeated, places={"g": room})


def without_empty(answers: dict[Any, GivenAnswer | None]) -> dict[Any, GivenAnswer]:
    return {key: answer for key, answer in answers.items() if answer is not None}


def test_a_change_computes_what_it_affects_and_what_reads_the_clock() -> None:
    described: list[dict[str, Any]] = [
        {
            "type": "int",
            "name": f"n{qid}",
            "show_if": f"n{qid - 1} > 0" if qid > 1 else None,
            "constraints": [{"check": f"n{qid - 1} > 1", "message": "No"}] if qid > 1 else [],
            "next": qid + 1,
        }
        for qid in range(1, 1001)
    ]
    described[499]["show_if"] += " and today() != empty"
    survey = script(described)
    given = {each.id: GivenAnswer(2) for each in survey.questions}
    state = TypedState.of(Logic.of(survey), Inputs(given, AT))
    last = survey.questions[-1].id
    continued = state.continued(Inputs({**given, last: GivenAnswer(3)}, AT + timedelta(hours=1)))
    assert continued._walk is state._walk
    # The last question, and the one that reads the clock.
    assert sum(continued._walk._visits) == 2
