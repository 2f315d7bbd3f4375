"""What a survey shows, and when it is complete."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.engine.expressions import ExpressionError, evaluate
from chat_api.engine.numbers import whole
from chat_api.engine.script import NON_ANSWERABLE, Script
from chat_api.engine.survey import survey_state, survey_variables
from tests.engine.scripts import cases, script
from tests.engine.strategies import walkable_scripts


def chosen_ids(survey: Script, answered: dict[int, list[int]]) -> dict[int, tuple[int, ...]]:
    questions = {qid: survey.questions_by_qid[qid] for qid in answered}
    return {
        questions[qid].id: tuple(questions[qid].answers[number - 1].id for number in numbers)
        for qid, numbers in answered.items()
    }


@pytest.mark.parametrize("case", cases("visibility"), ids=lambda case: case["rule"])
def test_a_survey_shows_what_its_answers_lead_to(case):
    survey = script(case["script"])
    state = survey_state(survey, chosen_ids(survey, case.get("answered", {})))
    assert list(state.visibility) == case["visible"]
    assert state.completed is case["completed"]
    assert [failure.source for failure in state.failures] == case.get("failed", [])


def test_a_schema_without_questions_has_no_state():
    assert survey_state(script([]), {}) is None


def test_the_variables_of_a_survey_are_those_of_what_is_visible():
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


def test_the_answer_of_another_question_leads_nowhere():
    survey = script(
        [{"type": "choice", "answers": [{"id": 1, "next": 2}]}, {"type": "choice", "answers": [{"id": 2}]}]
    )
    assert survey_state(survey, {survey.questions[0].id: (2, 99)}).visibility == (1,)


def test_a_thousand_questions_in_a_row_are_no_depth():
    survey = script([{"next": qid + 1} for qid in range(1, 3001)])
    assert survey_state(survey, {}).visibility == tuple(range(1, 3001))


def test_a_modification_is_evaluated_again_only_if_something_that_it_reads_changed(monkeypatch):
    evaluated = Counter()

    def counted(source, variables):
        evaluated[source] += 1
        return evaluate(source, variables)

    monkeypatch.setattr("chat_api.engine.survey.evaluate", counted)
    # Every fork among the last leads to one among the first, and back; one step is added before all.
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


class Plainly:
    """The same, word by word as the rules say it, computing everything anew at each step."""

    def __init__(self, survey: Script, answered: dict[int, tuple[int, ...]]) -> None:
        self.survey, self.answered = survey, answered
        self.visible = {survey.questions[0].qid}

    def state(self) -> tuple[list[int], bool]:
        self.follow()
        taken: set[int] = set()
        while forks := [q for q in self.in_order() if q.type == "fork" and q.qid not in taken]:
            taken.add(forks[0].qid)
            self.show([self.target(forks[0])])
            self.follow()
        to_answer = [q for q in self.in_order() if q.required and q.type not in NON_ANSWERABLE]
        return [q.qid for q in self.in_order()], all(q.id in self.answered for q in to_answer)

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
        pool: dict[str, float] = {}
        earlier = [q for q in self.in_order() if q.position <= fork.position]
        carriers = [carrier for question in earlier for carrier in (question, *self.chosen(question))]
        for modification in (m for carrier in carriers for m in carrier.modifications):
            try:
                pool[modification.name] = evaluate(modification.expression, pool)
            except ExpressionError:
                continue
        return pool

    def target(self, fork):
        pool = self.variables_before(fork)
        for rule in fork.rules:
            try:
                if evaluate(rule.condition, pool):
                    return whole(evaluate(rule.target, pool))
            except ExpressionError:
                continue
        return -1


@given(walkable_scripts(), st.data())
def test_the_quick_way_gives_what_the_plain_way_gives(described, data):
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
    assert (list(state.visibility), state.completed) == Plainly(survey, answered).state()
