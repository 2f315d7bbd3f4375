"""States of surveys whose questions have names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.logic import Logic
from chat_api.engine.question_types.choice import code_of
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.script import NON_ANSWERABLE, Question, Script
from chat_api.engine.script_source import RawGroup
from chat_api.engine.survey.typed import _REPEATS_MAX
from chat_api.engine.survey.typed_inputs import Inputs
from chat_api.engine.survey.typed_plan import TypedPlan
from chat_api.engine.survey.typed_state import TypedState
from tests.engine.naive_survey import NaiveSurvey
from tests.engine.scripts import cases, script
from tests.engine.strategies import typed_expressions, typed_scripts

pytestmark = pytest.mark.sqlite_only

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def answer_of(question: Question, described: Any) -> GivenAnswer:
    """Return an answer from its value, or `{chosen, value, at, zone, confirmed}`; choices by their numbers."""
    known = dict(described) if isinstance(described, dict) else {"value": described}
    chosen = [question.answers[number - 1] for number in known.get("chosen", ())]
    value = question_type(question.type).from_json(known.get("value"))
    if chosen:
        codes = tuple(map(code_of, chosen))
        value = codes if question.type == "multichoice" else codes[0]
    return GivenAnswer(
        value=value,
        other=known.get("other"),
        chosen=tuple(answer.id for answer in chosen),
        timestamp=datetime.fromisoformat(known["at"]) if "at" in known else AT,
        zone=known.get("zone", "UTC"),
        is_confirmed=known.get("confirmed", False),
    )


@pytest.mark.parametrize("case", cases("typed_surveys"), ids=lambda case: case["rule"])
def test_state_of_a_survey_with_names(case: dict[str, Any]) -> None:
    groups = [RawGroup(position=1, **group) for group in case.get("groups", ())]
    survey = script(case["script"], groups)
    given = {
        survey.questions_by_qid[qid].id: answer_of(survey.questions_by_qid[qid], described)
        for qid, described in case.get("given", {}).items()
    }
    at = datetime.fromisoformat(case["at"]) if "at" in case else AT
    inputs = Inputs(given, at, case.get("zone", "UTC"), case.get("context", {}))
    state = TypedState.of(Logic.of(survey, frozenset(case.get("roots", ()))), inputs)
    assert list(state.visibility) == case["visible"]
    assert state.completed is case.get("completed", True)
    found = [[problem.qid, problem.code] for problem in state.problems]
    assert found == case.get("problems", [])
    assert [failure.source for failure in state.failures] == case.get("failed", [])
    if "values" in case:
        assert state.values == case["values"]
    if "variables" in case:
        assert state.variables == case["variables"]


def drawn_inputs(data: st.DataObject, survey: Script) -> Inputs:
    given = {}
    for question in survey.questions:
        if question.type in NON_ANSWERABLE or not data.draw(st.booleans()):
            continue
        at = AT - timedelta(days=data.draw(st.sampled_from([0, 400])))
        described: dict[str, Any] = {"at": at.isoformat(), "confirmed": data.draw(st.booleans())}
        if question.answers:
            most = 1 if question.type == "choice" else 3
            numbers = st.lists(st.integers(1, len(question.answers)), unique=True, min_size=1, max_size=most)
            described["chosen"] = data.draw(numbers)
        else:
            described["value"] = data.draw(
                st.sampled_from(["a", "b"] if question.type == "text" else [0, 1, 3])
            )
        given[question.id] = answer_of(question, described)
    return Inputs(given, AT)


def drawn_survey(data: st.DataObject, *, is_forward: bool) -> Script:
    described = data.draw(typed_scripts(is_forward=is_forward))
    is_grouped = [question["group"] is not None for question in described]
    first = is_grouped.index(True) + 1 if any(is_grouped) else 1
    condition = data.draw(st.one_of(st.none(), typed_expressions([*range(1, first)])))
    return script(described, [RawGroup(id=1, position=1, show_if=condition)])


@given(st.data())
def test_state_is_the_one_that_computing_everything_again_and_again_finds(data: st.DataObject) -> None:
    survey = drawn_survey(data, is_forward=True)
    inputs = drawn_inputs(data, survey)
    logic = Logic.of(survey)
    assert not TypedPlan.of(logic).on_circles
    state, expected = TypedState.of(logic, inputs), NaiveSurvey(logic, inputs)
    assert expected.settles
    assert {*state.visibility} == expected.visible
    assert repr(state.variables) == repr(expected.variables)
    assert [(problem.qid, problem.code) for problem in state.problems] == expected.problems
    assert state.completed is expected.completed
    assert state.values == {
        question.name: expected.answers.get(question.name or "")
        for question in survey.questions
        if question.type == "calculation" and question.qid in expected.visible
    }


@given(st.data())
def test_scripts_of_any_shape_have_a_state_that_does_not_depend_on_the_order_of_answers(
    data: st.DataObject,
) -> None:
    survey = drawn_survey(data, is_forward=False)
    inputs = drawn_inputs(data, survey)
    logic = Logic.of(survey)
    state = TypedState.of(logic, inputs)
    ids = data.draw(st.permutations([*inputs.given]))
    again = TypedState.of(logic, Inputs({pk: inputs.given[pk] for pk in ids}, inputs.timestamp))
    for each in (state, again):
        assert each.visibility == state.visibility
        assert repr((each.values, each.problems, each.failures)) == repr(
            (state.values, state.problems, state.failures)
        )
        assert repr(each.variables) == repr(state.variables)
    if not TypedPlan.of(logic).on_circles:
        assert {*state.visibility} == NaiveSurvey(logic, inputs).visible


def test_each_question_of_a_long_survey_is_computed_once() -> None:
    first: dict[str, Any] = {"type": "int", "name": "n1", "next": 2, "mods": [["x", "1"]]}
    others = [
        {
            "type": "int",
            "name": f"n{qid}",
            "show_if": f"n{qid - 1} == empty or x",
            "mods": [["x", f"x + coalesce(n{qid - 1}, 0)"]],
            "next": qid + 1,
        }
        for qid in range(2, 1001)
    ]
    survey = script([first, *others])
    logic = Logic.of(survey)
    state = TypedState.of(logic, Inputs({each.id: GivenAnswer(1) for each in survey.questions}, AT))
    assert not TypedPlan.of(logic).on_circles
    assert state.variables == {"x": 1000}
    assert len(state.visibility) == 1000
    assert max(state._walk._visits) == 1


def test_a_circle_that_never_settles_is_followed_a_bounded_number_of_times() -> None:
    count = 300
    described = [
        {
            "type": "calculation",
            "name": f"n{qid}",
            "calculate": f"coalesce(n{qid % count + 1}, 0) + 1",
            "next": qid + 1,
        }
        for qid in range(1, count + 1)
    ]
    state = TypedState.of(Logic.of(script(described)), Inputs({}, AT))
    assert len(state.visibility) == count
    assert sum(state._walk._visits) <= count + 2 * _REPEATS_MAX
