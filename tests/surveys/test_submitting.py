"""Submitting a survey: the response, the writes that are rejected afterwards, and the results."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from chat_api.lib.errors import InvalidInput
from chat_api.surveys import actions
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.results.tally import results_of, versions_of
from chat_api.surveys.signals import survey_submitted
from tests.factories import UserFactory, published_schema
from tests.surveys.conftest import Filling, question

pytestmark = pytest.mark.django_db

VIDEO = {"type": "youtube", "url": "https://www.youtube.com/watch?v=abcdefghijk"}
CLOSED = {"survey": ["SUBMITTED"]}


@pytest.fixture
def required():
    return published_schema([{"text": "A?", "required": True, "next_qid": 2}, {"text": "B?"}])


@pytest.fixture
def optional():
    return published_schema([{"text": "A?", "next_qid": 2}, {"text": "B?"}])


def submit(survey: Filling) -> Any:
    return survey.client.post(f"{survey.path}/submit")


def test_complete_survey_is_closed_and_shown(filling, required):
    survey = filling(required)
    assert survey.data["submitted"] is None
    assert list(survey.data)[-1] == "submitted"
    survey.give(1, text="x")
    response = submit(survey)
    assert response.status_code == 200, response.content
    shown = response.json()
    assert shown["submitted"]
    assert list(shown) == list(survey.data)
    assert survey.client.get(survey.path).json() == shown
    assert survey.client.get(f"{survey.path}?fields=submitted").json() == {"submitted": shown["submitted"]}


def test_incomplete_survey_is_not_closed(filling, required):
    survey = filling(required)
    survey.give(2, text="x")
    response = submit(survey)
    assert (response.status_code, response.json()) == (400, {"state": ["NOT_COMPLETE"]})
    assert survey.client.get(survey.path).json()["submitted"] is None
    survey.give(1, text="x")


def test_survey_without_questions_is_not_complete(filling):
    response = submit(filling(published_schema([])))
    assert (response.status_code, response.json()) == (400, {"state": ["NOT_COMPLETE"]})


def test_submitting_again_changes_nothing(filling, required):
    survey = filling(required)
    survey.give(1, text="x")
    first = submit(survey).json()
    again = submit(survey)
    assert (again.status_code, again.json()) == (200, first)


def test_completeness_is_computed_when_no_state_update_is_on(filling, required, settings):
    settings.CHAT_SETTINGS = {"OPTIMIZATIONS_BY_SURVEY_TYPE": {"survey": {"NO_STATE_UPDATE": True}}}
    survey = filling(required)
    assert submit(survey).json() == {"state": ["NOT_COMPLETE"]}
    survey.give(1, text="x")
    shown = submit(survey).json()
    assert shown["submitted"]
    assert shown["state"] is None


def test_submitted_survey_rejects_writes(filling, required):
    survey = filling(required)
    item = survey.give(1, text="x")
    path = f"{survey.path}/items/{item['id']}"
    attachment = survey.client.post(f"{path}/attachments", VIDEO, "json").json()
    shown = submit(survey).json()
    items = survey.client.get(f"{survey.path}/items").json()
    body = {"related_question": question(required, 2).pk, "text": "y"}
    rejected = [
        survey.client.post(f"{survey.path}/items", body),
        survey.client.post(f"{survey.path}/items", {**body, "verify": True}, "json"),
        survey.client.post(f"{survey.path}/items", {}),
        survey.client.patch(path, {"text": "y"}),
        survey.client.put(path, {"text": "y"}),
        survey.client.delete(path),
        survey.client.post(f"{path}/attachments", VIDEO, "json"),
        survey.client.patch(f"{path}/attachments/{attachment['id']}", {"title": "y"}),
        survey.client.put(f"{path}/attachments/{attachment['id']}", {"title": "y"}),
        survey.client.delete(f"{path}/attachments/{attachment['id']}"),
        survey.client.patch(survey.path, {}),
        survey.client.put(survey.path, {}),
    ]
    assert [(response.status_code, response.json()) for response in rejected] == [(400, CLOSED)] * len(
        rejected
    )
    assert survey.client.get(survey.path).json() == shown
    assert survey.client.get(f"{survey.path}/items").json() == items
    assert survey.client.get(f"{path}/attachments").json() == [attachment]


def test_submitted_survey_can_be_read_and_deleted(filling, required):
    survey = filling(required)
    survey.give(1, text="x")
    submit(survey)
    assert survey.client.options(f"{survey.path}/items").status_code == 200
    assert survey.client.delete(survey.path).status_code == 204
    assert submit(survey).status_code == 404


def test_only_the_owner_can_submit(filling, required, client_of, bob):
    survey = filling(required)
    survey.give(1, text="x")
    assert client_of(bob).post(f"{survey.path}/submit").status_code == 403
    assert survey.client.get(f"{survey.path}/submit").status_code == 405
    assert survey.client.post("/api/surveys/999999999/submit").status_code == 404


def test_permission_setting_decides_who_can_submit(filling, required, settings):
    settings.CHAT_SETTINGS = {"PERMISSIONS_SURVEY_SUBMIT": "chat_api.permissions.NoOne"}
    survey = filling(required)
    survey.give(1, text="x")
    assert submit(survey).status_code == 403
    assert survey.client.patch(survey.path, {}).status_code == 200


def test_signal_is_sent_once_after_commit(filling, required, django_capture_on_commit_callbacks):
    survey = filling(required)
    received = []

    def receiver(sender: Any, survey: Survey, **kwargs: Any) -> None:
        received.append((sender, survey.pk, survey.submitted is not None))

    survey_submitted.connect(receiver)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert submit(survey).status_code == 400
        survey.give(1, text="x")
        for _ in range(2):
            with django_capture_on_commit_callbacks() as callbacks:
                submit(survey)
            received_before = list(received)
            for callback in callbacks:
                callback()
            assert len(received) - len(received_before) == len(callbacks)
    finally:
        survey_submitted.disconnect(receiver)
    assert received == [(Survey, survey.id, True)]


def test_python_code_is_rejected_like_a_client(filling, required):
    survey = Survey.objects.get(pk=filling(required).id)
    with pytest.raises(InvalidInput, match="NOT_COMPLETE"):
        actions.submit_survey(survey=survey)
    item = actions.answer_question(
        survey=survey, question_id=question(required, 1).pk, text="x", sender=survey.user
    )
    assert actions.submit_survey(survey=survey).submitted
    for change in (
        lambda: actions.change_answer(item=item, text="y"),
        lambda: actions.remove_answer(item=item),
        lambda: actions.touch_survey(survey=survey),
    ):
        with pytest.raises(InvalidInput, match="SUBMITTED"):
            change()
    assert SurveyItem.objects.get().text == "x"


def test_admin_cannot_delete_items_of_submitted_surveys(filling, required, admin_client):
    survey = filling(required)
    item = survey.give(1, text="x")
    other = filling(required)
    open_item = other.give(1, text="x")
    submit(survey)
    url = reverse("admin:chat_api_surveyitem_delete", args=[item["id"]])
    page = admin_client.get(url)
    assert "submitted" in page.content.decode()
    admin_client.post(url, {"post": "yes"})
    both = {"action": "delete_selected", "_selected_action": [item["id"], open_item["id"]], "post": "yes"}
    admin_client.post(reverse("admin:chat_api_surveyitem_changelist"), both)
    assert SurveyItem.objects.count() == 2
    admin_client.post(reverse("admin:chat_api_surveyitem_delete", args=[open_item["id"]]), {"post": "yes"})
    assert [row.pk for row in SurveyItem.objects.all()] == [item["id"]]
    admin_client.post(reverse("admin:chat_api_survey_delete", args=[survey.id]), {"post": "yes"})
    assert not Survey.objects.filter(pk=survey.id).exists()


def counted(schema: Any) -> tuple[int, int]:
    """Return the number of surveys in the results and of completed ones, as the page and the versions agree."""
    results, (version,) = results_of(schema), versions_of(schema)
    assert (version.surveys, version.completed) == (results.surveys, results.completed)
    return results.surveys, results.completed


def test_complete_survey_with_an_answer_counts_as_completed(filling, optional):
    survey = filling(optional)
    assert survey.state["completed"] is True
    assert counted(optional) == (1, 0)
    assert [row.stopped for row in results_of(optional).questions] == [1, 0]
    item = survey.give(2, text="x")
    assert counted(optional) == (1, 1)
    assert [row.stopped for row in results_of(optional).questions] == [0, 0]
    survey.client.delete(f"{survey.path}/items/{item['id']}")
    assert counted(optional) == (1, 0)


def test_hidden_answers_do_not_complete_a_survey(filling):
    schema = published_schema([{"text": "A?", "next_qid": -1}, {"text": "Hidden?"}])
    survey = filling(schema)
    survey.give(2, text="x")
    assert survey.state == {"visibility": [1], "completed": True}
    assert counted(schema) == (1, 0)


def test_chosen_answer_completes_a_survey(filling):
    schema = published_schema([{"type": "choice", "answers": [{"text": "yes"}, {"text": "no"}]}])
    survey = filling(schema)
    assert counted(schema) == (1, 0)
    survey.give(1, "no")
    assert counted(schema) == (1, 1)


def test_incomplete_survey_does_not_count_as_completed(filling, required):
    filling(required).give(2, text="x")
    assert counted(required) == (1, 0)


def test_submitted_survey_counts_as_completed_without_answers(filling, optional):
    survey = filling(optional)
    assert submit(survey).status_code == 200
    assert counted(optional) == (1, 1)
    assert [row.stopped for row in results_of(optional).questions] == [0, 0]


def test_only_submitted_surveys_count_when_submission_is_required(filling, optional, settings):
    settings.CHAT_SETTINGS = {"SURVEYS_REQUIRE_SUBMIT": True}
    survey = filling(optional)
    survey.give(1, text="x")
    assert counted(optional) == (1, 0)
    assert [row.stopped for row in results_of(optional).questions] == [0, 1]
    submit(survey)
    assert counted(optional) == (1, 1)


def test_query_count_of_submitting_does_not_depend_on_the_survey(filling, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    numbers = []
    for size in (2, 30):
        schema = published_schema([{"next_qid": qid + 1} for qid in range(1, size + 1)])
        survey = filling(schema)
        for qid in range(1, size + 1):
            survey.give(qid, text="x")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert submit(survey).status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_user_of_another_survey_is_not_affected(filling, required, client_of):
    survey = filling(required)
    survey.give(1, text="x")
    submit(survey)
    other = UserFactory.create()
    theirs = Filling(client_of(other), other, required)
    assert theirs.give(1, text="y")["text"] == "y"
