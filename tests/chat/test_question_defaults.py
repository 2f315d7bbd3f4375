"""A question with a default suggests it in `question_data`, and nowhere is it an answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.chat.choices import PERMISSIONS_ALL
from tests.chat.talking import Talk, answer, begin
from tests.databases import connection
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

BODY = [
    {"qid": 1, "type": "int", "name": "rooms", "default": "2"},
    {"qid": 2, "type": "int", "name": "beds", "default": "rooms * 2", "limits": {"max": 10}},
    {
        "qid": 3,
        "type": "choice",
        "name": "view",
        "default": '"sea"',
        "answers": [{"text": "The sea", "value": "sea"}, {"text": "The yard", "value": "yard"}],
    },
    {"qid": 4, "text": "Anything else?"},
]


def suggested(talk: Talk) -> Any:
    return talk.thread()["question_data"].get("default", "nothing")


def test_the_default_follows_from_earlier_answers(alice: Any) -> None:
    talk = begin(alice, published_schema(BODY))
    assert suggested(talk) == 2
    sent = talk.say(text="3")
    assert sent["thread_data"]["question_data"]["default"] == 6
    assert suggested(talk) == 6
    talk.say(text="1")
    assert suggested(talk) == "sea"


def test_a_default_that_the_question_would_refuse_is_left_out(alice: Any) -> None:
    talk = begin(alice, published_schema(BODY))
    talk.say(text="6")
    assert suggested(talk) == "nothing"


def test_the_default_follows_a_correction_by_going_back(alice: Any) -> None:
    talk = begin(alice, published_schema(BODY), permissions=PERMISSIONS_ALL)
    talk.say(text="3")
    talk.roll_back()
    assert suggested(talk) == 2
    talk.say(text="4")
    assert suggested(talk) == 8


def test_a_default_is_not_an_answer(alice: Any) -> None:
    schema = published_schema(BODY)
    talk = begin(alice, schema)
    assert talk.refused(text="") == {"text": ["REQUIRED"]}
    talk.say(text="3")
    talk.say(text="1")
    assert talk.refused() == {"answers": ["REQUIRED"]}
    talk.say(answers=[answer(schema, 3, 2)])
    assert suggested(talk) == "nothing"


def test_the_default_is_selected_like_other_fields(alice: Any) -> None:
    talk = begin(alice, published_schema(BODY))
    shown = talk.client.get(f"{talk.path}?fields=question_data__default,question_data__qid").json()
    assert shown == {"question_data": {"default": 2, "qid": 1}}


def test_the_default_takes_no_query(alice: Any) -> None:
    talks = [
        begin(alice, published_schema(body)) for body in (BODY, [{**BODY[0], "default": None}, *BODY[1:]])
    ]
    counts = []
    for talk in talks:
        with CaptureQueriesContext(connection) as queries:
            talk.thread()
        counts.append(len(queries))
    assert counts[0] == counts[1]
