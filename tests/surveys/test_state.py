"""The visible questions of a survey, and when it is complete."""

from __future__ import annotations

import pytest

from tests.factories import published_schema
from tests.surveys.conftest import answer

pytestmark = pytest.mark.django_db


def test_state_follows_every_answer(filling, smoking):
    survey = filling(smoking)
    assert survey.state == {"visibility": [1], "completed": False}
    survey.give(1, "yes")
    assert survey.state == {"visibility": [1, 2, 3, 4, 6], "completed": False}
    survey.give(3, "pipe", "cigar")
    assert survey.state == {"visibility": [1, 2, 3, 4, 5, 6], "completed": False}
    survey.give(2, text="20")
    survey.give(5, text="Cohiba")
    assert survey.state["completed"] is False
    survey.give(6, text="10")
    assert survey.state == {"visibility": [1, 2, 3, 4, 5, 6], "completed": True}


def test_item_of_a_hidden_question_keeps_its_answer_and_counts_once_visible_again(filling, smoking):
    survey = filling(smoking)
    first = survey.give(1, "yes")
    survey.give(2, text="20")
    survey.give(6, text="1")
    assert survey.state["completed"] is True
    path = f"{survey.path}/items/{first['id']}"
    survey.client.patch(path, {"answers": [answer(smoking, 1, "no")]})
    assert survey.state == {"visibility": [1, 4, 6], "completed": True}
    assert [item["text"] for item in survey.client.get(f"{survey.path}/items").json()] == ["", "20", "1"]
    survey.client.patch(path, {"answers": [answer(smoking, 1, "yes")]})
    assert survey.state == {"visibility": [1, 2, 3, 4, 6], "completed": True}


def test_item_of_a_hidden_question_is_accepted_and_counts_once_visible(filling, smoking):
    survey = filling(smoking)
    assert survey.give(2, text="20")["survey_data"]["state"] == {"visibility": [1], "completed": False}
    survey.give(1, "yes")
    survey.give(6, text="1")
    assert survey.state["completed"] is True


def test_survey_is_incomplete_after_a_required_answer_is_removed(filling, smoking):
    survey = filling(smoking)
    survey.give(1, "no")
    last = survey.give(6, text="1")
    assert survey.state["completed"] is True
    survey.client.delete(f"{survey.path}/items/{last['id']}")
    assert survey.state == {"visibility": [1, 4, 6], "completed": False}


def test_visible_messages_controls_and_forks_count_as_answered(filling):
    schema = published_schema(
        [
            {"type": "message", "required": True},
            {"type": "control", "required": True},
            {"type": "fork", "required": True, "forking_rules": [["4", "1"]]},
            {"type": "text", "required": True},
        ]
    )
    survey = filling(schema)
    assert survey.state == {"visibility": [1, 2, 3, 4], "completed": False}
    survey.give(4, text="x")
    assert survey.state == {"visibility": [1, 2, 3, 4], "completed": True}


def test_fork_uses_the_variables_of_answers_before_it(filling):
    schema = published_schema(
        [
            {
                "type": "choice",
                "answers": [
                    {"text": "none", "next_qid": 2},
                    {"text": "much", "next_qid": 2, "variable_modifications": [["x", "x + 2"]]},
                ],
            },
            {"type": "fork", "forking_rules": [["3", "x > 1"], ["-1", "1"]]},
            {"type": "text", "required": True},
        ]
    )
    survey = filling(schema)
    item = survey.give(1, "none")
    assert survey.state == {"visibility": [1, 2], "completed": True}
    survey.client.patch(f"{survey.path}/items/{item['id']}", {"answers": [answer(schema, 1, "much")]})
    assert survey.state == {"visibility": [1, 2, 3], "completed": False}


def test_fork_modifies_variables_before_its_rules(filling):
    schema = published_schema(
        [
            {"type": "text", "next_qid": 2, "variable_modifications": [["x", "1"]]},
            {
                "type": "fork",
                "variable_modifications": [["x", "x * 5"]],
                "forking_rules": [["4", "x == 5"], ["3", "1"]],
            },
            {"type": "text", "next_qid": -1},
            {"type": "text", "next_qid": -1, "text": "{{ variables.x }}"},
        ]
    )
    survey = filling(schema)
    assert survey.state["visibility"] == [1, 2, 4]
    assert survey.give(4, text="a")["related_question_data"]["text"] == "5"


def test_schema_with_a_loop_has_a_state(filling):
    schema = published_schema(
        [
            {"type": "text", "next_qid": 2},
            {"type": "fork", "forking_rules": [["1", "1"]]},
            {"type": "text", "next_qid": 99},
        ]
    )
    assert filling(schema).state == {"visibility": [1, 2], "completed": True}


def test_visibility_is_sorted_by_position(filling):
    schema = published_schema(
        [
            {"qid": 30, "position": 1, "next_qid": 10},
            {"qid": 20, "position": 2, "next_qid": -1},
            {"qid": 10, "position": 3, "next_qid": 20},
        ]
    )
    assert filling(schema).state["visibility"] == [30, 20, 10]


def test_no_state_update_leaves_the_state_alone(filling, smoking, settings):
    survey = filling(smoking)
    before = survey.client.get(survey.path).json()
    settings.CHAT_SETTINGS = {"OPTIMIZATIONS_BY_SURVEY_TYPE": {"survey": {"NO_STATE_UPDATE": True}}}
    assert survey.give(1, "yes")["survey_data"]["state"] == before["state"]
    assert survey.client.get(survey.path).json() == before
    assert filling(smoking).data["state"] is None
    settings.CHAT_SETTINGS = {"OPTIMIZATIONS_BY_SURVEY_TYPE": {"other": {"NO_STATE_UPDATE": True}}}
    survey.give(6, text="1")
    assert survey.state["visibility"] == [1, 2, 3, 4, 6]
