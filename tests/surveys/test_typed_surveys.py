"""Surveys of schemas whose questions have names: values, conditions, limits and constraints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.surveys.models import SurveyItem
from tests.databases import connection
from tests.factories import UserFactory, published_schema
from tests.surveys.conftest import Filling, answer, question

pytestmark = pytest.mark.django_db

Begin = Callable[..., Filling]

BMI: list[dict[str, Any]] = [
    {"type": "float", "name": "weight_kg", "text": "Weight?", "required": True, "limits": {"min": 1}},
    {
        "type": "float",
        "name": "height_m",
        "text": "Height?",
        "required": True,
        "limits": {"max": 3},
        "constraints": [
            {"check": "value > 1 or weight_kg < 40", "message": "In metres, please", "severity": "error"},
            {"check": "value < 2.2", "message": "Is that so?", "severity": "warning"},
        ],
    },
    {"type": "calculation", "name": "bmi", "text": "", "calculate": "round(weight_kg / height_m ** 2, 1)"},
    {"type": "text", "name": "diet", "text": "{{ answers.bmi }}: a diet?", "show_if": "bmi >= 25"},
]
CASCADE: list[dict[str, Any]] = [
    {
        "type": "choice",
        "name": "country",
        "text": "Country?",
        "next_qid": 2,
        "answers": [{"text": "Poland", "value": "pl"}, {"text": "Germany", "value": "de"}],
    },
    {
        "type": "choice",
        "name": "town",
        "text": "Town?",
        "required": True,
        "answers": [
            {"text": "Krakow", "show_if": 'country == "pl"'},
            {"text": "Bonn", "show_if": 'country == "de"'},
        ],
    },
]


@pytest.fixture
def sees_values(settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "RESPONDENT_SEES": ["values"]}


def problem(qid: int, code: str, message: str | None = None, severity: str = "error") -> dict[str, Any]:
    return {"qid": qid, "code": code, "message": message, "severity": severity}


@pytest.mark.usefixtures("sees_values")
def test_state_has_the_values_of_calculations(filling: Begin) -> None:
    survey = filling(published_schema(BMI))
    rest: dict[str, Any] = {"problems": [], "instances": {}}
    assert survey.state == {"visibility": [1, 2, 3], "completed": False, "values": {"bmi": None}, **rest}
    survey.give(1, text="70")
    survey.give(2, text="1.75")
    assert survey.state == {"visibility": [1, 2, 3], "completed": True, "values": {"bmi": 22.9}, **rest}


def test_owner_does_not_see_values_unless_the_host_lets_respondents_see_them(
    filling: Begin, client_of: Any, settings: Any
) -> None:
    survey = filling(published_schema(BMI))
    survey.give(1, text="70")
    shown = survey.give(2, text="1.75")["survey_data"]["state"]
    assert (shown["values"], survey.state["values"]) == ({}, {})
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "SURVEYS_GLOBAL_LIST_ALL": True}
    for is_staff, values in ((True, {"bmi": 22.9}), (False, {})):
        listed = client_of(UserFactory(is_staff=is_staff)).get("/api/surveys?limit=10")
        assert [row["state"]["values"] for row in listed.json()["results"]] == [values]


def test_question_is_visible_while_its_condition_is_true(filling: Begin) -> None:
    survey = filling(published_schema(BMI))
    first = survey.give(1, text="90")
    survey.give(2, text="1.75")
    assert survey.state["visibility"] == [1, 2, 3, 4]
    survey.client.patch(f"{survey.path}/items/{first['id']}", {"text": "60"})
    assert survey.state["visibility"] == [1, 2, 3]


def test_texts_show_answers_and_calculations_by_name(filling: Begin) -> None:
    survey = filling(published_schema(BMI))
    survey.give(1, text="90")
    survey.give(2, text="1.75")
    assert survey.give(4, text="no")["related_question_data"]["text"] == "29.4: a diet?"


def test_answer_that_breaks_a_constraint_is_refused(filling: Begin) -> None:
    survey = filling(published_schema(BMI))
    survey.give(1, text="70")
    assert survey.post(2, text="0.9").json() == {"text": ["CONSTRAINT"]}
    assert survey.post(2, text="4").json() == {"text": ["TOO_LARGE"]}
    assert survey.post(2, text="0.9", confirm=True).status_code == 400


def test_warning_refuses_an_answer_until_it_is_confirmed(filling: Begin) -> None:
    survey = filling(published_schema(BMI))
    survey.give(1, text="70")
    assert survey.post(2, text="2.5").json() == {"text": ["CONFIRM"]}
    survey.give(2, text="2.5", confirm=True)
    assert (survey.state["problems"], survey.state["completed"]) == ([], True)


@pytest.mark.parametrize("confirm", ["maybe", 3, {}])
def test_confirm_is_a_boolean(filling: Begin, confirm: object) -> None:
    survey = filling(published_schema(BMI))
    assert "confirm" in survey.post(1, text="70", confirm=confirm).json()


def test_changing_an_answer_can_break_a_constraint_of_another(filling: Begin) -> None:
    survey = filling(published_schema(BMI))
    first = survey.give(1, text="20")
    survey.give(2, text="0.9")
    path = f"{survey.path}/items/{first['id']}"
    assert survey.client.patch(path, {"text": "70"}).status_code == 200
    assert survey.state["problems"] == [problem(2, "CONSTRAINT", "In metres, please")]
    assert survey.state["completed"] is False
    assert survey.client.post(f"{survey.path}/submit").json() == {"state": ["NOT_COMPLETE"]}
    survey.client.patch(path, {"text": "20"})
    assert (survey.state["problems"], survey.state["completed"]) == ([], True)
    assert survey.client.post(f"{survey.path}/submit").status_code == 200


def test_changing_an_answer_can_lower_the_limit_of_another(filling: Begin) -> None:
    schema = published_schema(
        [
            {"type": "int", "name": "all", "text": "All?"},
            {"type": "int", "name": "some", "text": "Some?", "limits": {"max": "all"}},
        ]
    )
    survey = filling(schema)
    survey.give(1, text="5")
    assert survey.post(2, text="6").json() == {"text": ["TOO_LARGE"]}
    second = survey.give(2, text="5")
    first = survey.client.get(f"{survey.path}/items").json()[0]
    survey.client.patch(f"{survey.path}/items/{first['id']}", {"text": "4"})
    assert survey.state["problems"] == [problem(2, "TOO_LARGE")]
    survey.client.delete(f"{survey.path}/items/{second['id']}")
    assert survey.state["problems"] == []


def test_warning_that_comes_later_is_confirmed_without_another_answer(filling: Begin) -> None:
    schema = published_schema(
        [
            {"type": "int", "name": "a", "text": "?"},
            {
                "type": "int",
                "name": "b",
                "text": "?",
                "constraints": [{"check": "value > a", "message": "Sure?", "severity": "warning"}],
            },
        ]
    )
    survey = filling(schema)
    first = survey.give(1, text="1")
    second = survey.give(2, text="2")
    survey.client.patch(f"{survey.path}/items/{first['id']}", {"text": "3"})
    assert survey.state["problems"] == [problem(2, "CONFIRM", "Sure?", "warning")]
    assert survey.state["completed"] is True
    assert survey.client.patch(f"{survey.path}/items/{second['id']}", {"confirm": True}).status_code == 200
    assert survey.state["problems"] == []


def test_answers_that_are_not_offered_cannot_be_chosen(filling: Begin) -> None:
    survey = filling(published_schema(CASCADE))
    survey.give(1, "Germany")
    refused = survey.post(2, "Krakow")
    assert (refused.status_code, refused.json()) == (400, {"answers": ["WRONG_VALUE"]})
    survey.give(2, "Bonn")
    assert survey.state["completed"] is True


def test_chosen_answer_counts_only_while_it_is_offered(filling: Begin) -> None:
    schema = published_schema(CASCADE)
    survey = filling(schema)
    first = survey.give(1, "Germany")
    survey.give(2, "Bonn")
    path = f"{survey.path}/items/{first['id']}"
    survey.client.patch(path, {"answers": [answer(schema, 1, "Poland")]})
    assert survey.state["completed"] is False
    survey.client.patch(path, {"answers": [answer(schema, 1, "Germany")]})
    assert survey.state["completed"] is True


def test_item_of_a_hidden_question_is_stored_and_counts_once_it_is_visible(filling: Begin) -> None:
    survey = filling(published_schema(BMI))
    survey.give(4, text="no")
    assert survey.state["visibility"] == [1, 2, 3]
    survey.give(1, text="90")
    survey.give(2, text="1.75")
    assert survey.state["visibility"] == [1, 2, 3, 4]


def test_answers_without_stored_values_are_read_from_their_texts(filling: Begin) -> None:
    schema = published_schema([*BMI[:2], {**CASCADE[0], "next_qid": None}, *BMI[2:]])
    survey = filling(schema)
    first = survey.give(1, text="90")
    survey.give(2, text="1.75")
    survey.give(3, "Poland")
    before = survey.state
    assert SurveyItem.objects.filter(reply=None).count() == 0
    SurveyItem.objects.update(reply=None)
    survey.client.patch(f"{survey.path}/items/{first['id']}", {"text": "90"})
    assert survey.state == before


def test_answer_is_stored_with_its_value_and_zone(filling: Begin, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_TIME_ZONE": lambda user: "Asia/Tokyo"}
    survey = filling(published_schema(BMI))
    survey.give(1, text="70.5")
    stored = SurveyItem.objects.get().reply
    assert (stored["value"], stored["zone"]) == (70.5, "Asia/Tokyo")


def test_items_of_schemas_without_names_store_no_value(filling: Begin, smoking: Any) -> None:
    survey = filling(smoking)
    survey.give(1, "yes")
    assert SurveyItem.objects.get().reply is None
    assert survey.state == {"visibility": [1, 2, 3, 4, 6], "completed": False}


def chain(length: int, *, is_typed: bool) -> Any:
    asked = []
    for number in range(1, length + 1):
        one: dict[str, Any] = {"type": "int", "text": "?", "required": True}
        if is_typed:
            reads = f"n{number - 1} >= 0" if number > 1 else None
            one |= {"name": f"n{number}", "show_if": reads, "limits": {"max": "100 + 1"}}
        asked.append(one)
    return published_schema(asked)


def test_an_answer_takes_the_same_queries_with_names_and_at_any_size(filling: Begin) -> None:
    counts = set()
    for length in (4, 40):
        for is_typed in (False, True):
            survey = filling(chain(length, is_typed=is_typed))
            for qid in range(1, length):
                survey.give(qid, text="1")
            counts.add(writes(survey, length))
    assert len(counts) == 1


def writes(survey: Filling, qid: int) -> tuple[int, ...]:
    """Return the numbers of queries of an answer, its change and its removal."""
    body = {"related_question": question(survey.schema, qid).pk, "text": "2"}
    with CaptureQueriesContext(connection) as created:
        item = survey.client.post(f"{survey.path}/items", body).json()
    path = f"{survey.path}/items/{item['id']}"
    with CaptureQueriesContext(connection) as changed:
        assert survey.client.patch(path, {"text": "3"}).status_code == 200
    with CaptureQueriesContext(connection) as removed:
        assert survey.client.delete(path).status_code == 204
    return len(created), len(changed), len(removed)
