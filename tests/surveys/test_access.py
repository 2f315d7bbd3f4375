"""Who sees whose surveys."""

from __future__ import annotations

import pytest

from tests.factories import SurveyFactory, SurveyItemFactory, UserFactory
from tests.surveys.conftest import question

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def item(alice, smoking):
    return SurveyItemFactory(survey=SurveyFactory(user=alice, schema=smoking))


def test_a_survey_of_another_is_forbidden_and_a_missing_one_not_found(client_of, alice, bob, item):
    for somebody in (bob, UserFactory(is_staff=True, is_superuser=True)):
        client = client_of(somebody)
        for method in ("get", "put", "patch", "delete"):
            assert getattr(client, method)(f"/api/surveys/{item.survey_id}").status_code == 403
            assert getattr(client, method)("/api/surveys/999999").status_code == 404
    assert client_of(alice).get(f"/api/surveys/{item.survey_id}").status_code == 200


@pytest.mark.parametrize("method", [*METHODS, "head", "options"])
@pytest.mark.parametrize("under", ["items", "items/1"])
def test_items_of_another_and_of_a_missing_survey_look_the_same(client_of, bob, item, method, under):
    client = client_of(bob)
    of_another = getattr(client, method)(f"/api/surveys/{item.survey_id}/{under}")
    missing = getattr(client, method)(f"/api/surveys/999999999999999999999/{under}")
    assert of_another.status_code == missing.status_code == 403
    assert of_another.content == missing.content
    assert of_another.headers == missing.headers


@pytest.mark.parametrize("path", ["", "/items", "/items/{item}"])
def test_nobody_is_let_in_without_signing_in(client_of, item, path):
    path = f"/api/surveys/{item.survey_id}{path.format(item=item.pk)}"
    refused = client_of(None).get(path)
    assert refused.status_code == 403
    assert refused.json() == {"detail": "Authentication credentials were not provided."}


def test_the_owner_gets_200_for_options_and_head_and_405_for_a_wrong_method(api, alice, item):
    survey = f"/api/surveys/{item.survey_id}"
    wrong = {
        f"/api/accounts/{alice.pk}/surveys?limit=1": "delete",
        "/api/surveys?limit=1": "post",
        survey: "post",
        f"{survey}/items": "delete",
        f"{survey}/items/{item.pk}": "post",
    }
    for path, method in wrong.items():
        assert api.options(path).status_code == 200
        assert api.head(path).status_code == 200
        refused = getattr(api, method)(path)
        assert refused.status_code == 405
        assert refused.json() == {"detail": f'Method "{method.upper()}" not allowed.'}


@pytest.mark.parametrize(
    "path",
    [
        "surveys/x",
        "surveys/-1",
        "surveys/1/",
        "surveys/1.5/items",
        "surveys/1/items/x",
        "accounts/x/surveys",
        "surveys/999999999999999999999",
    ],
)
def test_a_path_of_a_wrong_shape_is_not_found(api, path):
    assert api.get(f"/api/{path}").status_code == 404


def test_an_item_id_beyond_all_ids_is_not_found(api, item):
    assert api.get(f"/api/surveys/{item.survey_id}/items/{10**30}").status_code == 404


def test_the_host_can_close_and_open_endpoints_at_any_time(client_of, api, bob, item, settings):
    path = f"/api/surveys/{item.survey_id}"
    settings.CHAT_SETTINGS = {
        "PERMISSIONS_SURVEY_OBJECT": "chat_api.permissions.NoOne",
        "PERMISSIONS_SURVEY_ITEMS_LIST_BY_SURVEY_ID": "rest_framework.permissions.IsAuthenticated",
    }
    assert api.get(path).status_code == 403
    assert [row["id"] for row in client_of(bob).get(f"{path}/items").json()] == [item.pk]
    assert client_of(bob).get("/api/surveys/999999/items").status_code == 403
    settings.CHAT_SETTINGS = {}
    assert api.get(path).status_code == 200
    assert client_of(bob).get(f"{path}/items").status_code == 403


def test_somebody_whom_the_host_lets_in_begins_surveys_for_the_account(
    client_of, alice, bob, smoking, settings
):
    settings.CHAT_SETTINGS = {
        "PERMISSIONS_SURVEYS_LIST_BY_USER_ID": "rest_framework.permissions.IsAuthenticated"
    }
    made = client_of(bob).post(f"/api/accounts/{alice.pk}/surveys", {"schema": smoking.pk})
    assert made.json()["user"] == alice.pk
    assert client_of(bob).post("/api/accounts/999999/surveys", {"schema": smoking.pk}).status_code == 404


def test_the_sender_is_who_answered(client_of, alice, bob, smoking, settings):
    survey = SurveyFactory(user=alice, schema=smoking)
    settings.CHAT_SETTINGS = {
        "PERMISSIONS_SURVEY_ITEMS_LIST_BY_SURVEY_ID": "rest_framework.permissions.IsAuthenticated"
    }
    body = {"related_question": question(smoking, 4).pk, "text": "for her"}
    assert client_of(bob).post(f"/api/surveys/{survey.pk}/items", body).json()["sender"] == bob.pk
