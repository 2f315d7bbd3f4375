"""Access to surveys and their items."""

from __future__ import annotations

import pytest

from tests.factories import SurveyFactory, SurveyItemFactory, UserFactory
from tests.surveys.conftest import question

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def item(alice, smoking):
    return SurveyItemFactory(survey=SurveyFactory(user=alice, schema=smoking))


def test_survey_of_another_user_is_403_and_missing_survey_404(client_of, alice, bob, item):
    for somebody in (bob, UserFactory(is_staff=True, is_superuser=True)):
        client = client_of(somebody)
        for method in ("get", "put", "patch", "delete"):
            assert getattr(client, method)(f"/api/surveys/{item.survey_id}").status_code == 403
            assert getattr(client, method)("/api/surveys/999999").status_code == 404
    assert client_of(alice).get(f"/api/surveys/{item.survey_id}").status_code == 200


@pytest.mark.parametrize("method", [*METHODS, "head", "options"])
@pytest.mark.parametrize("under", ["items", "items/1"])
def test_items_of_another_users_survey_and_of_a_missing_one_get_the_same_response(
    client_of, bob, item, method, under
):
    client = client_of(bob)
    of_another = getattr(client, method)(f"/api/surveys/{item.survey_id}/{under}")
    missing = getattr(client, method)(f"/api/surveys/999999999999999999999/{under}")
    assert of_another.status_code == missing.status_code == 403
    assert of_another.content == missing.content
    assert of_another.headers == missing.headers


@pytest.mark.parametrize("path", ["", "/items", "/items/{item}"])
def test_anonymous_user_gets_403(client_of, item, path):
    path = f"/api/surveys/{item.survey_id}{path.format(item=item.pk)}"
    rejected = client_of(None).get(path)
    assert rejected.status_code == 403
    assert rejected.json() == {
        "detail": "Authentication credentials were not provided.",
        "code": "NOT_AUTHENTICATED",
    }


def test_owner_gets_200_for_options_and_head_and_405_for_a_wrong_method(api, alice, item):
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
        rejected = getattr(api, method)(path)
        assert rejected.status_code == 405
        assert rejected.json() == {"detail": f'Method "{method.upper()}" not allowed.'}


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
def test_malformed_path_is_not_found(api, path):
    assert api.get(f"/api/{path}").status_code == 404


def test_item_id_larger_than_any_id_is_not_found(api, item):
    assert api.get(f"/api/surveys/{item.survey_id}/items/{10**30}").status_code == 404


def test_permission_settings_apply_at_once(client_of, api, bob, item, settings):
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


def test_user_whom_the_host_permits_starts_surveys_for_the_account(client_of, alice, bob, smoking, settings):
    settings.CHAT_SETTINGS = {
        "PERMISSIONS_SURVEYS_LIST_BY_USER_ID": "rest_framework.permissions.IsAuthenticated"
    }
    made = client_of(bob).post(f"/api/accounts/{alice.pk}/surveys", {"schema": smoking.pk})
    assert made.json()["user"] == alice.pk
    assert client_of(bob).post("/api/accounts/999999/surveys", {"schema": smoking.pk}).status_code == 404


def test_sender_of_an_item_is_the_user_who_answered(client_of, alice, bob, smoking, settings):
    survey = SurveyFactory(user=alice, schema=smoking)
    settings.CHAT_SETTINGS = {
        "PERMISSIONS_SURVEY_ITEMS_LIST_BY_SURVEY_ID": "rest_framework.permissions.IsAuthenticated"
    }
    body = {"related_question": question(smoking, 4).pk, "text": "for her"}
    assert client_of(bob).post(f"/api/surveys/{survey.pk}/items", body).json()["sender"] == bob.pk
