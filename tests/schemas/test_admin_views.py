"""Additional admin views of a schema: script, flow, preview, publish, files."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat_api.chat.models import Message, UserThread
from chat_api.schemas.editing import read_script
from chat_api.schemas.models import Schema
from chat_api.schemas.portability import dump
from chat_api.surveys.models import Survey
from tests.databases import connection
from tests.factories import MemberFactory, SurveyFactory, UserFactory, draft_schema, published_schema

pytestmark = pytest.mark.django_db

PAGES = ("flow", "script", "preview", "publish")


def client_with(*codenames: str, **columns: Any) -> Client:
    """Return a client of a staff user with these permissions."""
    user: Any = UserFactory.create(is_staff=True, **columns)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin(db: None) -> Client:
    return client_with(is_superuser=True)


def path(page: str, *args: Any) -> str:
    return reverse(f"admin:chat_api_schema_{page}", args=args)


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def loop_schema() -> Schema:
    return draft_schema(
        [
            {"qid": 1, "type": "message", "text": "Round & <b>round</b>", "next_qid": 2},
            {"qid": 2, "type": "message", "text": "and round", "next_qid": 1},
            {"qid": 3, "type": "text", "text": "never", "next_qid": -1},
        ],
        name="Loop",
    )


def document(*questions: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"name": "x", "type": "survey", "questions": list(questions), **keys}


def save(client: Client, schema: Schema, script: Any, *, token: str | None = None) -> Any:
    token = read_script(schema).token if token is None else token
    text = script if isinstance(script, str) else json.dumps(script)
    return client.post(path("script", schema.pk), {"script": text, "token": token})


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
        response = save(admin, schema, page.context["document"], token=page.context["token"])
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


class TestFlow:
    def test_chart_is_valid_svg_with_text_for_every_mark(self, admin):
        page = text_of(admin.get(path("flow", loop_schema().pk)))
        svg = re.search(r"<svg class=\"flow\".*?</svg>", page, re.DOTALL)
        assert svg is not None
        root = ET.fromstring(svg.group())  # noqa: S314  (our own)
        space = "{http://www.w3.org/2000/svg}"
        boxes = root.findall(f"{space}a")
        assert [box.get("href") for box in boxes] == ["#q1", "#q2", "#q3"]
        names = [box.findtext(f"{space}title") for box in boxes]
        assert names[0] == "Question 1, message: Round & <b>round</b>; error; loop"
        assert "unreachable" in str(names[2])
        assert "<b>round" not in page
        assert "Infinite loop detected. Path: 1 -&gt; 2 -&gt; 1" in page
        assert page.count('id="q1"') == 1

    def test_labels_do_not_overlap(self, admin):
        texts = ("Yes, very much", "No", "I would rather not say")
        answers = [
            {"position": place, "text": text, "next_qid": place + 1}
            for place, text in enumerate(texts, start=1)
        ]
        texts_on = [{"qid": qid, "type": "text", "next_qid": qid + 1 if qid < 4 else -1} for qid in (2, 3, 4)]
        schema = draft_schema([{"qid": 1, "type": "choice", "answers": answers}, *texts_on])
        page = text_of(admin.get(path("flow", schema.pk)))
        labels = re.findall(r'class="label" x="(\d+)" y="(\d+)">([^<]+)<', page)
        assert sorted(text for _, _, text in labels) == sorted(texts)
        for (x, y, text), (other_x, other_y, other) in combinations(labels, 2):
            apart = abs(int(x) - int(other_x)) > 3 * (len(text) + len(other))
            assert apart or abs(int(y) - int(other_y)) >= 12, (text, other)

    def test_empty_schema_has_no_chart(self, admin):
        schema = Schema.objects.create(name="empty", type="survey")
        page = text_of(admin.get(path("flow", schema.pk)))
        assert "No questions yet." in page
        assert "The schema has no questions." in page

    def test_number_of_queries_is_constant(self, admin):
        def cost(schema: Schema, page: str) -> int:
            with CaptureQueriesContext(connection) as captured:
                assert admin.get(path(page, schema.pk)).status_code == 200
            return len(captured)

        short, long = draft_schema([{}] * 2, name="a"), draft_schema([{"type": "choice"}] * 40, name="b")
        for page in PAGES:
            assert cost(short, page) == cost(long, page) <= 15, page


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


class TestPublishing:
    def test_publish_page_shows_conversations_and_surveys_on_replaced_versions(self, admin):
        old = published_schema([{}], name="Mood")
        MemberFactory.create_batch(2, schema=old, state="scripted")
        MemberFactory.create(schema=old, state="open")
        SurveyFactory.create_batch(3, schema=old, state={"visibility": [1], "completed": False})
        SurveyFactory.create(schema=old, state={"visibility": [1], "completed": True})
        new = draft_schema([{}], name="Mood", version=2)
        page = admin.get(path("publish", new.pk))
        (replaced,) = page.context["replaced"]
        assert (replaced.schema, replaced.conversations, replaced.surveys) == (old, 2, 3)
        assert "These finish on the version they started with." in text_of(page)
        assert admin.post(path("publish", new.pk)).status_code == 302
        old.refresh_from_db()
        assert old.deprecated

    def test_schema_with_errors_has_no_publish_button(self, admin):
        page = text_of(admin.get(path("publish", loop_schema().pk)))
        assert "Correct the errors before you publish." in page
        assert "Publish Loop" not in page.split("Issues")[1]


class TestFiles:
    @pytest.mark.parametrize("kind", ["compact", "json", "yaml", "xml"])
    def test_downloaded_schema_can_be_uploaded(self, admin, kind):
        schema = published_schema([{"type": "choice"}, {}], name="Mood: all")
        response = admin.get(path("download", schema.pk, kind))
        name = f"mood-all-1.{'yaml' if kind == 'compact' else kind}"
        assert response["Content-Disposition"] == f'attachment; filename="{name}"'
        uploaded = SimpleUploadedFile(name, response.content)
        answer = admin.post(path("upload"), {"file": uploaded})
        copy = Schema.objects.get(version=2)
        assert answer.url == path("flow", copy.pk)
        assert not copy.published
        assert copy.questions.count() == 2

    @pytest.mark.parametrize(
        ("content", "reason"),
        [(b"{", "invalid JSON"), (b"\xff\xfe", "the file is not UTF-8"), (b"[]", ""), (b"", "empty")],
    )
    def test_errors_in_uploaded_file_are_shown(self, admin, content, reason):
        response = admin.post(path("upload"), {"file": SimpleUploadedFile("a.json", content)})
        assert response.status_code in (400, 302)
        assert reason in text_of(response)
        assert not Schema.objects.exists()

    def test_copy_redirects_to_script_of_copy(self, admin):
        schema = published_schema([{}], name="Mood")
        response = admin.post(path("copy", schema.pk))
        assert response.url == path("script", Schema.objects.get(version=2).pk)
        assert admin.get(path("copy", schema.pk)).status_code == 405


class TestPermissions:
    """Each row has permissions and the pages they open, in addition to those of the view permission."""

    def statuses(self, client: Client, schema: Schema) -> dict[str, int]:
        got = {page: client.get(path(page, schema.pk)).status_code for page in PAGES}
        got["download"] = client.get(path("download", schema.pk, "compact")).status_code
        got["save"] = save(client, schema, document({"qid": 1, "type": "text", "text": "x"})).status_code
        got["upload"] = client.get(path("upload")).status_code
        got["copy"] = client.post(path("copy", schema.pk)).status_code
        got["publishing"] = client.post(path("publish", schema.pk)).status_code
        return got

    VIEW_ONLY = {
        "flow": 200,
        "script": 302,
        "preview": 200,
        "publish": 403,
        "download": 200,
        "save": 302,
        "upload": 403,
        "copy": 403,
        "publishing": 403,
    }

    @pytest.mark.parametrize(
        ("codenames", "opened"),
        [
            (["view_schema"], {}),
            (["view_schema", "change_schema"], {"script": 200}),
            (["view_schema", "add_schema"], {"upload": 200, "copy": 302}),
            (["view_schema", "publish_schema"], {"publish": 200, "publishing": 302}),
        ],
    )
    def test_each_permission_opens_its_pages(self, codenames, opened):
        schema = draft_schema([{"text": "old"}])
        assert self.statuses(client_with(*codenames), schema) == {**self.VIEW_ONLY, **opened}
        assert (schema.questions.get().text == "x") == ("change_schema" in codenames)
        assert Schema.objects.filter(published=True).exists() == ("publish_schema" in codenames)

    def test_user_without_view_permission_sees_no_page(self):
        schema = draft_schema([{}])
        assert set(self.statuses(client_with(), schema).values()) == {403}
        assert set(self.statuses(client_with("publish_schema", "change_schema"), schema).values()) <= {
            200,
            302,
            403,
        }

    def test_user_who_is_not_staff_is_redirected_to_login(self):
        schema = draft_schema([{}])
        user: Any = UserFactory.create(is_superuser=True)
        client = Client()
        client.force_login(user)
        for page in PAGES:
            assert "/admin/login/" in client.get(path(page, schema.pk)).url

    def test_unknown_schema_is_not_found(self, admin):
        for page in PAGES:
            assert admin.get(path(page, 10**6)).status_code == 404
            assert admin.get(path(page, 10**15)).status_code == 404
        assert admin.get(path("download", draft_schema([{}]).pk, "exe")).status_code == 404
