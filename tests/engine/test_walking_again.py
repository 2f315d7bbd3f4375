"""Runs that are walked again, and states that are continued, equal those that are computed in one go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_api.engine import flow, led_by_frontend
from chat_api.engine.expressions.values import Value
from chat_api.engine.flow_events import Walk
from chat_api.engine.given_answers import GivenAnswer, given_from_json, given_to_json
from chat_api.engine.logic import Logic
from chat_api.engine.question_types.base import SKIPPED, CheckedReply
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.replay import Asking, replay
from chat_api.engine.run_state import RunState
from chat_api.engine.script import NON_ANSWERABLE, Question, QuestionType, Script
from chat_api.engine.script_source import RawGroup
from chat_api.engine.survey.typed_inputs import Inputs
from chat_api.engine.survey.typed_state import TypedState
from tests.engine.scripts import script
from tests.engine.strategies import typed_expressions, typed_scripts

pytestmark = pytest.mark.sqlite_only

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
#: An example is a whole run, which takes its time on a busy machine.
ON_BUSY_MACHINES = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
STEPS = 12
#: Passed messages and questions between two answers.
LIMIT = 30


@st.composite
def forms(draw: st.DrawFn, *, is_forward: bool) -> tuple[list[dict[str, Any]], list[RawGroup]]:
    """Draw a script with names; some of its questions are in a group with a condition, some are controls."""
    described = draw(typed_scripts(is_forward=is_forward))
    for question in described:
        if question["type"] == "message" and draw(st.booleans()):
            question["type"] = "control"
    grouped = [place for place, question in enumerate(described) if question["group"] is not None]
    condition = draw(st.one_of(st.none(), typed_expressions([*range(1, grouped[0] + 1 if grouped else 1)])))
    return described, [RawGroup(id=1, position=1, show_if=condition)]


def drawn_reply(data: st.DataObject, question: Question) -> CheckedReply:
    if not question.answers:
        values: list[Value] = ["a", "b"] if question.type == "text" else [0, 1, 3]
        return CheckedReply("", value=data.draw(st.sampled_from(values)))
    most = 1 if question.type == "choice" else len(question.answers)
    chosen = data.draw(st.permutations(question.answers))[: data.draw(st.integers(1, most))]
    return CheckedReply("", tuple(chosen), value=question_type(question.type).value_of(tuple(chosen)))


def drawn_run(data: st.DataObject, form: Script, state: RunState) -> tuple[Walk, list[Asking]]:
    """Answer the script's questions one after the other; some answers come a year later, some are skipped."""
    askings: list[Asking] = []
    clock = AT
    state.at(clock, "UTC")
    walk = flow.start(form, at=None, variables={}, repeat_from=None, limit=LIMIT, rules=state)
    while (question := walk.cursor) is not None and len(askings) < STEPS:
        clock += timedelta(days=data.draw(st.sampled_from([0, 1, 400])))
        state.at(clock, "UTC")
        is_control = question.type == QuestionType.CONTROL
        skips = not is_control and data.draw(st.integers(0, 4)) == 0
        checked = SKIPPED if skips else drawn_reply(data, question)
        given = GivenAnswer(timestamp=clock) if is_control else GivenAnswer.of(checked, clock)
        askings.append(Asking(question.id, given, asked=len(askings)))
        walk = flow.answer(
            form,
            question,
            None if is_control else checked,
            walk.variables,
            repeat_from=None,
            limit=LIMIT,
            rules=state,
            skip=skips,
        )
    return walk, askings


def stored(state: RunState) -> dict[str, Any]:
    return {**state.to_json(), "values": repr(sorted(state.values().items()))}


@ON_BUSY_MACHINES
@given(st.data(), st.booleans())
def test_a_run_that_is_walked_again_has_the_state_of_the_first_walk(
    data: st.DataObject, is_forward: bool
) -> None:
    form = script(*data.draw(forms(is_forward=is_forward)))
    state, again = (RunState(Logic.of(form)) for _ in range(2))
    walk, askings = drawn_run(data, form, state)
    again.at(AT, "UTC")
    found = replay(form, again, askings, at=None, limit=LIMIT)
    assert [asking.asked for asking in found.used] == [asking.asked for asking in askings]
    assert found.walk.cursor == walk.cursor
    assert found.walk.outcome == walk.outcome
    assert repr(found.walk.variables) == repr(walk.variables)
    assert stored(again) == stored(state)


@ON_BUSY_MACHINES
@given(st.data())
def test_a_state_that_was_stored_in_between_goes_on_like_one_that_was_not(data: st.DataObject) -> None:
    form = script(*data.draw(forms(is_forward=True)))
    logic = Logic.of(form)
    state = RunState(logic)
    walk, _ = drawn_run(data, form, state)
    loaded = RunState.from_json(logic, state.to_json())
    assert stored(loaded) == stored(state)
    if walk.cursor is None or walk.cursor.type in NON_ANSWERABLE:
        return
    checked = drawn_reply(data, walk.cursor)
    later = state.timestamp + timedelta(days=400)
    walks = []
    for each in (state, loaded):
        each.at(later, "UTC")
        variables = dict(walk.variables)
        walks.append(
            flow.answer(form, walk.cursor, checked, variables, repeat_from=None, limit=LIMIT, rules=each)
        )
    assert walks[0].cursor == walks[1].cursor
    assert repr(walks[0].variables) == repr(walks[1].variables)
    assert stored(loaded) == stored(state)


@ON_BUSY_MACHINES
@given(st.data())
def test_answers_in_the_order_of_the_frontend_lead_to_the_state_of_all_answers_at_once(
    data: st.DataObject,
) -> None:
    form = script(*data.draw(forms(is_forward=True)))
    logic = Logic.of(form)
    state = RunState(logic)
    asked = [question for question in form.questions if question.type not in NON_ANSWERABLE]
    clock = AT
    for _ in range(data.draw(st.integers(1, 8)) if asked else 0):
        clock += timedelta(days=data.draw(st.sampled_from([0, 400])))
        state.at(clock, "UTC")
        question = data.draw(st.sampled_from(asked))
        state.answered(question, drawn_reply(data, question))
        variables, _ = led_by_frontend.recompute(state)
        whole = RunState(logic)
        whole.at(clock, "UTC")
        for pk in data.draw(st.permutations([*state.given])):
            whole.put(form.questions_by_id[pk], state.given[pk])
        expected, _ = led_by_frontend.recompute(whole)
        assert repr(variables) == repr(expected)
        assert repr(sorted(state.values().items())) == repr(sorted(whole.values().items()))
        assert state.hidden == whole.hidden


@ON_BUSY_MACHINES
@given(st.data())
def test_a_survey_whose_items_come_change_and_go_has_the_state_of_its_answers(data: st.DataObject) -> None:
    described, groups = data.draw(forms(is_forward=False))
    form = script(described, groups)
    asked = [question for question in form.questions if question.type not in NON_ANSWERABLE]
    given: dict[int, GivenAnswer] = {}
    clock = AT
    for _ in range(data.draw(st.integers(1, 10)) if asked else 0):
        clock += timedelta(days=data.draw(st.sampled_from([0, 400])))
        question = data.draw(st.sampled_from(asked))
        if question.id in given and data.draw(st.booleans()):
            del given[question.id]
        else:
            given[question.id] = GivenAnswer.of(drawn_reply(data, question), clock)
        found = TypedState.of(Logic.of(form), Inputs(given, clock))
        # As after a restart: another script, and answers as they are stored.
        other = script(described, groups)
        loaded = {pk: reloaded(form.questions_by_id[pk], given[pk]) for pk in sorted(given)}
        assert shown(found) == shown(TypedState.of(Logic.of(other), Inputs(loaded, clock)))


def reloaded(question: Question, answer: GivenAnswer) -> GivenAnswer:
    found = given_from_json(question, given_to_json(question, answer))
    assert found is not None
    return found


def shown(state: TypedState) -> str:
    parts = (state.visibility, state.completed, state.values, state.problems, state.variables, state.failures)
    return repr(parts)
