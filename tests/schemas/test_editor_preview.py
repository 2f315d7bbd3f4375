"""The preview beside the script editor runs the document that is shown, not the stored one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from chat_api.chat.models import Message
from chat_api.schemas.models import Question, Schema
from tests.factories import draft_schema
from tests.schemas.admin_pages import ask, client_with, document

pytestmark = pytest.mark.django_db

QUESTIONS: list[dict[str, Any]] = [
    {"qid": 1, "type": "message", "text": "Hello", "text_i18n": {"pl": "Cześć"}},
    {
        "qid": 2,
        "type": "choice",
        "name": "pain",
        "text": "Pain?",
        "text_i18n": {"pl": "Ból?"},
        "hint": "Now",
        "hint_i18n": {"pl": "Teraz"},
        "answers": [
            {"text": "never", "value": 0, "show_if": "1 > 2"},
            {"text": "a little", "text_i18n": {"pl": "trochę"}, "value": 1},
            {"text": "much", "text_i18n": {"pl": "bardzo"}, "value": 8},
        ],
        "default": "8",
    },
    {
        "qid": 3,
        "type": "int",
        "name": "hours",
        "text": "{{ answers.q2 }}: how many hours?",
        "text_i18n": {"pl": "{{ answers.q2 }}: ile godzin?"},
        "limits": {"max": 24},
        "required_message": "Say how many.",
        "required_message_i18n": {"pl": "Powiedz, ile."},
        "constraints": [{"check": "value != 13", "message": "Not 13.", "message_i18n": {"pl": "Nie 13."}}],
        "skip": "Later",
        "skip_i18n": {"pl": "Później"},
        "variable_modifications": [["asked", "asked + 1"]],
    },
]
SCORES = [
    {
        "name": "load",
        "label": "Load",
        "label_i18n": {"pl": "Obciążenie"},
        "expression": "pain * hours",
        "bands": [{"from": 0, "to": 100, "label": "low", "label_i18n": {"pl": "małe"}}],
    }
]
FLAGS = [{"name": "strong", "if": "pain > 7", "label": "Strong", "label_i18n": {"pl": "Silny"}}]
CONTENT = document(*QUESTIONS, scores=SCORES, flags=FLAGS)


@pytest.fixture
def schema(db: None) -> Schema:
    return draft_schema([{"text": "stored"}])


@pytest.fixture
def viewer(db: None) -> Client:
    return client_with("view_schema")


def reply(qid: int, text: str = "", *answers: int, **more: Any) -> dict[str, Any]:
    return {"qid": qid, "text": text, "answers": list(answers), **more}


def run(client: Client, schema: Schema, *replies: dict[str, Any], **body: Any) -> dict[str, Any]:
    response = ask(client, schema, "preview", **{"document": CONTENT, "replies": list(replies), **body})
    assert response.status_code == 200, response.content
    shown: dict[str, Any] = response.json()
    return shown


def test_unsaved_document_runs_and_nothing_is_stored(viewer: Client, schema: Schema) -> None:
    shown = run(viewer, schema, reply(2, "", 2), reply(3, "7"))
    assert [(line["who"], line["qid"], line["text"]) for line in shown["lines"]] == [
        ("script", 1, "Hello"),
        ("script", 2, "Pain?"),
        ("person", 2, "much"),
        ("script", 3, "much: how many hours?"),
        ("person", 3, "7"),
    ]
    assert shown["question"] is None
    assert shown["ended"] == "End of the script."
    assert shown["accepted"] == 2
    assert shown["values"] == {"pain": "8", "hours": "7"}
    assert shown["variables"] == {"asked": "1"}
    assert shown["scores"] == [{"name": "load", "label": "Load", "value": "56", "band": "low"}]
    assert shown["flags"] == [{"name": "strong", "label": "Strong"}]
    assert list(Question.objects.values_list("text", flat=True)) == ["stored"]
    assert not Message.objects.exists()


def test_every_text_is_in_the_language_that_is_asked_for(viewer: Client, schema: Schema) -> None:
    shown = run(viewer, schema, reply(2, "", 2), reply(3, "13"), language="pl")
    assert [line["text"] for line in shown["lines"]] == ["Cześć", "Ból?", "bardzo", "bardzo: ile godzin?"]
    assert shown["explanations"] == [{"field": "text", "code": "CONSTRAINT", "text": "Nie 13."}]
    assert (shown["question"]["skip"], shown["accepted"]) == ("Później", 1)
    assert shown["scores"][0]["label"] == "Obciążenie"
    assert shown["flags"] == [{"name": "strong", "label": "Silny"}]
    blank = run(viewer, schema, reply(2, "", 2), reply(3, ""), language="pl")
    assert [each["text"] for each in blank["explanations"]] == ["Powiedz, ile."]
    refused = run(viewer, schema, reply(2, "", 2), reply(3, "99"), language="pl")
    assert [each["text"] for each in refused["explanations"]] == ["liczba całkowita do 24"]
    skipped = run(viewer, schema, reply(2, "", 2), reply(3, skip=True), language="pl")
    assert skipped["lines"][-1]["text"] == "(Później)"


def test_waiting_question_is_a_document_with_the_answers_it_offers(viewer: Client, schema: Schema) -> None:
    shown = run(viewer, schema, language="pl")
    question = shown["question"]
    assert (question["qid"], question["text"], question["hint"]) == (2, "Ból?", "Teraz")
    assert [(answer["text"], answer["index"]) for answer in question["answers"]] == [
        ("trochę", 1),
        ("bardzo", 2),
    ]
    assert shown["suggested"] == {"text": "", "answers": [2]}
    assert question["id"] < 0


def test_answers_are_those_of_the_document_whatever_their_positions(viewer: Client, schema: Schema) -> None:
    answers = [{"text": "last", "position": 9}, {"text": "first", "position": 1}]
    content = document({"qid": 1, "type": "choice", "text": "?", "answers": answers})
    waiting = run(viewer, schema, document=content)
    assert [(each["text"], each["index"]) for each in waiting["question"]["answers"]] == [
        ("first", 1),
        ("last", 0),
    ]
    assert run(viewer, schema, reply(1, "", 0), document=content)["lines"][-1]["text"] == "last"


def test_replay_ends_where_the_document_asks_another_question(viewer: Client, schema: Schema) -> None:
    shown = run(viewer, schema, reply(2, "", 1), reply(77, "7"))
    assert (shown["accepted"], shown["question"]["qid"], shown["explanations"]) == (1, 3, [])


def test_answer_that_was_deleted_is_refused(viewer: Client, schema: Schema) -> None:
    shown = run(viewer, schema, reply(2, "", 5))
    assert (shown["accepted"], shown["question"]["qid"]) == (0, 2)
    assert shown["explanations"]


def test_files_and_data_of_the_host_stand_for_real_ones(
    viewer: Client, schema: Schema, settings: Any
) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "EXPRESSION_CONTEXT": lambda *args: {}}
    content = document(
        {"qid": 1, "type": "file", "text": "Scan?", "name": "scan", "limits": {"max_size": 10}},
        {"qid": 2, "type": "text", "text": "Old", "show_if": "patient.age > 60"},
    )
    large = run(viewer, schema, reply(1, files=[{"name": "a.png", "size": 11}]), document=content)
    assert large["accepted"] == 0
    body = {"document": content, "context": {"patient.age": "61"}}
    shown = run(viewer, schema, reply(1, files=[{"name": "a.png", "size": 9}]), **body)
    assert [line["text"] for line in shown["lines"]] == ["Scan?", "a.png", "Old"]
    assert shown["context"] == {"patient.age": "61"}


def test_pictures_are_shown(viewer: Client, schema: Schema, settings: Any) -> None:
    settings.MEDIA_URL = "/media/"
    attachments = [{"type": "image", "title": "Moon", "file": "attachments/moon.png"}]
    content = document({"qid": 1, "type": "text", "text": "?", "attachments": attachments})
    shown = run(viewer, schema, document=content)
    assert shown["lines"][0]["pictures"] == [
        {"src": "/media/attachments/moon.png", "title": "Moon", "type": "image"}
    ]
    assert shown["question"]["attachments"][0]["src"] == "/media/attachments/moon.png"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"language": "xx"}, "language"),
        ({"language": 7}, "language"),
        ({"replies": {}}, "replies"),
        ({"replies": [7]}, "replies"),
        ({"replies": [{"text": "no qid"}]}, "replies"),
        ({"replies": [{"qid": 1, "answers": ["1"]}]}, "replies"),
        ({"replies": [{"qid": 1, "text": 7}]}, "replies"),
        ({"replies": [{"qid": 1, "files": [{}]}]}, "replies"),
        ({"replies": [{"qid": 1, "files": 7}]}, "replies"),
        ({"replies": [{"qid": 1}] * 501}, "replies"),
        ({"context": []}, "context"),
        ({"context": {"a": 1}}, "context"),
        ({"document": {}}, None),
    ],
)
def test_bad_request_is_refused_by_field(
    viewer: Client, schema: Schema, body: dict[str, Any], field: str | None
) -> None:
    response = ask(viewer, schema, "preview", **{"document": CONTENT, "replies": [], **body})
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field
    assert response.json()["errors"][0]["text"]


def test_users_who_cannot_view_schemas_are_refused(schema: Schema) -> None:
    assert ask(client_with(), schema, "preview", document=CONTENT).status_code == 403


def test_queries_do_not_grow_with_the_document(
    viewer: Client, schema: Schema, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for size in (1, 40):
        content = document(*({"qid": n, "type": "text", "text": "?"} for n in range(1, size + 1)))
        run(viewer, schema, document=content)
        with django_assert_max_num_queries(10) as queries:
            run(viewer, schema, document=content)
        counts.append(len(queries))
    assert counts[0] == counts[1]
