"""Surveys and items in the admin."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext

from tests.databases import connection
from tests.factories import SurveyFactory, UserFactory, published_schema
from tests.surveys.conftest import Filling

pytestmark = pytest.mark.django_db

PAGES = ("survey", "surveyitem")


@pytest.fixture
def admin_client(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


def test_query_count_of_the_lists_does_not_depend_on_the_number_of_rows(admin_client, client_of, smoking):
    counts = []
    for number in (2, 18):
        for _ in range(number):
            somebody = UserFactory()
            Filling(client_of(somebody), somebody, smoking).give(1, "yes")
        for page in PAGES:
            with CaptureQueriesContext(connection) as captured:
                assert admin_client.get(f"/admin/chat_api/{page}/").status_code == 200
            counts.append(len(captured))
    assert counts[:2] == counts[2:]


def test_item_page_shows_answers_and_survey_page_the_state(admin_client, filling, smoking):
    schemas = [published_schema(name=f"unrelated {number}") for number in range(3)]
    survey = filling(smoking)
    item = survey.give(3, "pipe", "cigar")
    page = admin_client.get(f"/admin/chat_api/surveyitem/{item['id']}/change/").content.decode()
    assert "pipe, cigar" in page
    page = admin_client.get(f"/admin/chat_api/survey/{survey.id}/change/").content.decode()
    assert "visibility" in page
    assert not any(schema.name in page for schema in schemas)


def test_surveys_and_items_can_neither_be_added_nor_changed(admin_client, filling, smoking):
    survey = filling(smoking)
    item = survey.give(4, text="mine")
    for page, pk in (("survey", survey.id), ("surveyitem", item["id"])):
        assert admin_client.get(f"/admin/chat_api/{page}/add/").status_code == 403
        assert admin_client.post(f"/admin/chat_api/{page}/{pk}/change/", {"text": "other"}).status_code == 403
    assert survey.client.get(f"{survey.path}/items/{item['id']}").json()["text"] == "mine"


def test_state_follows_when_items_are_deleted_in_the_admin(admin_client, filling, smoking):
    survey = filling(smoking)
    items = [survey.give(1, "no")["id"], survey.give(6, text="1")["id"], survey.give(2, text="1")["id"]]
    assert survey.state["completed"] is True
    admin_client.post(f"/admin/chat_api/surveyitem/{items[1]}/delete/", {"post": "yes"})
    assert survey.state == {"visibility": [1, 4, 6], "completed": False}
    chosen = {"action": "delete_selected", "_selected_action": [items[0], items[2]], "post": "yes"}
    admin_client.post("/admin/chat_api/surveyitem/", chosen)
    assert survey.state == {"visibility": [1], "completed": False}


def test_survey_is_found_by_its_id(admin_client):
    surveys = [SurveyFactory() for _ in range(2)]
    page = admin_client.get(f"/admin/chat_api/survey/?q={surveys[1].pk}").content.decode()
    assert f"/admin/chat_api/survey/{surveys[1].pk}/change/" in page
    assert f"/admin/chat_api/survey/{surveys[0].pk}/change/" not in page
    assert admin_client.get("/admin/chat_api/survey/?q=x").status_code == 200
