"""With `explain=true` a refused answer is explained in words; without it nothing is different."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chat.talking import Talk, begin
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

BODY = [
    {"qid": 1, "type": "int", "name": "rooms", "limits": {"min": 0, "max": 10}},
    {
        "qid": 2,
        "type": "int",
        "name": "beds",
        "required_message": "How many beds for {{ answers.rooms }} rooms?",
        "limits": {"max": "rooms * 4"},
        "constraints": [
            {"check": "value >= rooms", "message": "Fewer than {{ answers.rooms }} rooms"},
            {"check": "value < 9", "message": "Really {{ answers.rooms }}?", "severity": "warning"},
        ],
    },
    {"qid": 3, "type": "date", "required_message": "Which day?"},
]


def explained(talk: Talk, query: str = "?explain=true", language: str = "en", **body: Any) -> dict[str, Any]:
    path = f"{talk.path}/messages{query}"
    response = talk.client.post(path, body, format="json", headers={"Accept-Language": language})
    assert response.status_code == 400, response.content
    errors: dict[str, Any] = response.json()
    return errors


def test_a_refusal_says_what_is_expected(alice: Any) -> None:
    talk = begin(alice, published_schema(BODY))
    assert explained(talk, text="11") == {
        "text": ["TOO_LARGE"],
        "explanations": [
            {
                "field": "text",
                "code": "TOO_LARGE",
                "text": "a whole number from 0 to 10",
                "expected": {"type": "int", "min": 0, "max": 10},
            }
        ],
    }


@pytest.mark.parametrize("query", ["", "?explain=", "?explain=false", "?explain=0", "?explain=perhaps"])
def test_without_the_parameter_there_are_codes_only(alice: Any, query: str) -> None:
    talk = begin(alice, published_schema(BODY))
    assert explained(talk, query, text="11") == {"text": ["TOO_LARGE"]}


def test_limits_that_are_expressions_are_shown_as_values(alice: Any) -> None:
    talk = begin(alice, published_schema(BODY))
    talk.say(text="2")
    (found,) = explained(talk, text="9")["explanations"]
    assert (found["text"], found["expected"]) == ("a whole number up to 8", {"type": "int", "max": 8})


@pytest.mark.parametrize(
    ("rooms", "text", "code", "said"),
    [
        ("3", "2", "CONSTRAINT", "Fewer than 3 rooms"),
        ("3", "10", "CONFIRM", "Really 3?"),
        ("3", "", "REQUIRED", "How many beds for 3 rooms?"),
        ("3", "x", "WRONG_VALUE", "a whole number up to 12"),
    ],
)
def test_the_authors_own_message_is_rendered(alice: Any, rooms: str, text: str, code: str, said: str) -> None:
    talk = begin(alice, published_schema(BODY))
    talk.say(text=rooms)
    errors = explained(talk, text=text)
    assert errors["text"] == [code]
    assert [each["text"] for each in errors["explanations"]] == [said]


def test_the_own_message_of_an_empty_answer_stands_for_any_code(alice: Any) -> None:
    talk = begin(alice, published_schema(BODY))
    talk.say(text="2")
    talk.say(text="2")
    assert [each["text"] for each in explained(talk)["explanations"]] == ["Which day?"]
    assert [each["text"] for each in explained(talk, text="soon")["explanations"]] == ["a date"]


def test_messages_are_in_the_language_of_the_request(alice: Any) -> None:
    schema = published_schema(
        [
            {
                "qid": 1,
                "type": "int",
                "name": "rooms",
                "limits": {"min": 0},
                "constraints": [
                    {"check": "value < 5", "message": "Too many", "message_i18n": {"pl": "Za dużo"}},
                ],
            },
        ]
    )
    talk = begin(alice, schema)
    assert [each["text"] for each in explained(talk, language="pl", text="-1")["explanations"]] == [
        "liczba całkowita od 0"
    ]
    assert [each["text"] for each in explained(talk, language="pl", text="7")["explanations"]] == ["Za dużo"]


def test_errors_of_the_body_replace_those_of_the_answer(alice: Any) -> None:
    talk = begin(alice, published_schema(BODY))
    errors = explained(talk, text="11", client_id="x")
    assert errors.keys() == {"client_id", "text", "explanations"}
    assert [each["field"] for each in errors["explanations"]] == ["text"]
    errors = explained(talk, text="11", answers=["x"])
    assert [each["field"] for each in errors["explanations"]] == ["text"]
    assert "explanations" not in explained(talk, text={"a": 1})


def test_other_refusals_have_no_explanations(alice: Any) -> None:
    schema = published_schema(BODY)
    talk = begin(alice, schema)
    assert explained(talk, question=10**6, text="1").keys() == {"question"}


def test_replies_by_the_text_door_are_explained_too(alice: Any) -> None:
    talk = begin(alice, published_schema(BODY))
    response = talk.client.post(f"{talk.path}/reply?explain=true", {"text": "11"}, format="json")
    assert response.json()["explanations"][0]["text"] == "a whole number from 0 to 10"
