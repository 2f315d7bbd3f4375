"""Saving a script writes only the questions that change; the others keep their ids."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from chat_api.schemas.editing import read_script
from chat_api.schemas.models import Answer, AttachmentTemplate, Schema
from chat_api.schemas.portability import dump
from tests.factories import draft_schema
from tests.schemas.admin_pages import ask, client_with
from tests.schemas.conftest import sleep_draft

pytestmark = pytest.mark.django_db


def save(schema: Schema, content: dict[str, Any]) -> None:
    token = read_script(schema).token
    response = ask(client_with(is_superuser=True), schema, "save", document=content, token=token)
    assert response.status_code == 200, response.content


def ids(schema: Schema) -> dict[int, int]:
    return dict(schema.questions.values_list("qid", "pk"))


def changed(schema: Schema, change: Any) -> set[int]:
    """Change the document, save it, and return the qids of the questions that have other ids then."""
    before, content = ids(schema), copy.deepcopy(read_script(schema).document)
    change(content)
    save(schema, content)
    schema = Schema.objects.get(pk=schema.pk)
    expected = draft_schema([{}], name=f"{schema.name} again", type=schema.type)
    save(expected, {**content, "name": expected.name})
    stored, fresh = read_script(schema).document, read_script(Schema.objects.get(pk=expected.pk)).document
    # As if all rows were written.
    assert {**stored, "name": ""} == {**fresh, "name": ""}
    after = ids(schema)
    return {qid for qid in before.keys() | after.keys() if before.get(qid) != after.get(qid)}


@pytest.fixture
def schema(db: None) -> Schema:
    schema = sleep_draft()
    # A saved document shows all its attachments.
    schema.questions.filter(attachments__isnull=False).update(has_attachments=True)
    return schema


def test_unchanged_document_writes_nothing(schema: Schema, django_assert_max_num_queries: Any) -> None:
    answers, templates = (
        set(model.objects.values_list("pk", flat=True)) for model in (Answer, AttachmentTemplate)
    )
    before = dump(schema, format="compact")
    assert changed(schema, lambda content: None) == set()
    assert dump(schema, format="compact") == before
    for model, found in ((Answer, answers), (AttachmentTemplate, templates)):
        assert found <= set(model.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("change", "qids"),
    [
        (lambda content: content["questions"][0].update(text="New"), {10}),
        (lambda content: content["questions"][0]["answers"][1].update(text="never"), {10}),
        (lambda content: content["questions"][0]["answers"].reverse(), {10}),
        (lambda content: content["questions"][0]["answers"].pop(), {10}),
        (lambda content: content["questions"][0]["attachments"][1].update(title="Sun"), {10}),
        (lambda content: content["questions"][0]["attachments"].reverse(), {10}),
        (lambda content: content["questions"][4].pop("attachments"), {50}),
        (lambda content: content["questions"][0]["meta"].update(levels=[True, 2.5, None]), {10}),
        (lambda content: content["questions"][2].update(forking_rules=[["40", "bad > 1"]]), {30}),
        (lambda content: content["questions"][3].update(range_to=151), {40}),
        (lambda content: content["questions"][3].update(range_from=0, group="Sleep"), {40}),
        (lambda content: content["questions"][1].pop("group"), {20}),
        (lambda content: content["questions"].pop(), {50, 40}),
        (lambda content: content["questions"][4].update(qid=60), {40, 50, 60}),
        (lambda content: content.update(groups=[{"name": "Sleep", "text": "Now"}]), {10, 20}),
        (lambda content: content.update(groups=["First", "Sleep"]), {10, 20}),
        (lambda content: content.update(groups=["Sleep", "Empty"]), set()),
        (lambda content: content.update(scores=[{"name": "s", "expression": "1"}]), set()),
        (lambda content: content["questions"].reverse(), {10, 20, 40, 50}),
    ],
)
def test_only_changed_questions_are_replaced(schema: Schema, change: Any, qids: set[int]) -> None:
    assert changed(schema, change) == qids


def test_numbers_of_a_browser_are_those_that_are_stored(schema: Schema) -> None:
    # JSON of JavaScript has no 0.0.
    assert changed(schema, lambda content: content["questions"][3].update(range_from=0)) == set()


def test_file_of_a_replaced_picture_stays_while_a_question_names_it(schema: Schema) -> None:
    changed(schema, lambda content: content["questions"][0].update(text="New"))
    files = AttachmentTemplate.objects.filter(question__schema=schema).values_list("file", flat=True)
    assert "attachments/moon.png" in files
