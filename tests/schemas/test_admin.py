"""The admin of schemas and questions: drafts can be changed, published schemas are read-only."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat_api.schemas.models import Group, Question, Schema
from tests.caching import forget_cached_queries
from tests.databases import connection
from tests.factories import SurveyFactory, UserFactory, draft_schema, published_schema

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db) -> Client:
    client = Client()
    client.force_login(UserFactory.create(is_staff=True, is_superuser=True))
    return client


def path(page: str, *args: Any) -> str:
    return reverse(f"admin:chat_api_{page}", args=args)


def inlines(**prefixes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the form data of inline rows by prefix."""
    data: dict[str, Any] = {}
    for prefix, rows in prefixes.items():
        data |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        for number, row in enumerate(rows):
            data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def question(**columns: Any) -> dict[str, Any]:
    return {
        "qid": 1,
        "position": 1,
        "type": "choice",
        "text": "Well?",
        "show_as_type": "automated_message",
        "meta": "null",
        "variable_modifications": "[]",
        "forking_rules": "[]",
        **columns,
    }


def answer(**columns: Any) -> dict[str, Any]:
    return {"text": "yes", "next_qid": -1, "meta": "null", "variable_modifications": "[]", **columns}


def act(client: Client, action: str, *schemas: Schema) -> list[str]:
    """Run an admin action on the schemas; return the messages."""
    client.get(path("schema_changelist"))  # clears earlier messages
    data = {"action": action, "_selected_action": [schema.pk for schema in schemas]}
    response = client.post(path("schema_changelist"), data)
    assert response.status_code == 302, response.content
    return [str(message) for message in get_messages(response.wsgi_request)]


def publish(client: Client, schema: Schema) -> list[str]:
    """Publish a schema through the confirmation page; return the messages."""
    response: Any = client.post(
        path("schema_changelist"), {"action": "publish", "_selected_action": [schema.pk]}
    )
    assert response.url == path("schema_publish", schema.pk)
    assert client.get(response.url).status_code == 200
    assert not Schema.objects.get(pk=schema.pk).published
    response = client.post(response.url)
    assert response.status_code == 302, response.content
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_script_can_be_written_and_published(admin):
    groups = [{"position": 1, "name": "First"}]
    body = {"name": "Mood", "version": 1, "type": "survey", **inlines(groups=groups)}
    assert admin.post(path("schema_add"), body).status_code == 302
    schema = Schema.objects.get()
    page = admin.get(path("schema_change", schema.pk))
    link = f"{path('question_add')}?schema={schema.pk}"
    assert link in page.content.decode()
    add_page = admin.get(link)
    assert "First" in add_page.content.decode()
    row = question(schema=schema.pk, group=schema.groups.get().pk)
    rows = inlines(answers=[answer(position=1), answer(position=2, text="no")], attachments=[])
    assert admin.post(path("question_add"), row | rows).status_code == 302
    assert list(schema.questions.get().answers.values_list("text", flat=True)) == ["yes", "no"]
    assert act(admin, "verify", schema) == ["Mood (1): no issues."]
    assert publish(admin, schema)[-1] == "Mood (1) was published."
    schema.refresh_from_db()
    assert schema.published


def test_new_question_gets_next_numbers_and_save_and_add_another_keeps_schema(admin):
    schema = draft_schema([{"qid": 7}, {"qid": 5}])
    link = f"{path('question_add')}?schema={schema.pk}"
    form = admin.get(link).context["adminform"].form
    assert (form["qid"].value(), form["position"].value()) == (8, schema.questions.last().position + 1)
    row = question(schema=schema.pk, qid=8, position=8, type="text", next_qid=-1)
    body = row | inlines(answers=[], attachments=[])
    response = admin.post(link, body | {"_addanother": "Save and add another"})
    assert response.status_code == 302
    assert response.url == link
    assert admin.get(link).context["adminform"].form["qid"].value() == 9


def test_first_question_is_number_1(admin):
    schema = Schema.objects.create(name="empty", type="survey")
    form = admin.get(f"{path('question_add')}?schema={schema.pk}").context["adminform"].form
    assert (form["qid"].value(), form["position"].value()) == (1, 1)


def test_new_answer_ends_script_by_default(admin, draft):
    page = admin.get(f"{path('question_add')}?schema={draft.pk}")
    answers = page.context["inline_admin_formsets"][0].formset
    assert answers.prefix == "answers"
    assert answers.empty_form["next_qid"].value() == -1
    written = admin.get(path("question_change", draft.questions.get(qid=10).pk))
    offered = written.context["inline_admin_formsets"][0].formset.initial_forms
    assert [form["next_qid"].value() for form in offered] == list(
        draft.questions.get(qid=10).answers.values_list("next_qid", flat=True)
    )


def test_validation_error_is_shown_at_its_field(admin, draft):
    row = question(schema=draft.pk, qid=60, position=60, type="range", range_from=5, range_to=1, next_qid="")
    response = admin.post(path("question_add"), row | inlines(answers=[], attachments=[]))
    errors = response.context["adminform"].form.errors
    assert set(errors) == {"range_to", "next_qid"}
    assert draft.questions.count() == 5


@pytest.mark.parametrize("chosen", ["none", "missing", "published"])
def test_question_with_answers_needs_unpublished_schema(admin, chosen):
    schema = {"none": "", "missing": "999", "published": str(published_schema([{}]).pk)}[chosen]
    rows = inlines(answers=[answer(position=1, next_qid=5)], attachments=[])
    response = admin.post(path("question_add"), question(schema=schema) | rows)
    assert list(response.context["adminform"].form.errors) == ["schema"]
    assert Question.objects.count() == 1


def test_answer_can_lead_to_its_own_new_question(admin, draft):
    rows = inlines(answers=[answer(position=1, next_qid=60)], attachments=[])
    row = question(schema=draft.pk, qid=60, position=60)
    assert admin.post(path("question_add"), row | rows).status_code == 302
    assert draft.questions.get(qid=60).answers.get().next_qid == 60


@pytest.mark.parametrize("value", ["NaN", '{"a": [-Infinity]}', '"\\u0000"'])
def test_json_that_cannot_be_stored_is_rejected_at_its_field(admin, draft, value):
    template = {"type": "youtube", "url": "https://youtu.be/abc", "options": value}
    row = question(schema=draft.pk, qid=60, position=60, meta=value)
    rows = inlines(answers=[answer(position=1, meta=value)], attachments=[template])
    response = admin.post(path("question_add"), row | rows)
    assert list(response.context["adminform"].form.errors) == ["meta"]
    found = [formset.formset.errors for formset in response.context["inline_admin_formsets"]]
    assert [[list(errors) for errors in under] for under in found] == [[["meta"]], [["options"]]]
    assert not draft.questions.filter(qid=60).exists()


@pytest.mark.parametrize("value", ["null", "{}", '""'])
def test_empty_forking_rules_are_stored_as_empty_list(admin, draft, value):
    row = question(schema=draft.pk, qid=60, position=60, type="text", next_qid=-1, forking_rules=value)
    response = admin.post(path("question_add"), row | inlines(answers=[], attachments=[]))
    assert response.status_code == 302
    assert draft.questions.get(qid=60).forking_rules == []


def test_answer_with_unknown_next_question_is_rejected(admin, draft):
    row = question(schema=draft.pk, qid=60, position=60)
    rows = inlines(answers=[answer(position=1, next_qid=777)], attachments=[])
    response = admin.post(path("question_add"), row | rows)
    assert "The schema has no question with QID 777." in response.content.decode()


def test_only_groups_of_same_schema_can_be_chosen(admin, draft):
    other = Group.objects.create(schema=draft_schema(), name="Elsewhere", position=1)
    page = admin.get(path("question_change", draft.questions.get(qid=10).pk)).content.decode()
    assert "Sleep</option>" in page
    assert "Elsewhere" not in page
    row = question(schema=draft.pk, qid=60, position=60, group=other.pk)
    response = admin.post(path("question_add"), row | inlines(answers=[], attachments=[]))
    assert list(response.context["adminform"].form.errors) == ["group"]


def test_invalid_schema_in_query_string_is_ignored(admin):
    for value in ("abc", "9" * 40, "-1"):
        assert admin.get(f"{path('question_add')}?schema={value}").status_code == 200


class TestPublishedSchema:
    def test_published_schema_is_read_only(self, admin, published):
        page = admin.get(path("schema_change", published.pk))
        assert page.context["has_change_permission"] is False
        assert 'name="_save"' not in page.content.decode()
        assert "Add a question" not in page.content.decode()
        assert admin.post(path("schema_change", published.pk), {"name": "x"}).status_code == 403
        assert Schema.objects.get().name == "Sleep"

    def test_questions_and_answers_of_published_schema_are_read_only(self, admin, published):
        row = published.questions.get(qid=10)
        page = admin.get(path("question_change", row.pk))
        assert page.context["has_change_permission"] is False
        assert "do you sleep well" in page.content.decode()
        assert admin.post(path("question_change", row.pk), question()).status_code == 403
        assert admin.post(path("question_delete", row.pk), {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        admin.post(path("question_changelist"), data)
        assert published.questions.count() == 5

    def test_nothing_can_be_added_to_published_schema(self, admin, published):
        row = question(schema=published.pk, qid=60, position=60)
        response = admin.post(path("question_add"), row | inlines(answers=[], attachments=[]))
        assert response.context["adminform"].form.errors == {
            "schema": ["Choose an unpublished schema. Published schemas cannot be changed."]
        }

    def test_setting_allows_editing(self, admin, published, settings):
        settings.CHAT_SETTINGS = {"ALLOW_EDIT_PUBLISHED_SCHEMAS": True}
        body = {"name": "Sleep", "version": 9, "type": "survey", **inlines(groups=[])}
        assert admin.post(path("schema_change", published.pk), body).status_code == 302
        assert Schema.objects.get().version == 9


class TestActions:
    def test_schema_with_errors_is_not_published_and_errors_are_shown(self, admin):
        broken = draft_schema([{"next_qid": 7}], name="broken")
        (shown,) = publish(admin, broken)
        assert shown.startswith("broken (1) was not published: Question with QID 7 does not exists.")
        assert not Schema.objects.get().published

    def test_copy_action(self, admin, published):
        assert act(admin, "copy_as_unpublished", published) == ["Sleep (1) was copied."]
        assert Schema.objects.filter(version=2, published=False).count() == 1

    def test_delete_action_deletes_only_drafts_and_lists_references(self, admin, draft):
        used = draft_schema([{}], name="used")
        SurveyFactory(schema=used)
        kept = published_schema([{}], name="kept")
        shown = act(admin, "delete_drafts", draft, used, kept)
        assert set(shown) == {
            "Sleep (1) was deleted.",
            "used (1) was not deleted: Cannot delete used (1): it is referred to by survey: 1.",
        }
        assert set(Schema.objects.values_list("name", flat=True)) == {"used", "kept"}

    def test_verify_action_shows_errors_and_warnings(self, admin):
        schema = draft_schema([{"text": "{{ variables.x }}", "next_qid": 7}], name="a")
        shown = act(admin, "verify", schema)
        assert len(shown) == 2
        assert any("[unknown_name]" in text for text in shown)
        assert any("[missing_question]" in text for text in shown)

    def test_each_action_needs_its_permission(self, draft):
        viewer = UserFactory(is_staff=True)
        viewer.user_permissions.add(Permission.objects.get(codename="view_schema"))
        client = Client()
        client.force_login(viewer)
        page = client.get(path("schema_changelist"))
        offered = [name for name, _ in page.context["action_form"].fields["action"].choices if name]
        assert offered == ["download", "verify"]
        publishing = path("schema_publish", draft.pk)
        assert [client.get(publishing).status_code, client.post(publishing).status_code] == [403, 403]
        assert not Schema.objects.get().published
        publisher = Permission.objects.get(codename="publish_schema")
        viewer.user_permissions.add(publisher)
        client.post(publishing)
        assert Schema.objects.get().published

    def test_export_action_needs_permission(self, admin, published):
        chosen = {"action": "export_results", "_selected_action": [published.pk]}
        response = admin.post(path("schema_changelist"), chosen, follow=True)
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert b"".join(response.streaming_content).startswith(b"survey id,user id,")
        chosen["_selected_action"].append(draft_schema([{}], name="other").pk)
        response = admin.post(path("schema_changelist"), chosen, follow=True)
        assert "Choose one schema to export its results." in response.content.decode()

    def test_action_publishes_several_schemas(self, admin):
        first, second = draft_schema([{}], name="first"), draft_schema([{}], name="second")
        assert act(admin, "publish", first, second) == [
            "first (1) was published.",
            "second (1) was published.",
        ]


def test_list_of_schemas_leads_to_scripts(admin: Client) -> None:
    draft, published = draft_schema([{}]), published_schema([{}])
    page = admin.get(path("schema_changelist")).content.decode()
    assert f'<a href="{path("schema_script", draft.pk)}">Edit the script</a>' in page
    assert f'<a href="{path("schema_flow", published.pk)}">See the flow</a>' in page


@pytest.mark.parametrize("page", ["schema_changelist", "question_changelist"])
def test_list_takes_constant_number_of_queries(admin, page):
    def cost() -> int:
        forget_cached_queries()
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(path(page)).status_code == 200
        return len(captured)

    for number in range(2):
        draft_schema([{"group": "g"}], name=f"a{number}")
    cost()
    few = cost()
    for number in range(18):
        draft_schema([{"group": "g"}], name=f"b{number}")
    assert cost() == few


def test_question_page_takes_constant_number_of_queries(admin):
    def cost(size: int) -> int:
        schema = draft_schema([{"type": "choice", "answers": [{}] * size}])
        row = Question.objects.get(schema=schema)
        for _ in range(size):
            row.attachments.create(type="youtube", url="https://youtu.be/a")
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(path("question_change", row.pk)).status_code == 200
        return len(captured)

    # Content types are cached by the process.
    cost(1)
    assert cost(2) == cost(12)
