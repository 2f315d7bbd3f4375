"""Validation by `Question.clean` and `Answer.clean`."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from chat_api.schemas.models import Answer, Question
from tests.factories import draft_schema

pytestmark = pytest.mark.django_db


def errors_of(row: Any) -> set[str]:
    try:
        row.clean()
    except ValidationError as refused:
        return set(refused.message_dict)
    return set()


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"type": "text"}, set()),
        ({"type": "text", "next_qid": 0}, set()),
        ({"type": "text", "next_qid": None}, {"next_qid"}),
        ({"type": "control", "next_qid": None}, {"next_qid"}),
        ({"type": "choice", "next_qid": None}, set()),
        ({"type": "multichoice", "next_qid": None}, set()),
        ({"type": "range", "range_from": 0, "range_to": 1}, set()),
        ({"type": "range", "range_from": -1, "range_to": 0}, set()),
        ({"type": "range"}, {"range_from", "range_to"}),
        ({"type": "range", "range_from": 0}, {"range_to"}),
        ({"type": "range", "range_to": 0}, {"range_from"}),
        ({"type": "range", "range_from": 1, "range_to": 1}, {"range_to"}),
        ({"type": "choice", "choice_open": True}, set()),
        ({"type": "multichoice", "choice_open": True}, set()),
        ({"type": "text", "choice_open": True}, {"choice_open"}),
        ({"type": "fork", "next_qid": None, "forking_rules": [["2", "x > 1"], ["x + 1", "1"]]}, set()),
        ({"type": "fork", "next_qid": None, "forking_rules": []}, {"forking_rules"}),
        ({"type": "fork", "forking_rules": [["2"]]}, {"forking_rules"}),
        ({"type": "fork", "forking_rules": [["2", "1", "1"]]}, {"forking_rules"}),
        ({"type": "fork", "forking_rules": [[2, "1"]]}, {"forking_rules"}),
        ({"type": "fork", "forking_rules": ["21"]}, {"forking_rules"}),
        ({"type": "fork", "forking_rules": {"2": "1"}}, {"forking_rules"}),
        ({"type": "fork", "forking_rules": [["2", "x >"]]}, {"forking_rules"}),
        ({"type": "fork", "forking_rules": [["x.y", "1"]]}, {"forking_rules"}),
        ({"type": "text", "forking_rules": [["2", "1"]]}, {"forking_rules"}),
        ({"variable_modifications": [["x", "x + 1"], ["y_2", "x * 2"]]}, set()),
        ({"variable_modifications": [["x"]]}, {"variable_modifications"}),
        ({"variable_modifications": [["x", 1]]}, {"variable_modifications"}),
        ({"variable_modifications": [["2x", "1"]]}, {"variable_modifications"}),
        ({"variable_modifications": [["x y", "1"]]}, {"variable_modifications"}),
        ({"variable_modifications": [["x", "open('a')"]]}, {"variable_modifications"}),
        ({"variable_modifications": "x"}, {"variable_modifications"}),
    ],
)
def test_question_is_validated(columns: dict[str, Any], refused: set[str]) -> None:
    row = Question(schema=draft_schema(), qid=1, position=1, **{"type": "text", "next_qid": -1, **columns})
    assert errors_of(row) == refused


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"next_qid": -1}, set()),
        ({"next_qid": 0}, set()),
        ({"next_qid": 1}, set()),
        ({"next_qid": 7}, {"next_qid"}),
        ({"next_qid": -2}, {"next_qid"}),
        ({"next_qid": -1, "variable_modifications": [["x", "x +"]]}, {"variable_modifications"}),
    ],
)
def test_answer_must_lead_to_question_of_its_schema_or_end(
    columns: dict[str, Any], refused: set[str]
) -> None:
    draft_schema([{"qid": 7}], name="another")
    schema = draft_schema([{"qid": 1, "type": "choice", "answers": [{"text": "a"}]}, {"qid": 0}])
    row = Answer(question=schema.questions.get(qid=1), position=2, text="b", **columns)
    assert errors_of(row) == refused
