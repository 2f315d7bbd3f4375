"""The script editor checks and saves a document."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from chat_api.chat.models import Message
from chat_api.schemas.editing import read_script
from chat_api.schemas.models import Schema
from chat_api.schemas.portability import dump, load
from tests.factories import MemberFactory, draft_schema, published_schema
from tests.questionnaires import questionnaire, questionnaire_schema
from tests.schemas.admin_pages import ask, client_with, document, path
from tests.schemas.checkup import checkup
from tests.schemas.conftest import sleep_draft

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted([*ROOT.glob("example/questionnaires/*.yaml"), *ROOT.glob("tests/instruments/*.yaml")])


@pytest.fixture
def admin(db: None) -> Client:
    return client_with(is_superuser=True, first_name="Ann", last_name="Author")


def editor(client: Client, schema: Schema) -> dict[str, Any]:
    page: dict[str, Any] = client.get(path("script", schema.pk)).context["editor"]
    return page


def stored_document(name: str) -> Schema:
    if name in ("phq9", "gad7"):
        schema = questionnaire_schema(questionnaire(name))
        Schema.objects.update(published=False)
        return schema
    if name == "sleep":
        return sleep_draft()
    if name == "checkup":
        return draft_from(checkup())
    loaded = load([Path(name)], using="default").schemas[0]
    return Schema.objects.get(pk=loaded.pk)


def draft_from(content: dict[str, Any]) -> Schema:
    schema = draft_schema([{}], name=content["name"], type=content["type"])
    token = read_script(schema).token
    assert (
        ask(client_with(is_superuser=True), schema, "save", document=content, token=token).status_code == 200
    )
    return schema


@pytest.mark.parametrize("name", ["phq9", "gad7", "sleep", "checkup", *map(str, FILES)])
def test_saving_the_document_of_the_page_changes_no_byte(admin: Client, name: str) -> None:
    schema = stored_document(name)
    before = dump(schema, format="compact")
    shown = editor(admin, schema)
    response = ask(admin, schema, "save", document=shown["document"], token=shown["token"])
    assert response.status_code == 200, response.content
    assert response.json()["token"] == shown["token"]
    assert dump(schema, format="compact") == before


def test_saved_document_has_a_new_token_and_its_findings(admin: Client) -> None:
    schema = draft_schema([{"text": "old"}])
    token = read_script(schema).token
    new = document({"qid": 1, "type": "text", "text": "new", "next_qid": 7}, name_i18n={"pl": "Nowy"})
    saved = ask(admin, schema, "save", document=new, token=token).json()
    assert saved["token"] == read_script(Schema.objects.get()).token != token
    assert [(each["code"], each["qid"], each["question"]) for each in saved["findings"]] == [
        ("missing_question", 1, 0)
    ]
    assert schema.questions.get().text == "new"
    assert Schema.objects.get().name_i18n == {"pl": "Nowy"}


def test_check_returns_findings_and_stores_nothing(admin: Client) -> None:
    schema = draft_schema([{"text": "old"}])
    new = document({"qid": 6, "type": "text", "text": "?", "next_qid": 99})
    response = ask(admin, schema, "check", document=new)
    assert response.status_code == 200
    assert response.json()["findings"] == [
        {
            "qid": 6,
            "question": 0,
            "answer": None,
            "part": "question",
            "index": None,
            "field": "next_qid",
            "text": "Question with QID 99 does not exists.",
            "plain": "Something leads to a question that does not exist. Choose another target.",
            "severity": "error",
            "code": "missing_question",
            "hint": "Question 6 leads to it. Add it, or change the next question; -1 ends the script.",
        }
    ]
    assert schema.questions.get().text == "old"


def test_finding_names_the_column_or_the_score(admin: Client) -> None:
    schema = draft_schema([{}])
    question = {
        "qid": 5,
        "type": "int",
        "text": "Age?",
        "name": "age",
        "show_if": "1 / 0",
        "choice_open": False,
    }
    question["meta"], question["range_to"] = {}, 5
    bands = [{"from": 0, "to": 4}, {"from": 2, "to": 6}]
    scores = [{"name": "a", "expression": "age"}, {"name": "b", "expression": "age", "bands": bands}]
    found = ask(admin, schema, "check", document=document(question, scores=scores)).json()["findings"]
    places = {(each["part"], each["index"], each["field"], each["question"]) for each in found}
    assert places == {
        ("question", None, "show_if", 0),
        ("question", None, "range_to", 0),
        ("score", 1, "expression", None),
    }


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (
            document({"qid": 7, "type": "text", "text": 7.5, "next_qid": []}),
            (7, 0, None, "question", "next_qid"),
        ),
        (document({"qid": 7, "type": "range", "text": "?"}), (7, 0, None, "question", "range_from")),
        (
            document(
                {"qid": 7, "type": "choice", "text": "?", "answers": [{}, {"text": "a", "next_qid": 9}]}
            ),
            (7, 0, 1, "answer", "next_qid"),
        ),
        (
            document({"qid": 7, "type": "choice", "text": "?", "answers": [{"text": []}]}),
            (7, 0, 0, "answer", "text"),
        ),
        (
            document({"qid": 1, "type": "text", "text": "a"}, {"qid": 1, "type": "text", "text": "b"}),
            (1, 1, None, "question", "qid"),
        ),
        (
            document({"qid": 7, "type": "text", "text": "a"}, groups=[{"name": "g", "repeat": {"min": 1}}]),
            (None, None, None, "group", "key"),
        ),
        (
            document({"qid": 7, "type": "text", "text": "a"}, flags=[{"name": "f", "if": []}]),
            (None, None, None, "flag", "if"),
        ),
        (
            document(
                {"qid": 7, "type": "text", "text": "a", "attachments": [{"type": "image", "file": "../x"}]}
            ),
            (7, 0, None, "attachment", "file"),
        ),
        ([], (None, None, None, "schema", None)),
    ],
)
def test_problem_says_where_it_is(admin: Client, content: Any, place: tuple[Any, ...]) -> None:
    schema = draft_schema([{"text": "old"}])
    response = ask(admin, schema, "save", document=content, token=read_script(schema).token)
    assert response.status_code == 400
    problems = response.json()["errors"]
    keys = ("qid", "question", "answer", "part", "field")
    assert place in [tuple(each[key] for key in keys) for each in problems], problems
    findings = ask(admin, schema, "check", document=content).json()["findings"]
    assert [each["text"] for each in findings] == [each["text"] for each in problems]
    assert {each["severity"] for each in findings} == {"error"}
    assert schema.questions.get().text == "old"


def test_later_save_with_the_same_token_gets_the_stored_document(admin: Client) -> None:
    schema = draft_schema([{"text": "old"}])
    token = read_script(schema).token
    first, second = (document({"qid": 1, "type": "text", "text": text}) for text in ("first", "second"))
    assert ask(admin, schema, "save", document=first, token=token).status_code == 200
    response = ask(client_with(is_superuser=True), schema, "save", document=second, token=token)
    assert response.status_code == 409
    conflict = response.json()
    assert (conflict["reason"], conflict["by"]) == ("CHANGED", "Ann Author")
    assert conflict["document"]["questions"][0]["text"] == "first"
    assert conflict["at"]
    overwritten = ask(admin, schema, "save", document=second, token=conflict["token"])
    assert overwritten.status_code == 200
    assert schema.questions.get().text == "second"


def test_documents_say_whether_a_question_shows_its_attachments_until_these_change(admin: Client) -> None:
    video = {"type": "youtube", "url": "https://youtu.be/a"}
    schema = draft_schema([{}])
    schema.questions.get().attachments.create(**video)

    def save(*attachments: dict[str, Any]) -> bool:
        content = document({"qid": 1, "type": "text", "text": "x", "attachments": list(attachments)})
        token = read_script(schema).token
        assert ask(admin, schema, "save", document=content, token=token).status_code == 200
        return bool(schema.questions.get().has_attachments)

    assert save(video) is False
    assert save(video, {**video, "title": "Another"}) is True


def test_change_outside_of_the_admin_has_no_author(admin: Client) -> None:
    schema = draft_schema([{"text": "old"}])
    token = read_script(schema).token
    schema.questions.update(text="by a program")
    conflict = ask(admin, schema, "save", document=document(), token=token).json()
    if "reason" not in conflict:
        conflict = ask(
            admin, schema, "save", document=document({"qid": 1, "type": "text", "text": "x"}), token=token
        ).json()
    assert (conflict["reason"], conflict["by"], conflict["at"]) == ("CHANGED", None, None)


def test_repeated_saves_are_one_entry_of_the_history(admin: Client) -> None:
    schema = draft_schema([{}])

    def save(client: Client, text: str) -> None:
        content = document({"qid": 1, "type": "text", "text": text})
        token = read_script(schema).token
        assert ask(client, schema, "save", document=content, token=token).status_code == 200

    save(admin, "a")
    save(admin, "b")
    assert [str(entry) for entry in LogEntry.objects.all()].__len__() == 1
    assert LogEntry.objects.get().get_change_message() == "Changed the script."
    LogEntry.objects.update(action_time=timezone.now() - timedelta(hours=1))
    save(admin, "c")
    save(client_with(is_superuser=True), "d")
    assert LogEntry.objects.count() == 3


def test_published_script_is_not_saved(admin: Client) -> None:
    schema = published_schema([{"text": "old"}])
    token = read_script(schema).token
    response = ask(
        admin, schema, "save", document=document({"qid": 1, "type": "text", "text": "x"}), token=token
    )
    assert (response.status_code, response.json()) == (409, {"reason": "PUBLISHED"})
    assert schema.questions.get().text == "old"


def test_question_in_use_is_not_replaced(admin: Client, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "ALLOW_EDIT_PUBLISHED_SCHEMAS": True}
    schema = published_schema([{}])
    member: Any = MemberFactory.create()
    Message.objects.create(thread=member.thread, related_question=schema.questions.get())
    new = document({"qid": 1, "type": "int", "text": "x"})
    response = ask(admin, schema, "save", document=new, token=read_script(schema).token)
    assert (response.status_code, response.json()["reason"]) == (409, "IN_USE")
    assert "message: 1" in response.json()["errors"][0]["text"]


@pytest.mark.parametrize("endpoint", ["check", "save", "preview"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"a": 1, "a": 2}', b'{"a": NaN}'])
def test_body_without_an_object_is_refused(admin: Client, endpoint: str, body: bytes) -> None:
    schema = draft_schema([{}])
    response = admin.post(path(f"editor_{endpoint}", schema.pk), body, content_type="application/json")
    assert response.status_code == 400
    assert response.json()["errors"][0]["text"]


@pytest.mark.parametrize("endpoint", ["check", "save", "preview"])
def test_body_that_is_too_large_is_refused(admin: Client, endpoint: str, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = ask(admin, draft_schema([{}]), endpoint, document={"name": "x" * 200})
    assert response.status_code == 413
    assert response.json()["errors"][0]["text"] == "The script is too large to be sent."


@pytest.mark.parametrize("endpoint", ["check", "save", "picture"])
def test_users_without_the_change_permission_are_refused(endpoint: str) -> None:
    schema = draft_schema([{"text": "old"}])
    new = document({"qid": 1, "type": "text", "text": "x"})
    body = {"document": new, "token": read_script(schema).token}
    assert ask(client_with("view_schema"), schema, endpoint, **body).status_code == 403
    assert ask(client_with(), schema, endpoint, **body).status_code == 403
    assert ask(Client(), schema, endpoint, **body).status_code == 302
    assert schema.questions.get().text == "old"


@pytest.mark.parametrize("endpoint", ["check", "save", "state", "copy", "preview", "picture"])
def test_endpoints_need_a_schema_a_token_and_post(admin: Client, endpoint: str) -> None:
    schema = draft_schema([{}])
    assert admin.get(path(f"editor_{endpoint}", schema.pk)).status_code == 405
    checked = Client(enforce_csrf_checks=True)
    checked.cookies = admin.cookies
    assert ask(checked, schema, endpoint, document={}).status_code == 403
    schema.delete()
    schema.pk = 999_999
    assert ask(admin, schema, endpoint, document={}).status_code == 404


def test_page_has_types_languages_and_urls(admin: Client) -> None:
    schema = draft_schema([{"text_i18n": {"pl": "?"}}])
    page = editor(admin, schema)
    types = {each["value"]: each for each in page["types"]}
    assert types["int"]["control"] == "number"
    assert "max" in types["int"]["limits"]
    assert (types["choice"]["choice"], types["fork"]["asked"]) == (True, False)
    assert page["urls"]["save"] == path("editor_save", schema.pk)
    assert page["strings"] == {} or all(isinstance(text, str) for text in page["strings"].values())


def test_queries_of_a_save_do_not_grow(admin: Client, django_assert_max_num_queries: Any) -> None:
    counts = []
    for size in (2, 60):
        schema = draft_schema([{} for _ in range(size)])
        shown = read_script(schema)
        ask(admin, schema, "save", document=shown.document, token=shown.token)
        with django_assert_max_num_queries(80) as queries:
            token = read_script(schema).token
            assert ask(admin, schema, "save", document=shown.document, token=token).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_state_answers_as_a_save_would(admin: Client) -> None:
    schema = draft_schema([{"text": "Before?"}])
    token = read_script(schema).token
    assert ask(admin, schema, "state", token=token).json() == {}
    changed = document({"qid": 1, "type": "text", "text": "After?"})
    assert ask(admin, schema, "save", document=changed, token=token).status_code == 200
    response = ask(admin, schema, "state", token=token)
    stored = read_script(schema)
    assert response.status_code == 409
    assert {**response.json(), "at": None, "text": None} == {
        "reason": "CHANGED",
        "document": stored.document,
        "token": stored.token,
        "by": "Ann Author",
        "at": None,
        "text": None,
    }
    Schema.objects.filter(pk=schema.pk).update(published=True)
    response = ask(admin, schema, "state", token=stored.token)
    assert (response.status_code, response.json()) == (409, {"reason": "PUBLISHED"})
