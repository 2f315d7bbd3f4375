"""Visible questions, completeness and variables of surveys."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.expressions import ExpressionError, evaluate
from chat_api.engine.numbers import to_int
from chat_api.engine.script import NON_ANSWERABLE, Script
from chat_api.engine.survey import survey_state
from tests.engine.scripts import cases, script, survey_variables
from tests.engine.strategies import walkable_scripts

pytestmark = pytest.mark.sqlite_only


def chosen_ids(survey: Script, answered: dict[int, list[int]]) -> dict[int, tuple[int, ...]]:
    questions = {qid: survey.questions_by_qid[qid] for qid in answered}
    return {
        questions[qid].id: tuple(questions[qid].answers[number - 1].id for number in numbers)
        for qid, numbers in answered.items()
    }


@pytest.mark.parametrize("case", cases("visibility"), ids=lambda case: case["rule"])
def test_survey_state(case):
    survey = script(case["script"])
    state = survey_state(survey, chosen_ids(survey, case.get("answered", {})))
    assert list(state.visibility) == case["visible"]
    assert state.completed is case["completed"]
    assert [failure.source for failure in state.failures] == case.get("failed", [])


def test_script_without_questions_has_no_state():
    assert survey_state(script([]), {}) is None


def test_variables_are_set_by_visible_questions_only():
    survey = script(
        [
            {"type": "choice", "mods": [["x", "5"]], "answers": [{"next": 2, "mods": [["x", "x * 2"]]}]},
            {"type": "fork", "rules": [["3", "1"]], "mods": [["y", "1"]]},
            {"mods": [["x", "x + 1"]]},
            {"mods": [["x", "99"]]},
        ]
    )
    assert survey_variables(survey, {}) == {"x": 5}
    assert survey_variables(survey, chosen_ids(survey, {1: [1]})) == {"x": 11, "y": 1}
    assert survey_variables(script([]), {}) == {}


def test_answer_of_another_question_is_ignored():
    survey = script(
        [{"type": "choice", "answers": [{"id": 1, "next": 2}]}, {"type": "choice", "answers": [{"id": 2}]}]
    )
    assert survey_state(survey, {survey.questions[0].id: (2, 99)}).visibility == (1,)


def test_long_chain_of_questions_needs_no_recursion():
    survey = script([{"next": qid + 1} for qid in range(1, 3001)])
    assert survey_state(survey, {}).visibility == tuple(range(1, 3001))


def test_modification_is_reevaluated_only_after_its_variables_change(monkeypatch):
    evaluated = Counter()

    def counting(source, variables):
        evaluated[source] += 1
        return evaluate(source, variables)

    monkeypatch.setattr("chat_api.engine.survey.walk.evaluate", counting)
    # Each fork at the end leads to one at the beginning, and back; the second question precedes all of them.
    forks = [{"type": "fork", "rules": [[str(150 + qid), "not x"]]} for qid in range(3, 51)]
    steps = [{"mods": [["x", f"x + {qid}"]], "next": qid + 1} for qid in range(51, 151)]
    back = [{"type": "fork", "rules": [[str(qid - 149), "x"]]} for qid in range(151, 200)]
    survey = script(
        [
            {"next": 51},
            {"mods": [["y", "y + 1"]], "next": 152},
            *forks,
            *steps,
            *back,
            {"mods": [["z", "x + y"]]},
        ]
    )
    assert survey_variables(survey, {}) == {"x": sum(range(51, 151)), "y": 1, "z": sum(range(51, 151)) + 1}
    assert set(evaluated.values()) == {1}
    assert survey_state(survey, {}).visibility == tuple(range(1, 201))


class ReferenceSurvey:
    """A straightforward implementation of the same rules that recomputes everything at each step."""

    def __init__(self, survey: Script, answered: dict[int, tuple[int, ...]]) -> None:
        self.survey, self.answered = survey, answered
        self.visible = {survey.questions[0].qid}

    def state(self) -> tuple[list[int], bool]:
        self.follow()
        evaluated: set[int] = set()
        while forks := [q for q in self.in_order() if q.type == "fork" and q.qid not in evaluated]:
            evaluated.add(forks[0].qid)
            self.show([self.target(forks[0])])
            self.follow()
        required = [q for q in self.in_order() if q.required and q.type not in NON_ANSWERABLE]
        return [q.qid for q in self.in_order()], all(q.id in self.answered for q in required)

    def in_order(self):
        return [question for question in self.survey.questions if question.qid in self.visible]

    def chosen(self, question):
        offered = {answer.id: answer for answer in question.answers}
        return [offered[pk] for pk in self.answered.get(question.id, ()) if pk in offered]

    def show(self, qids):
        self.visible.update(qid for qid in qids if self.survey.questions_by_qid.get(qid))

    def follow(self):
        before = 0
        while before != len(self.visible):
            before = len(self.visible)
            for question in self.in_order():
                if question.type != "fork":
                    self.show([question.next_qid, *(answer.next_qid for answer in self.chosen(question))])

    def variables_before(self, fork):
        variables: dict[str, float] = {}
        earlier = [q for q in self.in_order() if q.position <= fork.position]
        owners = [owner for question in earlier for owner in (question, *self.chosen(question))]
        for modification in (m for owner in owners for m in owner.modifications):
            try:
                variables[modification.name] = evaluate(modification.expression, variables)
            except ExpressionError:
                continue
        return variables

    def target(self, fork):
        variables = self.variables_before(fork)
        for rule in fork.rules:
            try:
                if evaluate(rule.condition, variables):
                    return to_int(evaluate(rule.target, variables))
            except ExpressionError:
                continue
        return -1


@given(walkable_scripts(), st.data())
def test_state_equals_reference_implementation(described, data):
    survey = script(described)
    answered = {
        question.id: tuple(
            data.draw(st.lists(st.sampled_from([a.id for a in question.answers]), unique=True))
        )
        if question.answers
        else ()
        for question in survey.questions
        if question.type not in NON_ANSWERABLE and data.draw(st.booleans())
    }
    state = survey_state(survey, answered)
    assert (list(state.visibility), state.completed) == ReferenceSurvey(survey, answered).state()
