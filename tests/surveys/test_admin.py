"""Surveys in the admin: to look at, however many there are."""

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


def test_lists_cost_the_same_for_2_and_for_20(admin_client, client_of, smoking):
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


def test_an_item_shows_its_answers_and_a_survey_its_state(admin_client, filling, smoking):
    schemas = [published_schema(name=f"unrelated {number}") for number in range(3)]
    survey = filling(smoking)
    item = survey.give(3, "pipe", "cigar")
    page = admin_client.get(f"/admin/chat_api/surveyitem/{item['id']}/change/").content.decode()
    assert "pipe, cigar" in page
    page = admin_client.get(f"/admin/chat_api/survey/{survey.id}/change/").content.decode()
    assert "visibility" in page
    assert not any(schema.name in page for schema in schemas)


def test_nothing_is_added_or_changed_there(admin_client, filling, smoking):
    survey = filling(smoking)
    item = survey.give(4, text="hers")
    for page, pk in (("survey", survey.id), ("surveyitem", item["id"])):
        assert admin_client.get(f"/admin/chat_api/{page}/add/").status_code == 403
        assert admin_client.post(f"/admin/chat_api/{page}/{pk}/change/", {"text": "his"}).status_code == 403
    assert survey.client.get(f"{survey.path}/items/{item['id']}").json()["text"] == "hers"


def test_the_state_follows_when_items_are_deleted_there(admin_client, filling, smoking):
    survey = filling(smoking)
    items = [survey.give(1, "no")["id"], survey.give(6, text="1")["id"], survey.give(2, text="1")["id"]]
    assert survey.state["completed"] is True
    admin_client.post(f"/admin/chat_api/surveyitem/{items[1]}/delete/", {"post": "yes"})
    assert survey.state == {"visibility": [1, 4, 6], "completed": False}
    chosen = {"action": "delete_selected", "_selected_action": [items[0], items[2]], "post": "yes"}
    admin_client.post("/admin/chat_api/surveyitem/", chosen)
    assert survey.state == {"visibility": [1], "completed": False}


def test_a_survey_is_found_by_its_id(admin_client):
    surveys = [SurveyFactory() for _ in range(2)]
    page = admin_client.get(f"/admin/chat_api/survey/?q={surveys[1].pk}").content.decode()
    assert f"/admin/chat_api/survey/{surveys[1].pk}/change/" in page
    assert f"/admin/chat_api/survey/{surveys[0].pk}/change/" not in page
    assert admin_client.get("/admin/chat_api/survey/?q=x").status_code == 200
