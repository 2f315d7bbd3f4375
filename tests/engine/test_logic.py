"""Expressions of a script are compiled where they stand, and ordered by what they read."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.logic import Logic
from chat_api.engine.script import Group, Modification, Question, QuestionType, Repeat, Script

pytestmark = pytest.mark.sqlite_only


def question(qid: int, **columns: Any) -> Question:
    return Question(id=qid, qid=qid, position=qid, type=QuestionType.INT, text="", name=f"n{qid}", **columns)


def logic_of(*questions: Question, groups: tuple[Group, ...] = (), roots: tuple[str, ...] = ()) -> Logic:
    return Logic.of(Script.build(questions, groups=groups), frozenset(roots))


def test_questions_come_after_what_their_conditions_and_calculations_read() -> None:
    logic = logic_of(
        question(1, show_if="n3 > 0"), question(2), question(3, calculate="n4 + n2"), question(4)
    )
    assert logic.in_order() == (1, 3, 2, 0)


def test_circle_is_in_order_of_position_after_the_rest() -> None:
    logic = logic_of(
        question(1, show_if="n2"), question(2, show_if="n1"), question(3), question(4, show_if="n4")
    )
    assert logic.in_order() == (2, 3, 0, 1)


def test_group_s_condition_comes_before_the_question_s() -> None:
    group = Group(id=9, position=1, show_if="n2")
    logic = logic_of(question(1, show_if="n3", group_id=9), question(2), question(3), groups=(group,))
    first, second, _ = logic.script.questions
    assert [formula.source for formula in logic.conditions(first)] == ["n2", "n3"]
    assert logic.conditions(second) == ()


def test_repeated_name_is_one_value_inside_its_group_and_a_list_outside() -> None:
    group = Group(id=9, position=1, key="meds", repeat=Repeat())
    logic = logic_of(question(1, group_id=9), question(2), groups=(group,))
    inside, outside = logic.script.questions
    environment = Environment(answers={"n1": 2.0}, instances={"meds.n1": (1.0, 2.0)})
    assert logic.formula("n1 + 1", inside).value(environment) == 3
    assert logic.formula("sum(meds.n1)", outside).value(environment) == 3
    with pytest.raises(ExpressionError, match=r"meds\.n1"):
        logic.formula("n1 + 1", outside).value(environment)


def test_variables_win_over_words_and_roots_belong_to_the_host() -> None:
    sets_empty = question(1, modifications=(Modification("empty", "1"),))
    logic = logic_of(sets_empty, roots=("patient",))
    environment = Environment(variables={"empty": 4.0}, context={"patient.age": 40.0})
    assert logic.formula("empty + patient.age").value(environment) == 44


def test_invalid_expression_has_its_reason_each_time() -> None:
    logic = logic_of(question(1))
    for _ in range(2):
        with pytest.raises(ExpressionError, match="nothing is called ghost"):
            logic.formula("ghost.age").value(Environment())


def test_logic_is_kept_with_the_script_and_compiles_an_expression_once() -> None:
    logic = logic_of(question(1))
    assert Logic.of(logic.script) is logic
    assert logic.formula("n1 + 1") is logic.formula("n1 + 1")
