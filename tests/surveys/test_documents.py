"""Selection of keys: `fields` cuts documents of surveys and items, and what it leaves out is not looked up."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.surveys.models import SurveyAttachment, SurveyItem
from tests.databases import connection
from tests.factories import SurveyFactory, UserFactory, published_schema
from tests.surveys.conftest import question

pytestmark = pytest.mark.django_db

#: One query for the survey, one for the items.
ROWS = 2


@pytest.fixture
def items(filling):
    """Return the path of the items of a survey: a choice with a text for its owner and an attachment, and a text."""
    schema = published_schema(
        [
            {
                "type": "choice",
                "text": "{{ user.first_name }}?",
                "meta": {"a": {"b": 1}},
                "answers": [{"text": "yes"}, {"text": "no"}],
            },
            {"type": "text"},
        ]
    )
    survey = filling(schema)
    item = survey.give(1, "yes")
    survey.give(2, text="x")
    SurveyItem.objects.filter(pk=item["id"]).update(has_attachments=True, meta={"c": {"d": 2}})
    SurveyAttachment.objects.create(item_id=item["id"], type="youtube", url="https://youtu.be/x")
    survey.client.get(f"{survey.path}/items")
    return survey, f"{survey.path}/items", item["id"]


def queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200, response.content
    # The session and its user.
    return response.json(), len([query for query in captured if "chat_api_" in query["sql"]])


@pytest.mark.parametrize(
    ("fields", "first", "number"),
    [
        ("text", {"text": ""}, ROWS),
        ("meta", {"meta": {"c": {"d": 2}}}, ROWS),
        ("meta__c", {"meta": {"c": {"d": 2}}}, ROWS),
        ("survey_data__state__completed", {"survey_data": {"state": {"completed": True}}}, ROWS),
        ("attachments_data__type", {"attachments_data": [{"type": "youtube"}]}, ROWS + 1),
        ("answers_data__position", {"answers_data": [{"position": 1}]}, ROWS + 2),
        ("related_question_data__meta", {"related_question_data": {"meta": {"a": {"b": 1}}}}, ROWS + 1),
    ],
)
def test_fields_select_keys_of_items_and_the_queries_that_they_need(items, fields, first, number):
    survey, path, _ = items
    shown, count = queries(survey.client, f"{path}?fields={fields}")
    assert shown[0] == first
    assert count == number


def test_ids_of_chosen_answers_need_no_rendered_texts(items):
    survey, path, _ = items
    shown, count = queries(survey.client, f"{path}?fields=answers")
    assert [len(item["answers"]) for item in shown] == [1, 0]
    assert count == ROWS + 1


def test_sender_of_another_account_is_loaded_only_if_selected(items):
    survey, path, pk = items
    SurveyItem.objects.update(sender=UserFactory(first_name="Carol"))
    with CaptureQueriesContext(connection) as without:
        shown = survey.client.get(f"{path}/{pk}?fields=sender").json()
    with CaptureQueriesContext(connection) as with_sender:
        named = survey.client.get(f"{path}/{pk}?fields=sender_data__first_name").json()
    assert set(shown) == {"sender"}
    assert named == {"sender_data": {"first_name": "Carol"}}
    assert len(with_sender) == len(without) + 1


def test_selection_does_not_change_the_documents_that_a_schema_keeps(items):
    survey, path, _ = items
    before = survey.client.get(path).json()
    survey.client.get(f"{path}?fields=related_question_data__answers__text,answers_data__id")
    assert survey.client.get(path).json() == before


def test_people_of_surveys_are_selected_by_key(api, alice, bob, smoking):
    survey = SurveyFactory(user=alice, schema=smoking, automated_sender=bob)
    fields = "user_data__id,automated_sender_data__first_name,submitted"
    assert api.get(f"/api/surveys/{survey.pk}?fields={fields}").json() == {
        "automated_sender_data": {"first_name": "Bob"},
        "user_data": {"id": alice.pk},
        "submitted": None,
    }


def test_question_of_an_item_is_the_one_that_it_answers(filling, smoking):
    survey = filling(smoking)
    survey.give(4, text="x")
    (shown,) = survey.client.get(
        f"{survey.path}/items?fields=related_question,related_question_data__id"
    ).json()
    assert shown["related_question"] == shown["related_question_data"]["id"] == question(smoking, 4).pk
