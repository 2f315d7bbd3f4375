"""Writing a script in the admin: drafts can be changed, published schemas looked at."""

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
    """Give the form data of inline rows by their prefix."""
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
    """Do the action with the schemas; give what the admin says."""
    client.get(path("schema_changelist"))  # shows what was said before
    data = {"action": action, "_selected_action": [schema.pk for schema in schemas]}
    response = client.post(path("schema_changelist"), data)
    assert response.status_code == 302, response.content
    return [str(message) for message in get_messages(response.wsgi_request)]


def publish(client: Client, schema: Schema) -> list[str]:
    """Publish one schema, which goes by a page that says what it replaces; give what the admin says."""
    response: Any = client.post(
        path("schema_changelist"), {"action": "publish", "_selected_action": [schema.pk]}
    )
    assert response.url == path("schema_publish", schema.pk)
    assert client.get(response.url).status_code == 200
    assert not Schema.objects.get(pk=schema.pk).published
    response = client.post(response.url)
    assert response.status_code == 302, response.content
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_person_writes_a_script_and_publishes_it(admin):
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
    assert act(admin, "verify", schema) == ["Mood (1): nothing is wrong."]
    assert publish(admin, schema)[-1] == "Mood (1) was published."
    schema.refresh_from_db()
    assert schema.published


def test_a_new_question_has_the_next_numbers_and_another_one_is_of_the_same_schema(admin):
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


def test_the_first_question_is_number_1(admin):
    schema = Schema.objects.create(name="empty", type="survey")
    form = admin.get(f"{path('question_add')}?schema={schema.pk}").context["adminform"].form
    assert (form["qid"].value(), form["position"].value()) == (1, 1)


def test_a_new_answer_ends_the_script_until_the_question_it_leads_to_is_written(admin, draft):
    page = admin.get(f"{path('question_add')}?schema={draft.pk}")
    answers = page.context["inline_admin_formsets"][0].formset
    assert answers.prefix == "answers"
    assert answers.empty_form["next_qid"].value() == -1
    written = admin.get(path("question_change", draft.questions.get(qid=10).pk))
    offered = written.context["inline_admin_formsets"][0].formset.initial_forms
    assert [form["next_qid"].value() for form in offered] == list(
        draft.questions.get(qid=10).answers.values_list("next_qid", flat=True)
    )


def test_what_clean_refuses_is_said_at_its_field(admin, draft):
    row = question(schema=draft.pk, qid=60, position=60, type="range", range_from=5, range_to=1, next_qid="")
    response = admin.post(path("question_add"), row | inlines(answers=[], attachments=[]))
    errors = response.context["adminform"].form.errors
    assert set(errors) == {"range_to", "next_qid"}
    assert draft.questions.count() == 5


@pytest.mark.parametrize("chosen", ["none", "missing", "published"])
def test_a_question_with_answers_needs_a_draft_to_be_in(admin, chosen):
    schema = {"none": "", "missing": "999", "published": str(published_schema([{}]).pk)}[chosen]
    rows = inlines(answers=[answer(position=1, next_qid=5)], attachments=[])
    response = admin.post(path("question_add"), question(schema=schema) | rows)
    assert list(response.context["adminform"].form.errors) == ["schema"]
    assert Question.objects.count() == 1


def test_an_answer_may_lead_back_to_the_question_that_is_just_made(admin, draft):
    rows = inlines(answers=[answer(position=1, next_qid=60)], attachments=[])
    row = question(schema=draft.pk, qid=60, position=60)
    assert admin.post(path("question_add"), row | rows).status_code == 302
    assert draft.questions.get(qid=60).answers.get().next_qid == 60


@pytest.mark.parametrize("value", ["NaN", '{"a": [-Infinity]}', '"\\u0000"'])
def test_json_that_cannot_be_stored_is_refused_at_its_field(admin, draft, value):
    template = {"type": "youtube", "url": "https://youtu.be/abc", "options": value}
    row = question(schema=draft.pk, qid=60, position=60, meta=value)
    rows = inlines(answers=[answer(position=1, meta=value)], attachments=[template])
    response = admin.post(path("question_add"), row | rows)
    assert list(response.context["adminform"].form.errors) == ["meta"]
    found = [formset.formset.errors for formset in response.context["inline_admin_formsets"]]
    assert [[list(errors) for errors in under] for under in found] == [[["meta"]], [["options"]]]
    assert not draft.questions.filter(qid=60).exists()


@pytest.mark.parametrize("value", ["null", "{}", '""'])
def test_no_forking_rules_are_none_however_a_form_says_it(admin, draft, value):
    row = question(schema=draft.pk, qid=60, position=60, type="text", next_qid=-1, forking_rules=value)
    response = admin.post(path("question_add"), row | inlines(answers=[], attachments=[]))
    assert response.status_code == 302
    assert draft.questions.get(qid=60).forking_rules == []


def test_an_answer_that_leads_nowhere_is_refused(admin, draft):
    row = question(schema=draft.pk, qid=60, position=60)
    rows = inlines(answers=[answer(position=1, next_qid=777)], attachments=[])
    response = admin.post(path("question_add"), row | rows)
    assert "The schema has no question with qid 777." in response.content.decode()


def test_groups_of_other_schemas_are_not_offered(admin, draft):
    other = Group.objects.create(schema=draft_schema(), name="Elsewhere", position=1)
    page = admin.get(path("question_change", draft.questions.get(qid=10).pk)).content.decode()
    assert "Sleep</option>" in page
    assert "Elsewhere" not in page
    row = question(schema=draft.pk, qid=60, position=60, group=other.pk)
    response = admin.post(path("question_add"), row | inlines(answers=[], attachments=[]))
    assert list(response.context["adminform"].form.errors) == ["group"]


def test_a_schema_named_in_the_address_that_is_none_does_no_harm(admin):
    for value in ("abc", "9" * 40, "-1"):
        assert admin.get(f"{path('question_add')}?schema={value}").status_code == 200


class TestWhatIsPublished:
    def test_it_is_shown_and_cannot_be_changed(self, admin, published):
        page = admin.get(path("schema_change", published.pk))
        assert page.context["has_change_permission"] is False
        assert 'name="_save"' not in page.content.decode()
        assert "Add a question" not in page.content.decode()
        assert admin.post(path("schema_change", published.pk), {"name": "x"}).status_code == 403
        assert Schema.objects.get().name == "Sleep"

    def test_its_questions_and_answers_as_well(self, admin, published):
        row = published.questions.get(qid=10)
        page = admin.get(path("question_change", row.pk))
        assert page.context["has_change_permission"] is False
        assert "do you sleep well" in page.content.decode()
        assert admin.post(path("question_change", row.pk), question()).status_code == 403
        assert admin.post(path("question_delete", row.pk), {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        admin.post(path("question_changelist"), data)
        assert published.questions.count() == 5

    def test_nothing_is_added_to_it(self, admin, published):
        row = question(schema=published.pk, qid=60, position=60)
        response = admin.post(path("question_add"), row | inlines(answers=[], attachments=[]))
        assert response.context["adminform"].form.errors == {
            "schema": ["A published schema never changes. Copy it as unpublished."]
        }

    def test_it_can_be_changed_where_the_host_allows_it(self, admin, published, settings):
        settings.CHAT_SETTINGS = {"ALLOW_EDIT_PUBLISHED_SCHEMAS": True}
        body = {"name": "Sleep", "version": 9, "type": "survey", **inlines(groups=[])}
        assert admin.post(path("schema_change", published.pk), body).status_code == 302
        assert Schema.objects.get().version == 9


class TestActions:
    def test_a_schema_with_errors_is_not_published_and_the_errors_are_said(self, admin):
        broken = draft_schema([{"next_qid": 7}], name="broken")
        (said,) = publish(admin, broken)
        assert said.startswith("broken (1) was not published: Question with QID 7 does not exists.")
        assert not Schema.objects.get().published

    def test_copying(self, admin, published):
        assert act(admin, "copy_as_unpublished", published) == ["Sleep (1) was copied."]
        assert Schema.objects.filter(version=2, published=False).count() == 1

    def test_deleting_takes_only_drafts_and_says_what_keeps_one(self, admin, draft):
        used = draft_schema([{}], name="used")
        SurveyFactory(schema=used)
        kept = published_schema([{}], name="kept")
        said = act(admin, "delete_drafts", draft, used, kept)
        assert set(said) == {
            "Sleep (1) was deleted.",
            "used (1) was not deleted: used (1) stays, as it is referred to by survey: 1.",
        }
        assert set(Schema.objects.values_list("name", flat=True)) == {"used", "kept"}

    def test_verifying_tells_errors_from_warnings(self, admin):
        schema = draft_schema([{"text": "{{ variables.x }}", "next_qid": 7}], name="a")
        said = act(admin, "verify", schema)
        assert len(said) == 2
        assert any("[unknown_name]" in text for text in said)
        assert any("[missing_question]" in text for text in said)

    def test_each_needs_its_own_permission(self, draft):
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

    def test_results_are_exported_by_who_may(self, admin, published):
        chosen = {"action": "export_results", "_selected_action": [published.pk]}
        response = admin.post(path("schema_changelist"), chosen, follow=True)
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert b"".join(response.streaming_content).startswith(b"survey id,user id,")
        chosen["_selected_action"].append(draft_schema([{}], name="other").pk)
        response = admin.post(path("schema_changelist"), chosen, follow=True)
        assert "Choose one schema to export the results of." in response.content.decode()

    def test_several_at_once_are_published_by_the_action(self, admin):
        first, second = draft_schema([{}], name="first"), draft_schema([{}], name="second")
        assert act(admin, "publish", first, second) == [
            "first (1) was published.",
            "second (1) was published.",
        ]


@pytest.mark.parametrize("page", ["schema_changelist", "question_changelist"])
def test_lists_cost_the_same_for_2_and_for_20(admin, page):
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


def test_a_question_costs_the_same_with_2_and_with_12_answers_and_attachments(admin):
    def cost(size: int) -> int:
        schema = draft_schema([{"type": "choice", "answers": [{}] * size}])
        row = Question.objects.get(schema=schema)
        for _ in range(size):
            row.attachments.create(type="youtube", url="https://youtu.be/a")
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(path("question_change", row.pk)).status_code == 200
        return len(captured)

    # Content types are read once a process.
    cost(1)
    assert cost(2) == cost(12)
