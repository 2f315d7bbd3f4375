"""Surveys count as completed by the same rule in the table of versions, on the page, and in exports."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from chat_api.schemas.models import Schema
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem
from chat_api.surveys.results import results_of, versions_of
from tests.factories import SurveyFactory, UserFactory, published_schema
from tests.surveys.conftest import Filling
from tests.surveys.test_export import run

pytestmark = pytest.mark.django_db

ASKED: list[dict[str, Any]] = [
    {"type": "int", "text": "How many?", "name": "n"},
    {"text": "Name?", "name": "who", "group": "people"},
    {"type": "file", "text": "Photo?", "name": "photo", "group": "people"},
    {"text": "Dose?", "name": "dose", "group": "drugs"},
    {"type": "choice", "text": "Well?", "name": "well", "show_if": "n > 1", "answers": [{"text": "yes"}]},
]
GROUPS: dict[str, Any] = {
    "people": {"key": "persons", "repeat": {"count": "n", "min": 1, "max": 3}},
    "drugs": {"key": "meds", "repeat": {"count": None, "min": 2}},
}


def counts(schema: Schema) -> tuple[int, int, int]:
    """Return how many surveys are completed in the table of versions, on the page, and in the export."""
    rows = json.loads(run(schema.pk, "--format", "json"))
    exported = sum(row["completed"] is True for row in rows)
    return versions_of(schema)[0].completed, results_of(schema).completed, exported


def by_hand(survey: Survey) -> bool:
    """Return whether the survey is submitted, or is complete and shows a question with an answer."""
    if survey.submitted is not None:
        return True
    state = survey.state
    if state is None or not state["completed"]:
        return False
    shown = {(0, qid) for qid in state["visibility"] if qid not in (2, 3, 4)}
    for found in state["instances"].values():
        shown |= {(each["instance"], qid) for each in found for qid in each["visibility"]}
    return any(
        item.has_attachments if item.related_question.qid == 3 else item.text or item.answers.exists()
        for item in survey.survey_items.all()
        if (item.instance, item.related_question.qid) in shown
    )


def fill(schema: Schema, chance: random.Random, client: Any, user: Any) -> None:
    """Start a survey over HTTP, answer some questions in some instances, and put it into some stored condition."""
    filling = Filling(client, user, schema)
    ids = {row.qid: row.pk for row in schema.questions.all()}
    for _ in range(chance.randint(0, 3)):
        qid = chance.choice([1, 1, 2, 4, 5])
        number = chance.randint(1, 3) if qid in (2, 4) else 0
        body = {"answers": [schema.questions.get(qid=5).answers.get().pk]} if qid == 5 else {"text": "3"}
        # An instance that does not exist is rejected, as is a second answer.
        filling.client.post(
            f"{filling.path}/items", {"related_question": ids[qid], "instance": number, **body}, format="json"
        )
    first = SurveyItem.objects.filter(survey=filling.id, related_question=ids[1]).first()
    if first is not None:
        patched = filling.client.patch(
            f"{filling.path}/items/{first.pk}", {"text": str(chance.randint(0, 2))}
        )
        assert patched.status_code == 200
    if chance.random() < 0.2:
        item = SurveyItem.objects.create(
            survey_id=filling.id,
            related_question_id=ids[3],
            instance=chance.randint(0, 3),
            position=3,
            has_attachments=chance.random() < 0.7,
        )
        SurveyAttachment.objects.create(item=item, type="src", src="https://example.com/1.png")
    if chance.random() < 0.1:
        assert filling.client.post(f"{filling.path}/submit").status_code in (200, 400)
    if chance.random() < 0.1:
        Survey.objects.filter(pk=filling.id).update(state=None)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("must_submit", [False, True])
def test_all_counts_of_random_surveys_agree(
    client_of: Any, settings: Any, seed: int, must_submit: bool
) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "SURVEYS_REQUIRE_SUBMIT": must_submit}
    schema, chance = published_schema(ASKED, groups=GROUPS), random.Random(seed)
    user: Any = UserFactory.create()
    for _ in range(25):
        fill(schema, chance, client_of(user), user)
    surveys = Survey.objects.all()
    wanted = sum(survey.submitted is not None if must_submit else by_hand(survey) for survey in surveys)
    assert 0 < wanted < 25 or must_submit
    assert counts(schema) == (wanted, wanted, wanted)


def test_an_answer_in_a_surplus_instance_does_not_complete_a_survey(filling: Any) -> None:
    schema = published_schema(ASKED[:2], groups={"people": GROUPS["people"]})
    survey = filling(schema)
    number = survey.give(1, text="2")
    survey.give(2, text="Ben", instance=2)
    assert counts(schema) == (1, 1, 1)
    assert survey.client.patch(f"{survey.path}/items/{number['id']}", {"text": "1"}).status_code == 200
    assert survey.client.delete(f"{survey.path}/items/{number['id']}").status_code == 204
    assert survey.state["completed"]
    assert counts(schema) == (0, 0, 0)


def test_an_item_outside_of_instances_does_not_answer_a_repeated_question() -> None:
    schema = published_schema(ASKED[:2], groups={"people": GROUPS["people"]})
    state = {
        "visibility": [1, 2],
        "completed": True,
        "instances": {"persons": [{"instance": 1, "visibility": [2], "values": {}, "problems": []}]},
    }
    survey: Any = SurveyFactory.create(schema=schema, state=state)
    asked = schema.questions.get(qid=2)
    item = SurveyItem.objects.create(survey=survey, related_question=asked, position=2, text="Ann")
    assert counts(schema) == (0, 0, 0)
    SurveyItem.objects.filter(pk=item.pk).update(instance=1)
    assert counts(schema) == (1, 1, 1)


def test_a_question_outside_of_groups_is_not_answered_in_an_instance() -> None:
    schema = published_schema([{"text": "A?", "name": "a"}])
    survey: Any = SurveyFactory.create(
        schema=schema, state={"visibility": [1], "completed": True, "instances": {}}
    )
    SurveyItem.objects.create(
        survey=survey, related_question=schema.questions.get(), instance=1, position=1, text="x"
    )
    assert counts(schema) == (0, 0, 0)
