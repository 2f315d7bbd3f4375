"""Texts that choose answers of a survey's questions."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from chat_api.lib.errors import InvalidInput
from chat_api.surveys.actions import answer_question, start_survey
from chat_api.surveys.models import SurveyItem
from tests.factories import UserFactory, published_schema

pytestmark = pytest.mark.django_db

SIZES = [
    {"text": "Small", "text_i18n": {"pl": "Ma\u0142y"}, "value": 1},
    {"text": "Big, really", "value": 2},
    {"text": "small."},
]


def survey_of(*, match_text: bool = True, **question: Any) -> Any:
    asked = {"type": "choice", "text": "How big?", "answers": SIZES, **question}
    schema = published_schema([asked], match_text=match_text)
    return start_survey(user=UserFactory.create(), schema=schema)


def post(survey: Any, text: Any, **body: Any) -> Any:
    client = APIClient()
    client.force_authenticate(survey.user)
    question = survey.schema.questions.get()
    body = {"related_question": question.pk, "text": text, **body}
    return client.post(f"/api/surveys/{survey.pk}/items", body, format="json")


def offered(survey: Any, *positions: int) -> list[int]:
    answers = survey.schema.questions.get().answers
    return [answers.get(position=position).pk for position in positions]


@pytest.mark.parametrize("verify", [False, True])
@pytest.mark.parametrize(("text", "position"), [("SMALL", 1), ("ma\u0142y!", 1), ("2", 2), ("small.", 3)])
def test_text_chooses_an_answer(text: str, position: int, verify: bool) -> None:
    survey = survey_of()
    response = post(survey, text, verify=verify)
    assert response.status_code == (200 if verify else 201), response.content
    shown = response.json()
    assert (shown["answers"], shown["text"]) == (offered(survey, position), "")
    assert SurveyItem.objects.filter(survey=survey).count() == (not verify)


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("small!", {"text": ["AMBIGUOUS"]}),
        ("3", {"text": ["WRONG_VALUE"]}),
        ("large", {"text": ["WRONG_VALUE"]}),
        ("", {"answers": ["REQUIRED"]}),
    ],
)
def test_text_that_fits_no_answer_or_two_is_rejected(text: str, errors: Any) -> None:
    response = post(survey_of(), text)
    assert (response.status_code, response.json()) == (400, errors)


@pytest.mark.parametrize(
    ("text", "explained"),
    [("small!", "a text that fits one answer only"), ("large", "one of the answers")],
)
@pytest.mark.parametrize("named", [{}, {"name": "size"}], ids=["unnamed", "named"])
def test_text_that_fits_no_answer_or_two_is_explained(
    named: dict[str, Any], text: str, explained: str
) -> None:
    survey = survey_of(**named)
    client = APIClient()
    client.force_authenticate(survey.user)
    body = {"related_question": survey.schema.questions.get().pk, "text": text}
    refused = client.post(f"/api/surveys/{survey.pk}/items?explain=true", body, format="json").json()
    (found,) = refused["explanations"]
    assert (found["field"], [found["code"]], found["text"]) == ("text", refused["text"], explained)
    assert found["expected"] == {"type": "choice"}


def test_second_answer_is_reported_with_the_text() -> None:
    survey = survey_of()
    assert post(survey, "2").status_code == 201
    assert post(survey, "large").json() == {"text": ["WRONG_VALUE"], "related_question": ["ALREADY_ANSWERED"]}
    assert post(survey, "2").json() == {"related_question": ["ALREADY_ANSWERED"]}


def test_several_answers_and_an_open_text() -> None:
    survey = survey_of(type="multichoice", choice_open=True)
    shown = post(survey, "ma\u0142y, Big, really, or huge").json()
    assert (shown["answers"], shown["text"]) == (offered(survey, 1, 2), "or huge")
    assert post(survey_of(choice_open=True), "huge").json() == {"answers": ["REQUIRED"]}


def test_text_beside_chosen_answers_stays_a_text() -> None:
    survey = survey_of(choice_open=True)
    shown = post(survey, "small", answers=offered(survey, 2)).json()
    assert (shown["answers"], shown["text"]) == (offered(survey, 2), "small")


def test_text_chooses_nothing_without_match_text() -> None:
    response = post(survey_of(match_text=False), "2")
    assert (response.status_code, response.json()) == (
        400,
        {"answers": ["REQUIRED"], "text": ["WRONG_STATE"]},
    )


def test_text_chooses_an_answer_in_python() -> None:
    survey = survey_of()
    question = survey.schema.questions.get()
    with pytest.raises(InvalidInput) as caught:
        answer_question(survey=survey, question_id=question.pk, text="large", sender=survey.user)
    assert caught.value.errors == {"text": ["WRONG_VALUE"]}
    item = answer_question(survey=survey, question_id=question.pk, text="small.", sender=survey.user)
    assert list(item.answer_links.values_list("answer_id", flat=True)) == offered(survey, 3)


def test_text_with_a_variable_is_compared_as_shown() -> None:
    answers = [{"text": "{{ user.first_name }}"}, {"text": "Somebody else"}]
    survey = survey_of(answers=answers)
    shown = post(survey, survey.user.first_name.upper())
    assert shown.json()["answers"] == offered(survey, 1)


def town_survey() -> Any:
    """Start a survey with two towns of the same name, each offered for its country."""
    country = [{"text": "Poland", "value": "pl"}, {"text": "Germany", "value": "de"}]
    towns = [
        {"text": "Zabrze", "value": 1, "show_if": 'country == "pl"'},
        {"text": "Neustadt", "value": 2, "show_if": 'country == "pl"'},
        {"text": "Neustadt", "value": 3, "show_if": 'country == "de"'},
    ]
    schema = published_schema(
        [
            {"type": "choice", "text": "Country?", "name": "country", "answers": country},
            {"type": "choice", "text": "Town?", "name": "town", "answers": towns},
        ],
        match_text=True,
    )
    return start_survey(user=UserFactory.create(), schema=schema)


def answer_to(survey: Any, qid: int, text: str, **body: Any) -> Any:
    client = APIClient()
    client.force_authenticate(survey.user)
    body = {"related_question": survey.schema.questions.get(qid=qid).pk, "text": text, **body}
    return client.post(f"/api/surveys/{survey.pk}/items", body, format="json")


@pytest.mark.parametrize("verify", [False, True])
def test_text_chooses_among_the_answers_that_are_offered_now(verify: bool) -> None:
    survey = town_survey()
    assert answer_to(survey, 1, "germany").status_code == 201
    chosen = answer_to(survey, 2, "neustadt", verify=verify)
    assert chosen.status_code == (200 if verify else 201), chosen.content
    assert chosen.json()["answers"] == [survey.schema.questions.get(qid=2).answers.get(value=3).pk]


@pytest.mark.parametrize(("country", "text"), [("germany", "zabrze"), ("germany", "1"), (None, "neustadt")])
def test_text_of_an_answer_that_is_not_offered_now_chooses_nothing(country: str | None, text: str) -> None:
    survey = town_survey()
    if country:
        answer_to(survey, 1, country)
    refused = answer_to(survey, 2, text)
    assert (refused.status_code, refused.json()) == (400, {"text": ["WRONG_VALUE"]})


def test_second_answer_to_a_question_with_conditions_is_reported_with_the_text() -> None:
    survey = town_survey()
    answer_to(survey, 1, "germany")
    assert answer_to(survey, 2, "neustadt").status_code == 201
    assert answer_to(survey, 2, "zabrze").json() == {
        "text": ["WRONG_VALUE"],
        "related_question": ["ALREADY_ANSWERED"],
    }
