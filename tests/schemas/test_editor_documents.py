"""Every script that the editor of the admin can make is saved, checked, exported and loaded again.

The edits are those of the page's own modules, run by node: `client/test/editor/random_edits.ts`.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from chat_api.schemas.admin.editor_texts import editor_texts
from chat_api.schemas.editing import read_script
from chat_api.schemas.models import Schema
from chat_api.schemas.portability import dump, load
from tests.client.serving import CLIENT, require
from tests.factories import draft_schema
from tests.schemas.admin_pages import ask, client_with, path
from tests.schemas.test_editor_saving import FILES, stored_document

pytestmark = pytest.mark.django_db

EDITS = 40


@pytest.fixture
def admin(db: None) -> Client:
    return client_with(is_superuser=True)


def edited(documents: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Return the documents after random edits, each with the names of these."""
    node = require("node", "install Node.js 20 or newer")
    require(str(CLIENT / "node_modules" / "esbuild"), "run: make client-test")
    command = [node, str(CLIENT / "scripts" / "random_scripts.mjs"), str(seed), str(EDITS)]
    done = subprocess.run(command, input=json.dumps(documents), capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def suite() -> list[Schema]:
    return [stored_document(name) for name in ["phq9", "gad7", "sleep", "checkup", *map(str, FILES)]]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_edited_documents_are_saved_checked_and_loaded_again(
    admin: Client, tmp_path: Path, seed: int
) -> None:
    schemas = suite()
    pages = [admin.get(path("script", each.pk)).context["editor"] for each in schemas]
    made_of = edited([page["document"] for page in pages], seed)
    for schema, page, made in zip(schemas, pages, made_of, strict=True):
        document, names = made["document"], made["names"]
        checked = ask(admin, schema, "check", document=document)
        assert checked.status_code == 200
        saved = ask(admin, schema, "save", document=document, token=page["token"])
        assert saved.status_code == 200, (schema.name, names, saved.json())
        assert saved.json()["findings"] == checked.json()["findings"]
        # What was stored is what was sent, except what follows from the order.
        schema.refresh_from_db()
        stored = read_script(schema).document
        assert [each["qid"] for each in stored["questions"]] == [
            each["qid"] for each in document["questions"]
        ]
        again = ask(admin, schema, "save", document=stored, token=saved.json()["token"])
        assert again.json()["token"] == saved.json()["token"]
        # Exported, loaded and exported again, it is the same.
        text = dump(schema, format="compact")
        file = tmp_path / f"{schema.pk}.yaml"
        file.write_text(re.sub(r"(?m)^version: .*\n", "", text), encoding="utf-8")
        loaded = Schema.objects.get(pk=load([file], using="default").schemas[0].pk)
        assert without_version(dump(loaded, format="compact")) == without_version(text)


def without_version(text: str) -> str:
    return re.sub(r"(?m)^version: .*\n", "", text)


def test_an_edited_document_previews(admin: Client) -> None:
    schema = stored_document("phq9")
    document = admin.get(path("script", schema.pk)).context["editor"]["document"]
    for seed in range(4, 8):
        made = edited([document], seed)[0]["document"]
        response = ask(admin, schema, "preview", document=made, language="pl", replies=[], context={})
        assert response.status_code in (200, 400), response.content
        assert "lines" in response.json() or response.json()["errors"][0]["field"] == "language"


def test_the_page_has_each_text_that_its_modules_use_and_no_other() -> None:
    source = "\n".join(each.read_text(encoding="utf-8") for each in (CLIENT / "src/editor").glob("*.ts"))
    plain = set(re.findall(r"""\bt\(\s*"([a-z_]+)\"""", source))
    chosen = set(re.findall(r"""[?:]\s*"([a-z_]+)"[,)\s]""", source))
    families = set(re.findall(r"""\bt\(\s*`([a-z_]+_)\$\{""", source))
    texts = editor_texts()
    assert plain - set(texts) == set()
    unused = {key for key in texts if key not in plain | chosen and not key.startswith(tuple(families))}
    assert unused == set()


@pytest.mark.parametrize(
    ("language", "undo", "score"),
    [
        ("en", "Undo", "Score: %(name)s"),
        ("es", "Deshacer", "Puntuación: %(name)s"),
        ("fr", "Annuler", "Score : %(name)s"),
        ("pl", "Cofnij", "Wynik: %(name)s"),
    ],
)
def test_the_page_speaks_the_language_of_the_admin(
    admin: Client, settings: Any, language: str, undo: str, score: str
) -> None:
    settings.LANGUAGE_CODE = language
    page = admin.get(path("script", draft_schema([{}]).pk)).context["editor"]
    assert (page["strings"]["undo"], page["strings"]["the_score"]) == (undo, score)


def test_a_document_of_another_shape_is_refused_with_reasons(admin: Client) -> None:
    schema = draft_schema([{"text": "old"}])
    documents: tuple[Any, ...] = (
        None,
        [],
        {"questions": 1},
        {"questions": [{"qid": "x"}]},
        {"questions": [{}] * 3},
    )
    for document in documents:
        refused = ask(admin, schema, "save", document=document, token=read_script(schema).token)
        assert refused.status_code == 400
        assert all(each["text"] for each in refused.json()["errors"])
    assert schema.questions.get().text == "old"
