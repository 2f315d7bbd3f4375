"""Answers and the time change what was answered before: it is evaluated when something reads it, and no sooner."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat_api.engine import flow
from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.language import FUNCTIONS
from chat_api.engine.flow_events import Walk
from chat_api.engine.given_answers import GivenAnswer
from chat_api.engine.logic import Logic
from chat_api.engine.question_types.base import SKIPPED, CheckedReply
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.replay import Asking, Replayed, replay
from chat_api.engine.rounds import Part
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Question, Script
from chat_api.engine.script_source import RawGroup
from tests.engine.clocked_scripts import clocked_scripts
from tests.engine.evaluations import evaluations
from tests.engine.scripts import script

pytestmark = pytest.mark.sqlite_only

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
LIMIT = 60
ON_BUSY_MACHINES = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def step(form: Script, state: RunState, walk: Walk, checked: CheckedReply) -> Walk:
    assert walk.cursor is not None
    return flow.answer(
        form,
        walk.cursor,
        checked,
        walk.variables,
        repeat_from=None,
        limit=LIMIT,
        rules=state,
        skip=checked.is_skipped,
    )


def begun(form: Script, state: RunState) -> Walk:
    state.at(AT, "UTC")
    return flow.start(form, at=None, variables={}, repeat_from=None, limit=LIMIT, rules=state)


def drawn_reply(data: st.DataObject, question: Question) -> CheckedReply:
    if data.draw(st.integers(0, 7)) == 0:
        return SKIPPED
    if not question.answers:
        return CheckedReply("", value=data.draw(st.integers(0, 3)))
    chosen = (data.draw(st.sampled_from(question.answers)),)
    return CheckedReply("", chosen, value=question_type(question.type).value_of(chosen))


def stored(state: RunState) -> dict[str, Any]:
    lists = {name: values for name, values in state.environment({}).instances.items() if values}
    document = {**state.to_json(), "values": repr(sorted(state.values().items())), "lists": lists}
    document["given"].sort(key=lambda each: (each["question"], each.get("instance", 0)))
    document.get("rounds", {"parts": []})["parts"].sort(key=lambda each: each["number"])
    return document


@ON_BUSY_MACHINES
@given(st.data())
def test_replayed_run_equals_the_one_that_was_evaluated_and_stored_at_each_step(data: st.DataObject) -> None:
    form = data.draw(clocked_scripts())
    logic = Logic.of(form)
    state, clock, zone = RunState(logic), AT, "UTC"
    walk, askings = begun(form, state), list[Asking]()
    while (question := walk.cursor) is not None and len(askings) < 25:
        clock += timedelta(hours=data.draw(st.sampled_from([0, 1, 13, 24, 60])))
        zone = data.draw(st.sampled_from([zone, zone, zone, "UTC", "Pacific/Auckland"]))
        state.at(clock, zone)
        checked = drawn_reply(data, question)
        instance = state.round_of(question)
        asking = Asking(
            question.id, GivenAnswer.of(checked, clock, zone), asked=len(askings), instance=instance
        )
        askings.append(asking)
        walk = step(form, state, walk, checked)
        document = state.to_json()
        if data.draw(st.booleans()):
            before, state = state, RunState.from_json(logic, document)
            assert stored(state) == stored(before)
    again = RunState(logic)
    again.at(AT, "UTC")
    found = replay(form, again, askings, at=None, limit=LIMIT)
    assert [asking.asked for asking in found.used] == [asking.asked for asking in askings]
    assert (found.walk.cursor, repr(found.walk.variables)) == (walk.cursor, repr(walk.variables))
    assert stored(again) == stored(state)
    for each in (state, again):
        each.at(clock + timedelta(days=1), zone)
    assert stored(again) == stored(state)
    assert_evaluated_now(again)


def assert_evaluated_now(state: RunState) -> None:
    """Check that each condition without variables is that of the answers and the time as they are now."""
    state.settle()
    rounds = state.rounds
    assert rounds is not None
    parts: list[tuple[Any, int, Part]] = [(None, 0, state), *rounds.begun()]
    for group, number, part in parts:
        rounds.show(group, number)
        environment = state.environment({})
        for pk in (*part.given, *part.calculated):
            conditions = state.logic.conditions(state.logic.script.questions_by_id[pk])
            if conditions and not any(each.reads_variables for each in conditions):
                is_shown = all(each.value_or_empty(environment) for each in conditions)
                assert is_shown is (pk not in part.hidden)


def rounds_of_four(rounds: int, condition: str) -> tuple[Script, list[Asking]]:
    """Return a script of four questions a round, and an answer a minute to each of them."""
    described: list[dict[str, Any]] = [{"name": "n", "type": "int", "next": 2}]
    for place in range(1, 5):
        shown = condition if place == 1 else f"{condition} and a{place - 1} > 0 and a1 > 0"
        described.append(
            {"name": f"a{place}", "type": "int", "group": 9, "show_if": shown, "next": place + 2}
        )
    described.append({"name": "end"})
    form = script(described, [RawGroup(id=9, position=1, key="g", repeat={"count": "n"})])
    askings = [Asking(form.questions[0].id, GivenAnswer(value=rounds, timestamp=AT))]
    for number in range(1, rounds + 1):
        for question in form.questions[1:5]:
            given_at = AT + timedelta(minutes=len(askings))
            askings.append(Asking(question.id, GivenAnswer(value=1, timestamp=given_at), instance=number))
    return form, askings


def replayed(form: Script, askings: list[Asking]) -> tuple[Replayed, RunState]:
    """Replay the answers; the time of the state is three days later."""
    state = RunState(Logic.of(form))
    state.at(AT, "UTC")
    found = replay(form, state, askings, at=None, limit=LIMIT)
    state.at(AT + timedelta(days=3), "UTC")
    state.settle()
    return found, state


@pytest.mark.parametrize(
    "condition", ['today() > date("2026-01-01")', "year(today()) > 2000", "year(now()) > 2000"]
)
def test_replay_evaluates_each_answer_a_bounded_number_of_times(condition: str) -> None:
    for rounds in (5, 50):
        with evaluations() as sources:
            form, askings = rounds_of_four(rounds, condition)
            found, state = replayed(form, askings)
        assert found.walk.cursor is not None
        assert found.walk.cursor.name == "end"
        assert state.environment({}).instances["g.a4"] == (1,) * rounds
        assert len(askings) <= len(sources) <= 4 * len(askings)


def test_time_of_the_same_day_evaluates_no_rules_of_dates() -> None:
    with evaluations() as sources:
        _, state = replayed(*rounds_of_four(3, "year(today()) > 2000"))
        later = RunState.from_json(state.logic, state.to_json())
        sources.clear()
        later.at(state.timestamp + timedelta(hours=1), "UTC")
        later.settle()
        assert sources == []
        later.at(state.timestamp + timedelta(days=1), "UTC")
        later.settle()
        assert sources


#: Arguments that functions take, by their number.
ARGUMENTS = [(), (date(2026, 2, 1),), (date(2026, 2, 1), date(2026, 4, 4)), (date(2026, 2, 1), 2)]


@pytest.mark.parametrize("name", sorted(name for name, each in FUNCTIONS.items() if each.reads_clock))
def test_only_now_reads_the_time_of_the_day(name: str) -> None:
    environments = [
        Environment(timestamp=datetime.combine(AT.date(), at, tzinfo=UTC)) for at in (time(1), time(23))
    ]

    def called(environment: Environment, *values: Any) -> Any:
        try:
            return FUNCTIONS[name].call(name, environment, [*values], {})
        except (ExpressionError, TypeError, IndexError) as error:
            return type(error)

    first, second = ([called(each, *values) for values in ARGUMENTS] for each in environments)
    assert (first == second) is (name != "now")


LOOP: list[dict[str, Any]] = [
    {"name": "n", "type": "int", "next": 2},
    {"name": "early", "type": "int", "show_if": "count(g.age) == 0", "next": 3},
    {"name": "age", "type": "int", "group": 9, "next": 4},
    {"name": "again", "type": "choice", "answers": [{"value": True, "next": 3}]},
]


def test_answer_that_reads_rounds_follows_when_the_group_is_entered_again() -> None:
    form = script(LOOP, [RawGroup(id=9, position=1, key="g", repeat={"count": "n"})])
    state = RunState(Logic.of(form))
    walk = begun(form, state)
    for value in (1, 7, 30):
        walk = step(form, state, walk, CheckedReply("", value=value))
    assert state.values() == {"n": 1}
    answers = form.questions[3].answers
    step(form, state, walk, CheckedReply("", answers, value=True))
    assert state.values() == {"n": 1, "early": 7, "again": True}


@pytest.mark.parametrize("condition", ["old < 5", 'today() < date("2026-05-05")'], ids=["through", "itself"])
def test_answer_after_its_condition_has_ended_counts_until_the_next_change(condition: str) -> None:
    form = script(
        [
            {"type": "calculation", "name": "old", "calculate": "day(today())", "next": 2},
            {"name": "a", "type": "int", "show_if": condition, "next": 3},
            {"name": "b", "type": "int"},
        ]
    )
    state = RunState(Logic.of(form))
    walk = begun(form, state)
    late = AT + timedelta(days=1)
    state.at(late, "UTC")
    step(form, state, walk, CheckedReply("", value=1))
    for each in (state, RunState.from_json(state.logic, state.to_json())):
        assert each.values() == {"old": 5, "a": 1}
        each.at(late + timedelta(hours=1), "UTC")
        assert each.values() == {"old": 5}


def test_questions_that_read_one_another_in_a_circle_are_evaluated_at_each_change() -> None:
    """The checker reports circles; scripts with one go on as their answers come."""
    form = script(
        [
            {"name": "a", "type": "int", "show_if": "b == empty or day(today()) > 4", "next": 2},
            {"name": "b", "type": "int", "show_if": "a == empty or day(today()) < 5 or a > 0", "next": 3},
            {"name": "c", "type": "int"},
        ]
    )
    state = RunState(Logic.of(form))
    walk = step(form, state, begun(form, state), CheckedReply("", value=1))
    step(form, state, walk, CheckedReply("", value=2))
    assert state.values() == {"b": 2}
    state.at(AT + timedelta(days=1), "UTC")
    assert state.values() == {"a": 1, "b": 2}
