"""Continuing the state of a survey gives the state computed from all answers, and costs what the change affects."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.expressions import evaluate_compiled
from chat_api.engine.script import NON_ANSWERABLE, Script
from chat_api.engine.survey import SurveyState
from chat_api.engine.survey.forward import ForwardState
from chat_api.engine.survey.plan import Plan
from chat_api.engine.survey.walk import WalkedState
from tests.engine.scripts import script
from tests.engine.strategies import forward_scripts, walkable_scripts

pytestmark = pytest.mark.sqlite_only

Changes = dict[int, tuple[int, ...] | None]


def shown(state: Any) -> tuple[Any, ...]:
    """Return all that a state says; zeros with their sign."""
    return (state.visibility, state.completed, state.failures, repr(sorted(state.variables.items())))


def drawn_changes(data: st.DataObject, survey: Script) -> Changes:
    """Draw answers to some questions, and removals of answers."""
    changes: Changes = {}
    for question in survey.questions:
        if question.type in NON_ANSWERABLE or not data.draw(st.booleans()):
            continue
        ids = [answer.id for answer in question.answers]
        chosen = st.lists(st.sampled_from(ids), unique=True).map(tuple) if ids else st.just(())
        changes[question.id] = data.draw(st.one_of(st.none(), chosen))
    return changes


def answered_after(changes: list[Changes]) -> dict[int, tuple[int, ...]]:
    answered: Changes = {}
    for change in changes:
        answered |= change
    return {pk: chosen for pk, chosen in answered.items() if chosen is not None}


@given(st.one_of(forward_scripts(), walkable_scripts()), st.data())
def test_continued_state_is_the_one_computed_from_scratch(
    described: list[dict[str, Any]], data: st.DataObject
) -> None:
    survey = script(described)
    state, changes = SurveyState(survey, {}), []
    for _ in range(data.draw(st.integers(1, 6))):
        changes.append(drawn_changes(data, survey))
        state.apply(changes[-1])
        answered = answered_after(changes)
        assert shown(state) == shown(SurveyState(survey, answered))
        assert state.visible_ids == SurveyState(survey, answered).visible_ids


@given(forward_scripts(), st.data())
def test_state_in_order_of_position_is_that_of_a_walk(
    described: list[dict[str, Any]], data: st.DataObject
) -> None:
    survey = script(described)
    assert Plan.of(survey).is_forward
    answered = answered_after([drawn_changes(data, survey)])
    found, expected = ForwardState(Plan.of(survey), answered), WalkedState(survey, answered)
    assert shown(found)[:2] == shown(expected)[:2]
    assert found.variables == expected.variables
    assert set(found.failures) == set(expected.failures)


def test_fork_that_computes_an_earlier_target_is_walked() -> None:
    survey = script(
        [
            {"type": "choice", "answers": [{"next": 3, "mods": [["x", "2"]]}, {"next": 3}]},
            {"mods": [["y", "1"]], "next": -1},
            {"type": "fork", "rules": [["x", "x"], ["4", "1"]]},
            {},
        ]
    )
    back, on = (answer.id for answer in survey.questions[0].answers)
    state = SurveyState(survey, {})
    for chosen, visible in (((on,), (1, 3, 4)), ((back,), (1, 2, 3)), ((on,), (1, 3, 4)), (None, (1,))):
        state.apply({survey.questions[0].id: chosen})
        assert state.visibility == visible


def chain(questions: int) -> Script:
    """Choices that add to a score, with a fork at every tenth; each leads to the next one."""
    described: list[dict[str, Any]] = []
    for qid in range(1, questions + 1):
        if qid % 10 == 0:
            described.append({"type": "fork", "rules": [["-1", "score < 0"], [str(qid + 1), "1"]]})
        else:
            described.append(
                {"type": "choice", "answers": [{"next": qid + 1, "mods": [["score", "score + 1"]]}]}
            )
    return script(described)


@pytest.mark.parametrize("questions", [50, 1_000])
def test_an_answer_evaluates_only_what_it_affects(questions: int, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated: list[object] = []

    def counting(compiled: Any, variables: Any) -> float:
        evaluated.append(compiled)
        return evaluate_compiled(compiled, variables)

    monkeypatch.setattr("chat_api.engine.survey.forward.evaluate_compiled", counting)
    survey = chain(questions)
    state = SurveyState(survey, {})
    most = 0
    for question in survey.questions:
        if question.type == "fork":
            continue
        evaluated.clear()
        state.apply({question.id: (question.answers[0].id,)})
        most = max(most, len(evaluated))
    # Its own modification, and the two rules of the fork after it.
    assert most == 3
    assert state.variables == {"score": questions * 0.9}
    assert len(state.visibility) == questions
