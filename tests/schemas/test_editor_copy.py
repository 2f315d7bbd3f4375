"""A script that cannot be saved any more goes on in an unpublished copy."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.test import Client

from chat_api.schemas.editing import read_script
from chat_api.schemas.models import Schema
from tests.factories import published_schema
from tests.schemas.admin_pages import ask, client_with, document, path

pytestmark = pytest.mark.django_db

CHANGED = document({"qid": 1, "type": "text", "text": "After?"})


@pytest.fixture
def schema() -> Schema:
    return published_schema([{"text": "Before?"}])


def test_copy_has_the_document_and_the_original_stays(schema: Schema) -> None:
    response = ask(client_with(is_superuser=True), schema, "copy", document=CHANGED)
    copy = Schema.objects.get(name=schema.name, version=schema.version + 1)
    assert (response.status_code, response.json()) == (200, {"url": path("script", copy.pk)})
    assert not copy.published
    assert [question["text"] for question in read_script(copy).document["questions"]] == ["After?"]
    assert [question["text"] for question in read_script(schema).document["questions"]] == ["Before?"]
    assert LogEntry.objects.get(action_flag=ADDITION).object_id == str(copy.pk)


def test_refused_document_leaves_no_copy(schema: Schema) -> None:
    wrong = document({"qid": 1, "type": "text", "text": ["x"]})
    response = ask(client_with(is_superuser=True), schema, "copy", document=wrong)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == "text"
    assert Schema.objects.count() == 1


@pytest.mark.parametrize("held", [("add_schema",), ("change_schema",), ("view_schema",)])
def test_copy_needs_permissions_to_add_and_to_change(schema: Schema, held: Any) -> None:
    client: Client = client_with(*held)
    assert ask(client, schema, "copy", document=CHANGED).status_code == 403
    assert Schema.objects.count() == 1
