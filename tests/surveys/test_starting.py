"""Starting surveys, and the lists of surveys."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from rest_framework import serializers

from chat_api.surveys.models import Survey
from tests.factories import SurveyFactory, UserFactory, draft_schema, published_schema

pytestmark = pytest.mark.django_db

KEYS = {
    "schema",
    "user",
    "updated",
    "automated_sender",
    "id",
    "created",
    "automated_sender_data",
    "user_data",
    "state",
    "submitted",
}


def path(user):
    return f"/api/accounts/{user.pk}/surveys"


def test_new_survey_is_returned_with_all_keys_and_its_state(api, alice, smoking):
    made = api.post(path(alice), {"schema": smoking.pk})
    assert made.status_code == 201
    data = made.json()
    assert set(data) == KEYS
    assert data["schema"] == smoking.pk
    assert data["user"] == alice.pk
    assert data["automated_sender"] is None
    assert data["automated_sender_data"] is None
    assert data["user_data"]["first_name"] == "Alice"
    assert data["state"] == {"visibility": [1], "completed": False}
    assert api.get(f"/api/surveys/{data['id']}").json() == data


def test_read_only_fields_are_ignored(api, alice, bob, smoking):
    data = api.post(
        path(alice), {"schema": smoking.pk, "user": bob.pk, "state": {"x": 1}, "id": 99_999}
    ).json()
    assert data["user"] == alice.pk
    assert data["id"] != 99_999
    assert data["state"]["visibility"] == [1]


def test_survey_of_a_schema_without_questions_has_no_state(api, alice):
    made = api.post(path(alice), {"schema": published_schema().pk})
    assert made.status_code == 201
    assert made.json()["state"] is None


def test_schema_type_must_be_allowed_for_surveys(api, alice, settings):
    flow = published_schema([{"type": "text"}], type="automated_flow")
    rejected = api.post(path(alice), {"schema": flow.pk})
    assert rejected.status_code == 400
    assert rejected.json() == {"schema": ["NOT_ALLOWED"]}
    settings.CHAT_SETTINGS = {"SURVEYS_ALLOWED_SCHEMA_TYPES": ("automated_flow",)}
    assert api.post(path(alice), {"schema": flow.pk}).status_code == 201


def test_draft_cannot_be_filled_in_unless_published_schemas_may_be_edited(api, alice, settings):
    draft = draft_schema([{"type": "text"}])
    rejected = api.post(path(alice), {"schema": draft.pk})
    assert rejected.status_code == 400
    assert rejected.json() == {"schema": ["NOT_PUBLISHED"]}
    settings.CHAT_SETTINGS = {"ALLOW_EDIT_PUBLISHED_SCHEMAS": True}
    assert api.post(path(alice), {"schema": draft.pk}).status_code == 201


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "This field may not be null."),
        ("x", "Incorrect type. Expected pk value, received str."),
        ([1], "Incorrect type. Expected pk value, received list."),
        (True, "Incorrect type. Expected pk value, received bool."),
        (1.5, "Incorrect type. Expected pk value, received float."),
        (10**40, f'Invalid pk "{10**40}" - object does not exist.'),
        (-1, 'Invalid pk "-1" - object does not exist.'),
    ],
)
def test_schema_of_a_wrong_type_or_unknown_id_gets_the_texts_of_drf(api, alice, value, text):
    rejected = api.post(path(alice), {"schema": value})
    assert rejected.status_code == 400
    assert rejected.json() == {"schema": [text]}


def test_infinity_is_rejected_as_a_schema(api, alice):
    rejected = api.generic("POST", path(alice), '{"schema": 1e999}', content_type="application/json")
    assert rejected.status_code == 400
    assert rejected.json() == {"schema": ["Incorrect type. Expected pk value, received float."]}


def test_body_must_be_an_object(api, alice):
    rejected = api.post(path(alice), [1])
    assert rejected.status_code == 400
    assert "non_field_errors" in rejected.json()


def test_all_errors_are_returned_together(api, alice, bob):
    rejected = api.post(path(alice), {"schema": None, "automated_sender": bob.pk})
    assert rejected.json() == {
        "schema": ["This field may not be null."],
        "automated_sender": ["NOT_ALLOWED"],
    }


def users_with_names_in_b(user):
    """AUTOMATED_SENDERS of a host."""
    return get_user_model().objects.filter(first_name="Bob")


def test_automated_sender_is_the_requester_or_one_of_automated_senders(api, alice, bob, smoking, settings):
    mine = api.post(path(alice), {"schema": smoking.pk, "automated_sender": alice.pk})
    assert mine.json()["automated_sender_data"]["id"] == alice.pk
    rejected = api.post(path(alice), {"schema": smoking.pk, "automated_sender": bob.pk})
    assert rejected.status_code == 400
    assert rejected.json() == {"automated_sender": ["NOT_ALLOWED"]}
    settings.CHAT_SETTINGS = {"AUTOMATED_SENDERS": "tests.surveys.test_starting.users_with_names_in_b"}
    allowed = api.post(path(alice), {"schema": smoking.pk, "automated_sender": bob.pk})
    assert allowed.json()["automated_sender"] == bob.pk
    carol = UserFactory(first_name="Carol")
    assert api.post(path(alice), {"schema": smoking.pk, "automated_sender": carol.pk}).status_code == 400


def test_account_list_is_permitted_only_to_its_user(client_of, alice, bob, smoking):
    SurveyFactory(user=alice, schema=smoking)
    for somebody in (bob, UserFactory(is_staff=True, is_superuser=True)):
        assert client_of(somebody).get(f"{path(alice)}?limit=5").status_code == 403
        assert client_of(somebody).post(path(alice), {"schema": smoking.pk}).status_code == 403
    assert client_of(None).get(f"{path(alice)}?limit=5").status_code == 403
    assert Survey.objects.count() == 1


def test_account_list_is_paginated_without_counting(api, alice, smoking):
    ids = [SurveyFactory(user=alice, schema=smoking).pk for _ in range(5)]
    assert api.get(path(alice)).json() == {"detail": "Incorrect offset or limit."}
    page = api.get(f"{path(alice)}?limit=2&offset=1").json()
    assert [row["id"] for row in page["results"]] == ids[1:3]
    assert set(page["results"][0]) == KEYS
    assert "offset=3" in page["next"]
    assert page["previous"] is not None
    last = api.get(f"{path(alice)}?limit=2&offset=4").json()
    assert [row["id"] for row in last["results"]] == ids[4:]
    assert last["next"] is None


def test_lists_can_be_ordered_and_filtered_by_indexed_columns(api, alice, smoking):
    ids = [SurveyFactory(user=alice, schema=smoking).pk for _ in range(3)]

    def listed(query):
        return [row["id"] for row in api.get(f"{path(alice)}?limit=9&{query}").json()["results"]]

    assert listed("ordering=-created") == ids[::-1]
    assert listed("ordering=user") == ids
    assert listed(f"id__gt={ids[0]}") == ids[1:]
    assert listed(f"id__in={ids[0]},{ids[2]}") == [ids[0], ids[2]]
    assert listed(f"user={alice.pk}") == ids
    assert listed("updated__lt=2001-01-01T00:00:00Z") == []


def test_error_names_the_filter_with_a_wrong_value(api, alice):
    rejected = api.get(f"{path(alice)}?limit=9&created__gt=yesterday")
    assert rejected.status_code == 400
    assert list(rejected.json()) == ["created__gt"]


def test_global_list_shows_own_surveys_and_all_to_staff(client_of, alice, bob, smoking, settings):
    hers, his = SurveyFactory(user=alice, schema=smoking).pk, SurveyFactory(user=bob, schema=smoking).pk

    def listed(user):
        return [row["id"] for row in client_of(user).get("/api/surveys?limit=9").json()["results"]]

    assert listed(alice) == [hers]
    assert listed(UserFactory(is_staff=True)) == [hers, his]
    settings.CHAT_SETTINGS = {"SURVEYS_GLOBAL_LIST_ALL": True}
    assert listed(alice) == [hers, his]
    assert client_of(None).get("/api/surveys?limit=9").status_code == 403


def test_global_list_does_not_allow_post(api, smoking):
    assert api.post("/api/surveys", {"schema": smoking.pk}).status_code == 405


def test_fields_select_keys_at_every_level(api, alice, smoking):
    SurveyFactory(user=alice, schema=smoking)
    page = api.get(f"{path(alice)}?limit=9&fields=schema,user_data__first_name").json()
    assert page["results"] == [{"schema": smoking.pk, "user_data": {"first_name": "Alice"}}]


class NamesakeSerializer(serializers.Serializer):
    """ACCOUNT_SERIALIZER of a host."""

    called = serializers.CharField(source="first_name")


def test_account_serializer_of_the_host_shows_users(api, alice, smoking, settings):
    SurveyFactory(user=alice, schema=smoking)
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": "tests.surveys.test_starting.NamesakeSerializer"}
    assert api.get(f"{path(alice)}?limit=9").json()["results"][0]["user_data"] == {"called": "Alice"}
