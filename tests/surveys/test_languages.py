"""Real questionnaires as surveys, in each of their languages."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from chat_api.schemas.compiled import compiled
from chat_api.surveys import selectors, validation
from tests.engine.scripts import survey_variables
from tests.factories import SurveyFactory, UserFactory, published_schema
from tests.questionnaires import questionnaire, questions_of, scored_items

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.parametrize("language", ["en", "es", "fr", "pl"])
@pytest.mark.parametrize(("name", "maximum"), [("phq9", 27), ("gad7", 21)])
def test_every_score_is_reached_in_each_language(name: str, maximum: int, language: str) -> None:
    document = questionnaire(name)
    schema = published_schema(questions_of(document), name=document["name"], type="survey")
    items = scored_items(document)
    user: Any = UserFactory.create()
    client = APIClient()
    client.force_authenticate(user)
    offered: dict[int, list[int]] = {}
    questions: dict[int, int] = {}
    for pk, qid, answer in schema.questions.order_by("answers__position").values_list("pk", "qid", "answers"):
        questions[qid] = pk
        offered.setdefault(qid, []).append(answer)
    client.credentials(HTTP_ACCEPT_LANGUAGE=language)
    for total in range(maximum + 1):
        survey: Any = SurveyFactory(user=user, schema=schema)
        left = total
        for qid, item in enumerate(items, start=1):
            score = min(len(document["options"]) - 1, left)
            left -= score
            body = {"related_question": questions[qid], "answers": [offered[qid][score]]}
            shown = client.post(f"/api/surveys/{survey.pk}/items", body, format="json").json()
            assert shown["related_question_data"]["text"] == item["text"][language]
            chosen = document["options"][score]["text"][language]
            assert [answer["text"] for answer in shown["answers_data"]] == [chosen]
        script = compiled(schema).script
        answered = validation.answered_questions(script, selectors.answers_given(survey_id=survey.pk))
        assert survey_variables(script, answered) == {"score": float(total)}
