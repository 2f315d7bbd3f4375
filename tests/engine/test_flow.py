"""The flow of scripts: which questions are asked, in which order, and where a script ends."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine import flow, flow_events
from chat_api.engine.expressions import evaluate
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.script import Script, parse_modifications, parse_rules
from tests.engine.scripts import cases, script
from tests.engine.strategies import walkable_scripts

pytestmark = pytest.mark.sqlite_only

LIMIT = 50


def shown(event: flow_events.Event, script: Script) -> str:
    match event:
        case flow_events.Asked(question, predecessor):
            return f"ask {question.qid} after {predecessor.qid if predecessor is not None else 'nothing'}"
        case flow_events.AnswerModified(answer):
            return f"answered {answer.position}"
        case flow_events.ForkPassed(question):
            return f"fork {question.qid}"
        case flow_events.Finished():
            return "end"
        case flow_events.Restarted():
            return "restart"
        case flow_events.Broken(reason, qid):
            return f"{reason} {qid}" if qid is not None and qid >= 0 else reason
        case flow_events.EvaluationFailed(_, source):
            return f"failed {source}"


def walk_of(case: dict[str, Any], walked: Script) -> flow_events.Walk:
    variables = {name: float(value) for name, value in case.get("variables", {}).items()}
    options = {"repeat_from": case.get("repeat"), "limit": case.get("limit", LIMIT)}
    if "start" in case:
        return flow.start(walked, at=case["start"], variables=variables, **options)
    question = walked.questions_by_qid[case["answer"]]
    chosen = tuple(question.answers[number - 1] for number in case.get("chosen", ()))
    checked = None if case.get("confirmed") else CheckedReply("", chosen)
    modes = {name: case[name] for name in ("silently", "stay") if name in case}
    return flow.answer(walked, question, checked, variables, **options, **modes)


@pytest.mark.parametrize("case", cases("flow"), ids=lambda case: case["rule"])
def test_walk_through_script(case):
    walked = script(case["script"])
    walk = walk_of(case, walked)
    assert [shown(event, walked) for event in walk.events] == case["events"]
    assert (walk.cursor.qid if walk.cursor else None) == case.get("cursor")
    assert walk.outcome == case["outcome"]
    assert walk.variables == case.get("variables_after", {})


def test_question_is_asked_with_its_own_modifications_applied():
    walked = script(
        [{"type": "message", "next": 2, "mods": [["x", "1"]]}, {"next": -1, "mods": [["x", "x + 1"]]}]
    )
    walk = flow.start(walked, at=None, variables={}, repeat_from=None, limit=LIMIT)
    assert [event.variables for event in walk.events] == [{"x": 1}, {"x": 2}]
    assert [[m.name for m in event.modifications] for event in walk.events] == [["x"], ["x"]]


def test_event_lists_only_successful_modifications():
    walked = script([{"next": -1, "mods": [["x", "1 / 0"], ["y", "2"]]}])
    walk = flow.start(walked, at=None, variables={}, repeat_from=None, limit=LIMIT)
    assert [m.name for m in walk.events[0].modifications] == ["y"]


def test_finished_event_has_variables_before_repetition_clears_them():
    walked = script([{"next": -1}])
    walk = flow.answer(walked, walked.questions[0], CheckedReply("x"), {"x": 3.0}, repeat_from=1, limit=LIMIT)
    assert walk.events[0] == flow_events.Finished({"x": 3.0})
    assert walk.variables == {}


def test_given_variables_are_not_mutated():
    walked = script([{"next": -1, "mods": [["x", "5"]]}])
    given = {"x": 1.0}
    flow.start(walked, at=None, variables=given, repeat_from=None, limit=LIMIT)
    assert given == {"x": 1.0}


def test_script_without_questions_is_finished():
    walk = flow.start(script([]), at=None, variables={}, repeat_from=None, limit=LIMIT)
    assert (walk.outcome, walk.cursor) == ("finished", None)


def test_skip_to_stops_at_first_waiting_question_without_effects():
    walked = script([{"type": "message", "next": 2, "mods": [["x", "1"]]}, {"type": "control", "next": -1}])
    walk = flow.skip_to(walked, 1, {}, limit=LIMIT)
    assert (walk.events, walk.cursor, walk.variables) == ((), walked.questions[1], {})


def test_single_question_is_asked():
    (question,) = script([{"next": 2, "mods": [["x", "x + 1"], ["y", "1 / 0"]]}]).questions
    asked, variables, failures = flow.ask_now(question, {"x": 1.0})
    assert (asked.question, asked.predecessor, variables) == (question, None, {"x": 2.0})
    assert [failure.source for failure in failures] == ["1 / 0"]


def test_variables_are_recomputed_from_logged_modifications():
    assert flow.recompute([[["x", "1"]], [["x", "x + 1"], ["y", "x"]]]) == {"x": 2.0, "y": 2.0}
    assert flow.recompute([]) == {}
    assert flow.recompute([None, "x", [["x"]], [["x", "1 / 0"]], [["y", "1"]]]) == {"y": 1.0}


@pytest.mark.parametrize(
    "raw", [None, "x", 5, {}, {"a": "b"}, [1], [[]], [["x"]], [[None, "1"]], [["x", ["1"]]]]
)
def test_malformed_pairs_are_skipped(raw):
    assert parse_modifications(raw) == parse_rules(raw) == ()


def test_script_looks_up_questions():
    walked = script([{"group": 1}, {"group": 2, "qid": 8}, {"group": 2}])
    first, second, _ = walked.questions
    assert walked.first is first
    assert (walked.questions_by_qid.get(8), walked.questions_by_id.get(second.id)) == (second, second)
    assert (walked.questions_by_qid.get(9), walked.questions_by_id.get(9)) == (None, None)
    assert walked.first_of_group(2) is second
    assert walked.first_of_group(3) is None


@given(walkable_scripts(), st.integers(0, 8), st.sampled_from([None, 1]))
def test_walk_ends_for_any_script(described, at, repeat):
    walked = script(described)
    walk = flow.start(walked, at=at, variables={}, repeat_from=repeat, limit=LIMIT)
    asked = [event.question for event in walk.events if isinstance(event, flow_events.Asked)]
    assert len(asked) <= LIMIT + 1
    assert (walk.cursor is None) == (walk.outcome != "waiting")
    if walk.cursor is not None:
        assert asked[-1] is walk.cursor
        assert walk.cursor.type not in ("message", "fork")
    variables: dict[str, float] = {}
    for event in walk.events:
        match event:
            case flow_events.Restarted():
                variables = {}
            case flow_events.Asked(modifications=done):
                for modification in done:
                    variables[modification.name] = event.variables[modification.name]
                assert event.variables == variables
            case flow_events.ForkPassed(modifications=done):
                for modification in done:
                    variables[modification.name] = evaluate(modification.expression, variables)
    assert walk.variables == variables
