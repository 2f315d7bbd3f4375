"""Editing the script of a schema in the admin, and previewing it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from chat_api.chat.models import Message, UserThread
from chat_api.schemas.editing import read_script
from chat_api.schemas.models import Schema
from chat_api.schemas.portability import dump
from chat_api.surveys.models import Survey
from tests.factories import MemberFactory, draft_schema, published_schema
from tests.schemas.admin_pages import client_with, document, loop_schema, path, save, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    return client_with(is_superuser=True)


class TestScript:
    def test_script_is_saved_as_a_whole(self, admin):
        schema = draft_schema([{"text": "old"}], name="Mood")
        script = document(
            {
                "qid": 1,
                "type": "choice",
                "text": "Well?",
                "group": "First",
                "answers": [{"text": "yes", "variable_modifications": [["good", "1"]]}, {"text": "no"}],
            },
            {"qid": 2, "type": "fork", "forking_rules": [["3", "good > 0"]]},
            {"qid": 3, "type": "text", "text": "What was good?"},
        )
        response = save(admin, schema, script)
        assert response.status_code == 302, text_of(response)
        shown = [str(message) for message in get_messages(response.wsgi_request)]
        assert shown == ["Mood (1) was saved. No issues."]
        rows = list(schema.questions.values_list("qid", "type", "text", "next_qid", "group__name"))
        assert rows == [
            (1, "choice", "Well?", None, "First"),
            (2, "fork", "", None, None),
            (3, "text", "What was good?", -1, None),
        ]
        assert list(schema.questions.first().answers.values_list("text", "next_qid")) == [
            ("yes", 2),
            ("no", 2),
        ]

    def test_script_can_be_yaml(self, admin):
        schema = draft_schema([{}])
        shown = admin.get(path("script", schema.pk)).context["text"]
        assert save(admin, schema, shown.replace("type: text", "type: int")).status_code == 302
        assert schema.questions.get().type == "int"

    def test_saving_unchanged_script_changes_nothing(self, admin):
        schema = published_schema([{"qid": 3}, {"qid": 1, "type": "choice"}])
        Schema.objects.update(published=False)
        before = dump(schema, format="compact")
        page = admin.get(path("script", schema.pk))
        response = save(admin, schema, page.context["editor"]["document"], token=page.context["token"])
        assert response.status_code == 302
        assert dump(schema, format="compact") == before

    def test_name_type_and_version_are_not_changed_by_script(self, admin):
        schema = draft_schema([{}], name="Mine", type="survey")
        script = document(
            {"qid": 1, "type": "text", "text": "x"}, name="Other", type="automated_flow", version=9
        )
        assert save(admin, schema, script).status_code == 302
        schema.refresh_from_db()
        assert (schema.name, schema.type, schema.version) == ("Mine", "survey", 1)

    @pytest.mark.parametrize(
        ("script", "reason"),
        [
            ("{", "invalid JSON"),
            ("a: [", "invalid YAML"),
            ("[]", "questions"),
            ('{"questions": "x"}', "questions: &#x27;x&#x27; is not of type"),
            ('{"questions": [{"qid": 1}]}', "questions[0]: &#x27;type&#x27; is a required property"),
            (
                '{"questions": [{"qid": 1, "type": "range", "next_qid": -1}]}',
                "question 1: range_from: Enter both ends",
            ),
            (
                '{"questions": [{"qid": 1, "type": "text"}, {"qid": 1, "type": "text"}]}',
                "2 questions have the qid 1",
            ),
        ],
    )
    def test_errors_are_shown_and_input_is_kept(self, admin, script, reason):
        schema = draft_schema([{"text": "old"}])
        response = save(admin, schema, script)
        assert response.status_code == 400
        assert reason in text_of(response)
        assert response.context["text"] == script
        assert schema.questions.get().text == "old"

    def test_conflicting_edit_is_rejected(self, admin):
        schema = draft_schema([{"text": "old"}])
        token = read_script(schema).token
        first = document({"qid": 1, "type": "text", "text": "first"})
        second = document({"qid": 1, "type": "text", "text": "second"})
        assert save(admin, schema, first, token=token).status_code == 302
        response = save(admin, schema, second, token=token)
        assert response.status_code == 409
        assert "Someone else changed this script" in text_of(response)
        assert "second" in response.context["text"]
        assert schema.questions.get().text == "first"

    def test_question_in_use_is_not_replaced(self, admin, settings):
        settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "ALLOW_EDIT_PUBLISHED_SCHEMAS": True}
        schema = published_schema([{}])
        member: Any = MemberFactory.create()
        Message.objects.create(thread=member.thread, related_question=schema.questions.get())
        response = save(admin, schema, document({"qid": 1, "type": "int", "text": "x"}))
        assert response.status_code == 409
        assert "referred to by message: 1" in text_of(response)
        assert schema.questions.get().type == "text"

    def test_published_script_is_read_only(self, admin):
        schema = published_schema([{"text": "old"}])
        assert admin.get(path("script", schema.pk)).url == path("flow", schema.pk)
        assert save(admin, schema, document()).url == path("flow", schema.pk)
        assert schema.questions.get().text == "old"

    def test_new_schema_redirects_to_its_script(self, admin):
        body = {
            "name": "New",
            "version": 1,
            "type": "survey",
            "groups-TOTAL_FORMS": 0,
            "groups-INITIAL_FORMS": 0,
        }
        response = admin.post(path("add"), body)
        assert response.url == path("script", Schema.objects.get().pk)


class TestPreview:
    @pytest.fixture
    def schema(self) -> Schema:
        return draft_schema(
            [
                {"qid": 1, "type": "message", "text": "Hello {{ user.first_name }} <i>", "next_qid": 2},
                {
                    "qid": 2,
                    "type": "choice",
                    "text": "Tired?",
                    "answers": [
                        {"text": "yes", "next_qid": 3, "variable_modifications": [["tired", "tired + 2"]]},
                        {"text": "no", "next_qid": -1},
                    ],
                },
                {"qid": 3, "type": "int", "text": "{{ answers.q2 }}: how many hours?", "next_qid": 4},
                {"qid": 4, "type": "control", "text": "Breathe", "next_qid": -1},
            ]
        )

    def preview(self, client: Client, schema: Schema, *steps: dict[str, Any]) -> Any:
        """Submit the steps in order, like the page; return the last response."""
        page: Any = client.get(path("preview", schema.pk))
        for step in steps:
            page = client.post(path("preview", schema.pk), {"replies": page.context["replies"], **step})
        return page

    def test_preview_shows_texts_variables_and_end_and_stores_nothing(self, admin, schema):
        yes = schema.questions.get(qid=2).answers.first().pk
        before = (UserThread.objects.count(), Message.objects.count(), Survey.objects.count())
        page = self.preview(
            admin,
            schema,
            {"reply": "1", "answers": [yes]},
            {"reply": "1", "text": "7"},
            {"reply": "1"},
        )
        preview = page.context["preview"]
        name = page.context["user"].first_name
        assert [line.text for line in preview.lines] == [
            f"Hello {name} <i>",
            "Tired?",
            "yes",
            "yes: how many hours?",
            "7",
            "Breathe",
            "(confirmed)",
        ]
        assert preview.lines[3].variables == {"tired": 2}
        assert preview.ended == "End of the script."
        assert "&lt;i&gt;" in text_of(page)
        assert (UserThread.objects.count(), Message.objects.count(), Survey.objects.count()) == before

    def test_invalid_answer_is_rejected_with_message_and_question_is_asked_again(self, admin, schema):
        page = self.preview(admin, schema, {"reply": "1"})
        assert page.status_code == 400
        assert "Enter an answer." in text_of(page)
        assert page.context["preview"].waiting.qid == 2

    def test_last_answer_can_be_undone(self, admin, schema):
        yes = schema.questions.get(qid=2).answers.first().pk
        page = self.preview(admin, schema, {"reply": "1", "answers": [yes]}, {"back": "1"})
        assert page.context["preview"].waiting.qid == 2
        assert page.context["preview"].variables == {}

    @pytest.mark.parametrize(
        "replies",
        ["", "x", "7", "[1]", "[[1]]", '[["a", ["x"]]]', "[" * 10_000, '{"a": 1}', '[["a", [1e400]]]'],
    )
    def test_invalid_replies_start_new_preview(self, admin, schema, replies):
        page = admin.post(path("preview", schema.pk), {"replies": replies})
        assert page.status_code == 200
        assert page.context["preview"].waiting.qid == 2

    def test_answers_of_other_questions_are_rejected(self, admin, schema):
        page = self.preview(admin, schema, {"reply": "1", "answers": ["999999", "x", "-1", "9" * 30]})
        assert page.status_code == 400

    def test_infinite_loop_stops(self, admin):
        page = admin.get(path("preview", loop_schema().pk))
        assert page.context["preview"].ended == "The script stopped: too many steps."
