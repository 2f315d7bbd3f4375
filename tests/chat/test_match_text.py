"""Schemas with `match_text` take the text of an answer for the answer."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.choices import PERMISSIONS_ALL
from tests.chat.talking import answer, begin
from tests.chat.test_text_door import CALM, YES_NO, script, started

pytestmark = pytest.mark.django_db


def test_text_of_a_message_chooses_an_answer_where_the_schema_matches_texts(alice: Any) -> None:
    schema = script({**YES_NO, "answers": [{"text": "Yes", "value": 5}, {"text": "No"}]}, match_text=True)
    for text, position in (("no.", 2), ("YES", 1), ("5", 1)):
        assert begin(alice, schema).say(text=text)["answers"] == [answer(schema, 1, position)]
    talk = begin(alice, schema)
    assert talk.refused(text="1") == {"text": ["WRONG_VALUE"]}
    assert talk.refused(text="skip") == {"text": ["WRONG_VALUE"]}
    assert talk.refused(text="") == {"answers": ["REQUIRED"]}
    assert talk.refused(text="x", answers=[answer(schema, 1, 1)]) == {"text": ["WRONG_STATE"]}


def test_matched_text_goes_before_an_open_text(alice: Any) -> None:
    schema = script({**YES_NO, "choice_open": True}, match_text=True)
    assert begin(alice, schema).say(text="no")["text"] == "No"
    assert begin(alice, schema).say(text="no", answers=[answer(schema, 1, 1)])["text"] == "Yes, no"
    assert begin(alice, schema).refused(text="perhaps") == {"answers": ["REQUIRED"]}


def test_text_of_a_message_chooses_nothing_without_match_text(alice: Any) -> None:
    talk = started(alice, YES_NO)
    assert talk.refused(text="Yes") == {"answers": ["REQUIRED"], "text": ["WRONG_STATE"]}


def test_text_of_a_correction_chooses_an_answer_where_the_schema_matches_texts(alice: Any) -> None:
    schema = script({**CALM, "name": "calm"}, match_text=True)
    talk = begin(alice, schema, permissions=PERMISSIONS_ALL)
    first = talk.say(text="never")["id"]
    last = talk.row.related_message_id
    body = {"message": first, "last": last, "text": "always!"}
    corrected = talk.client.post(f"{talk.path}/correct", body, format="json")
    assert corrected.status_code == 201, corrected.content
    assert corrected.json()["answers"] == [answer(schema, 1, 3)]
