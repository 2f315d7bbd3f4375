"""Beginning a survey, and the lists of surveys."""

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


def test_a_new_survey_has_all_keys_and_its_state_at_once(api, alice, smoking):
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


def test_what_is_read_only_is_ignored(api, alice, bob, smoking):
    data = api.post(
        path(alice), {"schema": smoking.pk, "user": bob.pk, "state": {"x": 1}, "id": 99_999}
    ).json()
    assert data["user"] == alice.pk
    assert data["id"] != 99_999
    assert data["state"]["visibility"] == [1]


def test_a_schema_without_questions_has_no_state(api, alice):
    made = api.post(path(alice), {"schema": published_schema().pk})
    assert made.status_code == 201
    assert made.json()["state"] is None


def test_only_types_that_the_host_allows_can_be_surveys(api, alice, settings):
    flow = published_schema([{"type": "text"}], type="automated_flow")
    refused = api.post(path(alice), {"schema": flow.pk})
    assert refused.status_code == 400
    assert refused.json() == {"schema": ["NOT_ALLOWED"]}
    settings.CHAT_SETTINGS = {"SURVEYS_ALLOWED_SCHEMA_TYPES": ("automated_flow",)}
    assert api.post(path(alice), {"schema": flow.pk}).status_code == 201


def test_a_draft_cannot_be_filled_in_unless_drafts_may_be_edited_live(api, alice, settings):
    draft = draft_schema([{"type": "text"}])
    refused = api.post(path(alice), {"schema": draft.pk})
    assert refused.status_code == 400
    assert refused.json() == {"schema": ["NOT_PUBLISHED"]}
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
def test_what_names_no_schema_is_refused_in_the_words_of_the_framework(api, alice, value, text):
    refused = api.post(path(alice), {"schema": value})
    assert refused.status_code == 400
    assert refused.json() == {"schema": [text]}


def test_a_fraction_without_end_is_no_schema(api, alice):
    refused = api.generic("POST", path(alice), '{"schema": 1e999}', content_type="application/json")
    assert refused.status_code == 400
    assert refused.json() == {"schema": ["Incorrect type. Expected pk value, received float."]}


def test_a_body_that_is_no_object_is_refused(api, alice):
    refused = api.post(path(alice), [1])
    assert refused.status_code == 400
    assert "non_field_errors" in refused.json()


def test_all_problems_come_at_once(api, alice, bob):
    refused = api.post(path(alice), {"schema": None, "automated_sender": bob.pk})
    assert refused.json() == {
        "schema": ["This field may not be null."],
        "automated_sender": ["NOT_ALLOWED"],
    }


def users_with_names_in_b(user):
    """Stands for a host's AUTOMATED_SENDERS."""
    return get_user_model().objects.filter(first_name="Bob")


def test_an_automated_sender_is_oneself_or_one_whom_the_host_gives(api, alice, bob, smoking, settings):
    mine = api.post(path(alice), {"schema": smoking.pk, "automated_sender": alice.pk})
    assert mine.json()["automated_sender_data"]["id"] == alice.pk
    refused = api.post(path(alice), {"schema": smoking.pk, "automated_sender": bob.pk})
    assert refused.status_code == 400
    assert refused.json() == {"automated_sender": ["NOT_ALLOWED"]}
    settings.CHAT_SETTINGS = {"AUTOMATED_SENDERS": "tests.surveys.test_starting.users_with_names_in_b"}
    allowed = api.post(path(alice), {"schema": smoking.pk, "automated_sender": bob.pk})
    assert allowed.json()["automated_sender"] == bob.pk
    carol = UserFactory(first_name="Carol")
    assert api.post(path(alice), {"schema": smoking.pk, "automated_sender": carol.pk}).status_code == 400


def test_an_account_list_is_its_own_users_alone(client_of, alice, bob, smoking):
    SurveyFactory(user=alice, schema=smoking)
    for somebody in (bob, UserFactory(is_staff=True, is_superuser=True)):
        assert client_of(somebody).get(f"{path(alice)}?limit=5").status_code == 403
        assert client_of(somebody).post(path(alice), {"schema": smoking.pk}).status_code == 403
    assert client_of(None).get(f"{path(alice)}?limit=5").status_code == 403
    assert Survey.objects.count() == 1


def test_the_account_list_pages_without_counting(api, alice, smoking):
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


def test_lists_are_ordered_and_filtered_by_what_has_an_index(api, alice, smoking):
    ids = [SurveyFactory(user=alice, schema=smoking).pk for _ in range(3)]

    def listed(query):
        return [row["id"] for row in api.get(f"{path(alice)}?limit=9&{query}").json()["results"]]

    assert listed("ordering=-created") == ids[::-1]
    assert listed("ordering=user") == ids
    assert listed(f"id__gt={ids[0]}") == ids[1:]
    assert listed(f"id__in={ids[0]},{ids[2]}") == [ids[0], ids[2]]
    assert listed(f"user={alice.pk}") == ids
    assert listed("updated__lt=2001-01-01T00:00:00Z") == []


def test_a_filter_value_of_the_wrong_kind_is_named(api, alice):
    refused = api.get(f"{path(alice)}?limit=9&created__gt=yesterday")
    assert refused.status_code == 400
    assert list(refused.json()) == ["created__gt"]


def test_the_global_list_shows_ones_own_and_staff_all(client_of, alice, bob, smoking, settings):
    hers, his = SurveyFactory(user=alice, schema=smoking).pk, SurveyFactory(user=bob, schema=smoking).pk

    def listed(user):
        return [row["id"] for row in client_of(user).get("/api/surveys?limit=9").json()["results"]]

    assert listed(alice) == [hers]
    assert listed(UserFactory(is_staff=True)) == [hers, his]
    settings.CHAT_SETTINGS = {"SURVEYS_GLOBAL_LIST_ALL": True}
    assert listed(alice) == [hers, his]
    assert client_of(None).get("/api/surveys?limit=9").status_code == 403


def test_the_global_list_takes_no_post(api, smoking):
    assert api.post("/api/surveys", {"schema": smoking.pk}).status_code == 405


def test_fields_cuts_the_survey_at_every_level(api, alice, smoking):
    SurveyFactory(user=alice, schema=smoking)
    page = api.get(f"{path(alice)}?limit=9&fields=schema,user_data__first_name").json()
    assert page["results"] == [{"schema": smoking.pk, "user_data": {"first_name": "Alice"}}]


class NamesakeSerializer(serializers.Serializer):
    """Stands for a host's ACCOUNT_SERIALIZER."""

    called = serializers.CharField(source="first_name")


def test_the_hosts_own_account_serializer_shows_people(api, alice, smoking, settings):
    SurveyFactory(user=alice, schema=smoking)
    settings.CHAT_SETTINGS = {"ACCOUNT_SERIALIZER": "tests.surveys.test_starting.NamesakeSerializer"}
    assert api.get(f"{path(alice)}?limit=9").json()["results"][0]["user_data"] == {"called": "Alice"}
