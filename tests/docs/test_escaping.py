"""The page, the OpenAPI document and the behaviour agree on which texts are HTML-escaped."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from tests.chat.conftest import client_of, thread_with
from tests.docs.examples import ROOT
from tests.factories import SurveyFactory, UserFactory, published_schema
from tests.openapi.documents import all_operations

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TEXT = """<b>"cat" & 'dog'</b>"""
ESCAPED = html.escape(TEXT)
_ROW = re.compile(r"\* - ``(\w+)`` of an? ([\w ]+)\n\s+- (as sent|``html``|by ``text_format``)\n")
#: The component of the document for each object that the page names.
COMPONENTS = {
    "message": "FoundMessage",
    "survey item": "SurveyItem",
    "thread": "Thread",
    "attachment": "Attachment",
    "user": "SimpleAccount",
}


def rows() -> dict[tuple[str, str], str]:
    """Return what the page says, by object and field."""
    page = (ROOT / "docs" / "reference" / "rest.rst").read_text(encoding="utf-8")
    found = {(thing, key): said.replace("`", "") for key, thing, said in _ROW.findall(page)}
    assert len(found) >= 10
    return found


def components() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for operation in all_operations():
        found.update(operation.components)
    return found


def shown() -> dict[tuple[str, str], Any]:
    """Return each text as it comes back after it was sent; with its format where it has one."""
    alice: Any = UserFactory(first_name=TEXT)
    thread, client = thread_with(alice), client_of(alice)
    path = f"/api/threads/{thread.pk}"
    attachment = {
        "type": "youtube",
        "url": "https://youtu.be/abcdefghijk",
        "title": TEXT,
        "description": TEXT,
        "options": {"x": TEXT},
    }
    body = {"text": TEXT, "type": TEXT, "meta": {"x": TEXT}, "attachments": [attachment]}
    message = client.post(f"{path}/messages", body, format="json").json()
    client.patch(path, {"title": TEXT}, format="json")
    found = client.get(f"{path}/messages?limit=5&q=cat").json()["results"][0]
    schema = published_schema([{"type": "text"}], type="survey")
    survey = SurveyFactory.create(user=alice, schema=schema)
    item = client.post(
        f"/api/surveys/{survey.pk}/items",
        {"related_question": schema.questions.get().pk, "text": TEXT},
        format="json",
    ).json()
    attached = message["attachments_data"][0]
    return {
        ("message", "text"): (message["text_format"], message["text"]),
        ("message", "type"): message["type"],
        ("message", "meta"): message["meta"]["x"],
        ("message", "highlight"): found["highlight"],
        ("survey item", "text"): (item["text_format"], item["text"]),
        ("thread", "title"): client.get(path).json()["title"],
        ("attachment", "title"): attached["title"],
        ("attachment", "description"): attached["description"],
        ("attachment", "options"): attached["options"]["x"],
        ("user", "first_name"): message["sender_data"]["first_name"],
    }


@pytest.mark.parametrize("escapes", [True, False])
def test_page_document_and_behaviour_agree(escapes: bool, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"ESCAPE_TEXT": escapes}
    page, described = rows(), components()
    values = {
        "as sent": TEXT,
        "by text_format": ("escaped", ESCAPED) if escapes else ("plain", TEXT),
        "html": ESCAPED.replace("cat", "<mark>cat</mark>"),
    }
    happened = shown()
    assert happened.keys() == page.keys()
    for (thing, key), said in page.items():
        assert happened[thing, key] == values[said], (thing, key)
        schema = described[COMPONENTS[thing]]["properties"][key]
        assert schema.get("format") == ("html" if said == "html" else None), (thing, key)
        names_format = "`text_format`" in schema.get("description", "")
        assert names_format == (said == "by text_format"), (thing, key)
