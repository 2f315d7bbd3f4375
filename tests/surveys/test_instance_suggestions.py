"""Suggested and refused answers in repeated groups of surveys: each instance has its own."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.surveys.actions import start_survey
from tests.factories import UserFactory
from tests.surveys.conftest import Filling
from tests.surveys.test_instance_texts import Begin, form, group_of, two_medicines

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(filling: Begin) -> Filling:
    return two_medicines(filling)


def defaults(survey: Filling) -> list[Any]:
    return [
        [each["default"] for each in instance["questions"] if "default" in each]
        for instance in group_of(survey)["instances"]
    ]


def test_suggested_answers_are_those_of_the_instance(filling: Begin) -> None:
    questions: list[dict[str, Any]] = [
        {"type": "int", "text": "A?", "name": "a", "group": "meds"},
        {"type": "int", "text": "B?", "name": "b", "group": "meds", "default": "a + index"},
        {
            "type": "int",
            "text": "C?",
            "name": "c",
            "group": "meds",
            "default": "sum(meds.c) + 1",
            "limits": {"max": 9},
        },
        {"type": "int", "text": "D?", "name": "d", "default": "count(meds.a)"},
    ]
    survey = filling(form(questions, {"key": "meds"}))
    assert defaults(survey) == [[1], [1]]
    survey.give(1, text="5", instance=1)
    survey.give(1, text="7", instance=2)
    assert defaults(survey) == [[6, 1], [9, 1]]
    item = survey.give(3, text="9", instance=1)
    # What the question would refuse is not suggested; its own answer so far does not count.
    assert defaults(survey) == [[6, 1], [9]]
    assert item["related_question_data"]["default"] == 1
    shown = survey.client.get(f"/api/schemas/{survey.schema.pk}?survey={survey.id}").json()
    assert [each.get("default") for each in shown["questions"]] == [2]
    assert all("default" not in each for each in shown["groups"][0]["questions"])
    assert survey.state["completed"]


def test_answers_that_the_start_suggests_are_suggested_in_each_instance(api: Any, alice: Any) -> None:
    questions: list[dict[str, Any]] = [
        {"type": "int", "text": "A?", "name": "a", "group": "meds", "default": "index"},
        {"text": "B?", "name": "b"},
    ]
    survey = Filling.__new__(Filling)
    survey.client, survey.schema = api, form(questions, {"key": "meds"})
    survey.id = start_survey(user=alice, schema=survey.schema, answers={"a": 40}).pk
    assert defaults(survey) == [[40], [40]]


def test_others_than_the_owner_see_texts_and_no_suggestions(
    survey: Filling, client_of: Any, settings: Any
) -> None:
    item = survey.give(3, text="2", instance=2)
    assert item["related_question_data"]["default"] == 3
    settings.CHAT_SETTINGS = {
        "PERMISSIONS_SURVEY_ITEMS_LIST_BY_SURVEY_ID": "rest_framework.permissions.IsAuthenticated"
    }
    listed = client_of(UserFactory.create()).get(f"{survey.path}/items").json()
    shown = listed[-1]["related_question_data"]
    assert shown["text"] == "How much <b>Ibu</b>?"
    assert "default" not in shown


def test_explanations_quote_the_instance(survey: Filling) -> None:
    def explained(**body: Any) -> list[str]:
        path = f"{survey.path}/items?explain=true"
        body = {"related_question": survey.schema.questions.get(qid=3).pk, **body}
        refused = survey.client.post(path, body)
        assert refused.status_code == 400
        return [each["text"] for each in refused.json()["explanations"]]

    assert explained(text="11", instance=1) == ["Too much Aspirin (1)"]
    assert explained(text="11", instance=2) == ["Too much <b>Ibu</b> (2)"]
    assert explained(text="", instance=2) == ["How much <b>Ibu</b> is needed."]


def test_typed_texts_choose_among_the_answers_as_their_instance_shows_them(filling: Begin) -> None:
    survey = filling(form(match_text=True))
    survey.give(2, text="Aspirin", instance=1)
    survey.give(2, text="Ibu", instance=2)
    refused = survey.post(4, text="Aspirin & water", instance=2)
    assert (refused.status_code, refused.json()) == (400, {"text": ["WRONG_VALUE"]})
    item = survey.give(4, text="ibu & water", instance=2)
    assert [each["text"] for each in item["answers_data"]] == ["Ibu & water"]


def test_a_constraint_over_all_instances_counts_each_answer_once(filling: Begin) -> None:
    questions: list[dict[str, Any]] = [
        {
            "type": "int",
            "text": "Dose?",
            "name": "dose",
            "group": "meds",
            "constraints": [{"check": "sum(meds.dose) <= limit", "message": "Too much."}],
        },
        {"type": "int", "text": "Limit?", "name": "limit"},
    ]
    survey = filling(form(questions, {"key": "meds"}))
    item = survey.give(2, text="10")
    survey.give(1, text="3", instance=1)
    survey.give(1, text="7", instance=2)
    assert [each["problems"] for each in survey.state["instances"]["meds"]] == [[], []]
    assert survey.client.patch(f"{survey.path}/items/{item['id']}", {"text": "9"}).status_code == 200
    assert [len(each["problems"]) for each in survey.state["instances"]["meds"]] == [1, 1]
