"""Schemas in the REST API: permissions and documents."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from rest_framework import serializers

from chat_api.chat.models import UserThread
from chat_api.schemas import serializers as described
from chat_api.schemas.models import Schema
from tests.factories import (
    MemberFactory,
    SchemaFactory,
    SurveyFactory,
    UserFactory,
    draft_schema,
    publish_unchecked,
    published_schema,
)

pytestmark = pytest.mark.django_db

NOT_FOUND = {"detail": "Not found."}
REFUSED = {"detail": "You do not have permission to perform this action."}


@pytest.fixture
def editor(db):
    """A user with the permission to view schemas."""
    user = UserFactory()
    user.user_permissions.add(Permission.objects.get(codename="view_schema"))
    return user


def test_schema_has_all_parts_and_unrendered_texts(api, published):
    body = api.get(f"/api/schemas/{published.pk}").json()
    assert list(body) == [
        *("name", "published", "version", "type", "deprecated", "id"),
        *("groups", "questions"),
    ]
    (group,) = body["groups"]
    assert [question["qid"] for question in group["questions"]] == [10, 20]
    assert [question["qid"] for question in body["questions"]] == [30, 40, 50]
    first = group["questions"][0]
    assert first["text"] == "Hello {{ user.first_name }}, do you sleep well?"
    assert first["group"] == group["id"]
    assert first["schema"] == group["schema"] == body["id"] == published.pk
    assert [answer["text"] for answer in first["answers"]] == ["yes", "no"]
    assert first["answers"][1]["variable_modifications"] == [["bad", "bad + 1"]]
    assert [attachment["title"] for attachment in first["attachments"]] == ["T", "Moon"]
    assert first["meta"] == {"icon": "moon", "levels": [1, 2.5, None]}
    assert "comments" not in first
    assert "comments" not in first["answers"][1]


def test_groups_questions_and_answers_are_ordered_by_position(api):
    schema = published_schema(
        [
            {"qid": 1, "position": 3, "group": "b"},
            {"qid": 2, "position": 1, "group": "a"},
            {"qid": 3, "position": 2, "group": "b"},
        ]
    )
    Schema.objects.filter(pk=schema.pk).update(published=True)
    schema.groups.filter(name="a").update(position=9)
    body = api.get(f"/api/schemas/{schema.pk}").json()
    assert [(each["name"], [row["qid"] for row in each["questions"]]) for each in body["groups"]] == [
        ("b", [3, 1]),
        ("a", [2]),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fields=id,groups__name", {"groups": [{"name": "Sleep"}], "id": None}),
        ("fields=questions__answers", {"questions": [{"answers": []}] * 3}),
        ("fields=name,version&include_fields=type", {"name": "Sleep", "version": 1}),
        ("fields=nothing", {}),
    ],
)
def test_fields_select_at_every_level(api, published, query, expected):
    body = api.get(f"/api/schemas/{published.pk}?{query}").json()
    if "id" in expected:
        expected = {**expected, "id": published.pk}
    assert body == expected


def test_selection_does_not_affect_next_request(api, published):
    whole = api.get(f"/api/schemas/{published.pk}").json()
    api.get(f"/api/schemas/{published.pk}?fields=groups__questions__text")
    assert api.get(f"/api/schemas/{published.pk}").json() == whole


def test_documents_equal_output_of_serializers(api, published):
    """Documents are built without the serializers that describe them: both must agree."""
    body = api.get(f"/api/schemas/{published.pk}").json()

    def plain(described_by: type, row: object) -> object:
        class Plain(serializers.ModelSerializer):
            class Meta(described_by.Meta):  # type: ignore[name-defined]
                fields = tuple(
                    name
                    for name in described_by.Meta.fields  # type: ignore[attr-defined]
                    if name not in ("answers", "attachments", "questions", "groups", "src", "thumbnail")
                )

        return Plain(row).data

    shown = [*body["groups"][0]["questions"], *body["questions"]]
    for row, question in zip(published.questions.all(), shown, strict=True):
        assert list(question) == list(described.QuestionSerializer.Meta.fields)
        assert question.items() >= plain(described.QuestionSerializer, row).items()
        for answer_row, answer in zip(row.answers.all(), question["answers"], strict=True):
            assert list(answer) == list(described.AnswerSerializer.Meta.fields)
            assert answer == plain(described.AnswerSerializer, answer_row)
        for template, attachment in zip(row.attachments.order_by("pk"), question["attachments"], strict=True):
            assert list(attachment) == list(described.AttachmentTemplateSerializer.Meta.fields)
            assert attachment.items() >= plain(described.AttachmentTemplateSerializer, template).items()
    assert list(body["groups"][0]) == list(described.GroupSerializer.Meta.fields)
    assert list(body) == list(described.SchemaSerializer.Meta.fields)


def test_unknown_schema_is_not_found(api):
    for pk in (999, 10**40):
        response = api.get(f"/api/schemas/{pk}")
        assert (response.status_code, response.json()) == (404, NOT_FOUND)


def test_draft_is_not_found_without_view_permission(client_of, alice, editor, draft):
    response = client_of(alice).get(f"/api/schemas/{draft.pk}")
    assert (response.status_code, response.json()) == (404, NOT_FOUND)
    assert client_of(editor).get(f"/api/schemas/{draft.pk}").json()["published"] is False


def test_type_not_in_setting_is_forbidden(api):
    flow = published_schema([{}], type="automated_flow")
    response = api.get(f"/api/schemas/{flow.pk}")
    assert (response.status_code, response.json()) == (403, REFUSED)


@pytest.mark.parametrize(
    ("state", "may_read"),
    [
        (UserThread.STATE_ASSISTED, True),
        (UserThread.STATE_SCRIPTED_FE_CONTROLLED, True),
        (UserThread.STATE_SCRIPTED, False),
        (UserThread.STATE_OPEN, False),
    ],
)
def test_member_in_front_end_state_can_read_schema_of_any_type(api, alice, state, may_read):
    flow = published_schema([{}], type="automated_flow")
    member = MemberFactory(user=alice)
    UserThread.objects.filter(pk=member.pk).update(state=state, schema=flow)
    response = api.get(f"/api/schemas/{flow.pk}")
    assert (response.status_code, response.json().get("id")) == ((200, flow.pk) if may_read else (403, None))


def test_membership_of_another_user_does_not_permit_reading(api):
    flow = published_schema([{}], type="automated_flow")
    member = MemberFactory()
    UserThread.objects.filter(pk=member.pk).update(state="assisted", schema=flow)
    assert api.get(f"/api/schemas/{flow.pk}").json() == REFUSED


def test_anonymous_user_cannot_read_schemas(client_of, published):
    for path in (f"/api/schemas/{published.pk}", "/api/schemas/survey"):
        response = client_of(None).get(path)
        assert response.status_code in (401, 403)
        assert response.json() == {
            "detail": "Authentication credentials were not provided.",
            "code": "NOT_AUTHENTICATED",
        }


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_schemas_are_read_only_in_the_api(api, published, method):
    for path in (f"/api/schemas/{published.pk}", "/api/schemas/survey"):
        response = getattr(api, method)(path, {})
        assert response.status_code == 405
        assert response.json() == {"detail": f'Method "{method.upper()}" not allowed.'}


def test_head_and_options_need_permission_to_read(api, client_of, published):
    for path in (f"/api/schemas/{published.pk}", "/api/schemas/survey"):
        assert api.head(path).status_code == api.options(path).status_code == 200
        assert client_of(None).options(path).status_code in (401, 403)


def test_permission_classes_can_be_changed_at_runtime(api, published, settings):
    settings.CHAT_SETTINGS = {"PERMISSIONS_SCHEMA_OBJECT": "chat_api.permissions.NoOne"}
    assert api.get(f"/api/schemas/{published.pk}").json() == REFUSED
    settings.CHAT_SETTINGS = {}
    assert api.get(f"/api/schemas/{published.pk}").json()["id"] == published.pk


class TestForASurvey:
    def test_texts_are_rendered_for_owner_of_survey(self, api, alice, published):
        survey = SurveyFactory(user=alice, schema=published)
        body = api.get(f"/api/schemas/{published.pk}?survey={survey.pk}").json()
        assert body["groups"][0]["questions"][0]["text"] == "Hello Alice, do you sleep well?"
        assert body["questions"][1]["text"] == "How old?"

    def test_meta_is_resolved(self, api, alice, settings):
        settings.CHAT_SETTINGS = {"META_RESOLVER_SETTINGS_ALLOWED": ("TIME_ZONE",)}
        schema = published_schema([{"meta": {"zone": {"$resolve": "setting:TIME_ZONE"}}}])
        survey = SurveyFactory(user=alice, schema=schema)
        path = f"/api/schemas/{schema.pk}"
        assert api.get(path).json()["questions"][0]["meta"] == {"zone": {"$resolve": "setting:TIME_ZONE"}}
        rendered = api.get(f"{path}?survey={survey.pk}").json()
        assert rendered["questions"][0]["meta"] == {"zone": "UTC"}

    @pytest.mark.parametrize("value", ["abc", "999", "", "-1", "9" * 50])
    def test_unknown_survey_is_rejected_by_name_of_parameter(self, api, published, value):
        response = api.get(f"/api/schemas/{published.pk}?survey={value}")
        text = f'Invalid pk "{value[:50]}" - object does not exist.'
        assert (response.status_code, response.json()) == (400, {"survey": [text]})

    def test_survey_of_another_user_is_rejected_like_unknown_one(self, api, published):
        survey = SurveyFactory(schema=published)
        foreign = api.get(f"/api/schemas/{published.pk}?survey={survey.pk}")
        text = f'Invalid pk "{survey.pk}" - object does not exist.'
        assert (foreign.status_code, foreign.json()) == (400, {"survey": [text]})

    def test_survey_of_another_schema_is_rejected(self, api, alice, published):
        survey = SurveyFactory(user=alice)
        assert api.get(f"/api/schemas/{published.pk}?survey={survey.pk}").status_code == 400


class TestList:
    def test_list_is_ordered_by_id_and_includes_deprecated_schemas(self, api):
        first = published_schema([{}], name="a", version=2)
        second = published_schema([{}], name="a", version=1)
        Schema.objects.filter(pk=first.pk).update(deprecated=True)
        published_schema([{}], type="automated_flow")
        keys = {"published": True, "type": "survey", "name": "a"}
        assert api.get("/api/schemas/survey").json() == [
            {**keys, "version": 2, "deprecated": True, "id": first.pk},
            {**keys, "version": 1, "deprecated": False, "id": second.pk},
        ]

    def test_drafts_are_listed_with_view_permission(self, client_of, alice, editor):
        draft = SchemaFactory()
        assert client_of(alice).get("/api/schemas/survey").json() == []
        assert [row["id"] for row in client_of(editor).get("/api/schemas/survey").json()] == [draft.pk]

    def test_type_not_in_setting_is_not_listed(self, api, settings):
        settings.CHAT_SETTINGS = {"TYPES_SCHEMA_LIST_THROUGH_API": ("survey",)}
        for kind in ("automated_flow", "nothing"):
            response = api.get(f"/api/schemas/{kind}")
            assert (response.status_code, response.json()) == (403, REFUSED)

    def test_list_is_paginated_with_limit(self, api):
        pks = [publish_unchecked(SchemaFactory()).pk for _ in range(3)]
        page = api.get("/api/schemas/survey?limit=2&fields=id").json()
        assert page["results"] == [{"id": pks[0]}, {"id": pks[1]}]
        assert "offset=2" in page["next"]
        rest = api.get(page["next"]).json()
        assert (rest["results"], rest["next"]) == ([{"id": pks[2]}], None)

    def test_list_is_limited(self, api, settings):
        settings.CHAT_SETTINGS = {"SCHEMA_LIST_MAX": 2, "PAGE_SIZE_MAX": 1}
        pks = [publish_unchecked(SchemaFactory()).pk for _ in range(3)]
        assert [row["id"] for row in api.get("/api/schemas/survey").json()] == pks[:2]
        assert len(api.get("/api/schemas/survey?limit=50").json()["results"]) == 1


def test_draft_is_always_read_from_database(client_of, editor):
    draft = draft_schema([{"text": "before"}])
    path = f"/api/schemas/{draft.pk}?fields=questions__text"
    assert client_of(editor).get(path).json() == {"questions": [{"text": "before"}]}
    question = draft.questions.get()
    question.text = "after"
    question.save()
    assert client_of(editor).get(path).json() == {"questions": [{"text": "after"}]}
