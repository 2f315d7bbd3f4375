"""Requests at the same time: real threads, and the row locks of PostgreSQL."""

from __future__ import annotations

import threading
import uuid

import pytest
from rest_framework.test import APIClient

from chat_api.surveys.models import Survey, SurveyItem
from tests.attachments.pictures import as_text, picture
from tests.databases import connection
from tests.factories import UserFactory, published_schema
from tests.surveys.conftest import SMOKING, Filling, answer, question

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("postgres_only")]


@pytest.fixture
def owner(transactional_db):
    return UserFactory()


@pytest.fixture
def survey(owner):
    client = APIClient()
    client.force_authenticate(owner)
    return Filling(client, owner, published_schema(SMOKING))


def at_once(user, requests):
    """Send the requests, `(method, path, body)`, at once from a thread each; return the responses."""
    start = threading.Barrier(len(requests))
    responses = [None] * len(requests)

    def send(place, method, path, body):
        client = APIClient()
        client.force_authenticate(user)
        start.wait()
        try:
            responses[place] = getattr(client, method)(path, body)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=send, args=(place, *request)) for place, request in enumerate(requests)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return responses


def test_two_answers_to_one_question_leave_one_item(owner, survey):
    for _ in range(20):
        body = {"related_question": question(survey.schema, 4).pk, "text": "x"}
        responses = at_once(owner, [("post", f"{survey.path}/items", body)] * 2)
        assert sorted(response.status_code for response in responses) == [201, 400]
        rejected = next(response for response in responses if response.status_code == 400)
        assert rejected.json() == {"related_question": ["ALREADY_ANSWERED"]}
        item = SurveyItem.objects.get(survey_id=survey.id)
        item.delete()


def test_answers_to_different_questions_leave_the_state_of_all_of_them(owner, survey):
    for _ in range(10):
        bodies = [
            {"related_question": question(survey.schema, 1).pk, "answers": [answer(survey.schema, 1, "yes")]},
            {"related_question": question(survey.schema, 2).pk, "text": "20"},
            {
                "related_question": question(survey.schema, 3).pk,
                "answers": [answer(survey.schema, 3, "cigar")],
            },
            {"related_question": question(survey.schema, 5).pk, "text": "x"},
            {"related_question": question(survey.schema, 6).pk, "text": "1"},
        ]
        responses = at_once(owner, [("post", f"{survey.path}/items", body) for body in bodies])
        assert [response.status_code for response in responses] == [201] * 5
        assert survey.state == {"visibility": [1, 2, 3, 4, 5, 6], "completed": True}
        SurveyItem.objects.all().delete()


def test_changing_and_removing_an_item_at_once_never_fails(owner, survey):
    for _ in range(10):
        path = f"{survey.path}/items/{survey.give(1, 'yes')['id']}"
        body = {"answers": [answer(survey.schema, 1, "no")]}
        responses = at_once(owner, [("patch", path, body), ("delete", path, None), ("delete", path, None)])
        codes = [response.status_code for response in responses]
        assert codes[0] in (200, 404)
        assert sorted(codes[1:]) == [204, 404]
        assert survey.state == {"visibility": [1], "completed": False}


def test_answering_a_survey_while_it_is_deleted_never_fails(owner, survey):
    for _ in range(10):
        other = Filling(survey.client, owner, survey.schema)
        body = {"related_question": question(survey.schema, 4).pk, "text": "x"}
        answered, deleted = at_once(
            owner, [("post", f"{other.path}/items", body), ("delete", other.path, None)]
        )
        assert deleted.status_code == 204
        assert answered.status_code in (201, 403)
        assert not Survey.objects.filter(pk=other.id).exists()
        assert not SurveyItem.objects.filter(survey_id=other.id).exists()


def test_survey_is_submitted_with_or_without_the_answer_sent_at_once(owner):
    schema = published_schema([{"required": True, "next_qid": 2}, {"text": "B?"}])
    client = APIClient()
    client.force_authenticate(owner)
    for _ in range(15):
        survey = Filling(client, owner, schema)
        survey.give(1, text="x")
        body = {"related_question": question(schema, 2).pk, "text": "y"}
        item = SurveyItem.objects.get(survey_id=survey.id)
        submitted, answered, removed = at_once(
            owner,
            [
                ("post", f"{survey.path}/submit", {}),
                ("post", f"{survey.path}/items", body),
                ("delete", f"{survey.path}/items/{item.pk}", None),
            ],
        )
        row = Survey.objects.get(pk=survey.id)
        kept = set(SurveyItem.objects.filter(survey=row).values_list("related_question__qid", flat=True))
        assert submitted.status_code == (200 if row.submitted else 400)
        # Writes that were accepted came first; those that came later were rejected and are not stored.
        assert (answered.status_code == 201) is (2 in kept)
        assert (removed.status_code == 204) is (1 not in kept)
        assert row.submitted is None or (1 in kept and removed.json() == {"survey": ["SUBMITTED"]})
        assert answered.status_code == 201 or answered.json() == {"survey": ["SUBMITTED"]}


def test_survey_submitted_twice_at_once_is_submitted_once(owner):
    schema = published_schema([{}])
    client = APIClient()
    client.force_authenticate(owner)
    survey = Filling(client, owner, schema)
    survey.give(1, text="x")
    responses = at_once(owner, [("post", f"{survey.path}/submit", {})] * 2)
    assert [response.status_code for response in responses] == [200, 200]
    assert len({response.json()["submitted"] for response in responses}) == 1


def test_survey_started_twice_at_once_is_started_once(owner):
    schema = published_schema([{}])
    for _ in range(10):
        body = {"schema": schema.pk, "client_id": str(uuid.uuid4())}
        responses = at_once(owner, [("post", f"/api/accounts/{owner.pk}/surveys", body)] * 2)
        assert sorted(response.status_code for response in responses) == [200, 201]
        assert responses[0].json() == responses[1].json()
    assert Survey.objects.count() == 10


def test_files_removed_at_once_leave_one_of_an_answer(owner):
    schema = published_schema([{"type": "file", "name": "photos", "required": True}])
    client = APIClient()
    client.force_authenticate(owner)
    image = {"type": "image", "file_content": as_text(picture())}
    for _ in range(10):
        survey = Filling(client, owner, schema)
        item = survey.give(1, attachments=[image] * 3)
        path = f"{survey.path}/items/{item['id']}/attachments"
        responses = at_once(
            owner, [("delete", f"{path}/{row['id']}", None) for row in item["attachments_data"]]
        )
        assert sorted(response.status_code for response in responses) == [204, 204, 400]
        rejected = next(response for response in responses if response.status_code == 400)
        assert rejected.json() == {"attachments": ["REQUIRED"]}
        assert SurveyItem.objects.get(pk=item["id"]).attachments.count() == 1
        assert SurveyItem.objects.get(pk=item["id"]).reply["value"] == 1
        assert survey.state["completed"] is True
