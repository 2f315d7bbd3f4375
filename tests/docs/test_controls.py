"""The table of controls in the guide to front ends: every type of question is there, with an answer it accepts."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from chat_api.engine.question_types.registry import BUILT_IN
from tests.attachments.pictures import as_text, picture
from tests.chat.talking import answer, begin
from tests.docs.examples import ROOT
from tests.docs.projects import GUIDE
from tests.factories import UserFactory, published_schema

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

PAGE = (ROOT / "docs" / GUIDE).read_text(encoding="utf-8")
ROW = re.compile(r"^   \* - ``(\w+)``\n     - (.+)\n     -(?: ``(\{.*\})``)?\n", re.MULTILINE)
TABLE = PAGE.partition(".. list-table:: Controls\n")[2].partition("\n\nWith ")[0] + "\n"
ROWS = {name: (control, sent) for name, control, sent in ROW.findall(TABLE)}
#: What a question of the type needs.
COLUMNS: dict[str, dict[str, Any]] = {
    "choice": {"answers": [{"text": "Well", "next_qid": 2}, {"text": "Badly", "next_qid": 2}]},
    "multichoice": {"answers": [{"text": "A cough", "next_qid": 2}, {"text": "A fever", "next_qid": 2}]},
    "range": {"range_from": 0, "range_to": 10},
}


def test_every_type_of_question_has_its_control() -> None:
    assert set(ROWS) == set(BUILT_IN)
    for name, kind in BUILT_IN.items():
        control, sent = ROWS[name]
        assert bool(sent) == (kind.control != "none"), name
        assert control.startswith("None") == (kind.control == "none"), name


@pytest.mark.parametrize("name", [name for name, (_, sent) in ROWS.items() if sent])
def test_shown_answer_is_accepted(name: str) -> None:
    schema = published_schema([{"type": name, **COLUMNS.get(name, {})}, {"text": "And then?"}])
    talk = begin(UserFactory.create(), schema)
    body = json.loads(ROWS[name][1].replace("…", as_text(picture())))
    if "answers" in body:
        body["answers"] = [answer(schema, 1, position) for position in body["answers"]]
    response = talk.client.post(f"{talk.path}/messages", body, format="json")
    assert response.status_code == (204 if name == "control" else 201), response.content
    assert talk.client.get(talk.path).json()["question_data"]["text"] == "And then?"
