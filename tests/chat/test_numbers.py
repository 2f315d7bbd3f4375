"""Numbers as members write them, stored in plain notation."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Message
from tests.chat.talking import Talk, begin, question
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

RANGE = {"type": "range", "range_from": 0, "range_to": 2000}


def asked(user: Any, *types: str, **body: Any) -> Talk:
    questions = [RANGE if kind == "range" else {"type": kind} for kind in types]
    return begin(user, published_schema([*questions, {}]), permissions=PERMISSIONS_ALL, **body)


def stored(said: dict[str, Any]) -> tuple[str, str | None]:
    message = Message.objects.get(pk=said["id"])
    assert message.text == said["text"]
    return message.text, message.typed_text


@pytest.mark.parametrize(
    ("kind", "typed", "text"),
    [
        ("float", "36,6", "36.6"),
        ("int", "1\u00a0000", "1000"),
        ("int", "\u22125", "-5"),
        ("range", "1'234,5", "1234.5"),
        ("int", "\u0661\u0662", "12"),
    ],
)
def test_number_is_stored_in_plain_notation_with_the_typed_text(
    alice: Any, kind: str, typed: str, text: str
) -> None:
    talk = asked(alice, kind)
    said = talk.say(text=f" {typed} ")
    assert stored(said) == (text, typed)
    assert "typed_text" not in said


@pytest.mark.parametrize("text", ["5", "+5", "1.234", "-.5"])
def test_plain_notation_is_stored_unchanged(alice: Any, text: str) -> None:
    assert stored(asked(alice, "float").say(text=text)) == (text, None)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "1234"),
        ("en-gb", "1234"),
        ("pl", "1.234"),
        ("fr", "1.234"),
        ("de", "1.234"),
        ("pt-br", "1.234"),
    ],
)
def test_ambiguous_number_is_read_in_the_language_of_the_member(
    alice: Any, settings: Any, language: str, text: str
) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user: language}
    talk = asked(alice, "range", "float")
    assert stored(talk.say(text="1,234")) == (text, "1,234")
    assert stored(talk.say(text="1.234")) == ("1.234", None)


@pytest.mark.parametrize("language", [None, "", "xx", "tlh-klingon", "no", "be", "af"])
def test_ambiguous_number_without_a_known_language_is_refused(
    alice: Any, settings: Any, language: str | None
) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user: language}
    talk = asked(alice, "range")
    assert talk.refused(text="1,234") == {"text": ["WRONG_VALUE"]}
    assert len(talk.messages()) == 1


def test_language_is_requested_for_ambiguous_numbers_only(alice: Any, settings: Any) -> None:
    asked_for: list[Any] = []
    talk = asked(alice, "float", "float")
    talk_settings = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": asked_for.append}
    settings.CHAT_SETTINGS = talk_settings
    talk.refused(text="ten")
    assert asked_for == []
    talk.refused(text="1,234")
    assert len(asked_for) == 1


def test_range_checks_the_parsed_number(alice: Any) -> None:
    talk = asked(alice, "range")
    assert talk.refused(text="2 001") == {"text": ["WRONG_VALUE"]}
    assert talk.refused(text="\u22120,5") == {"text": ["WRONG_VALUE"]}
    assert stored(talk.say(text="2 000,0")) == ("2000.0", "2 000,0")


def test_later_texts_show_the_plain_number(alice: Any) -> None:
    schema = published_schema([{"type": "float"}, {"text": "You said {{ answers.q1 }}."}])
    talk = begin(alice, schema)
    talk.say(text="36,6")
    assert talk.texts()[-1] == "You said 36.6."


def test_frontend_controlled_answers_are_parsed_in_the_same_way(alice: Any) -> None:
    schema = published_schema([{"type": "float"}, {}])
    talk = begin(alice, schema, state="scripted_fe_controlled")
    assert stored(talk.say(question=question(schema, 1).pk, text="36,6")) == ("36.6", "36,6")


def test_other_question_types_and_free_text_keep_the_typed_text(alice: Any) -> None:
    talk = asked(alice, "text")
    assert stored(talk.say(text="36,6")) == ("36,6", None)
    talk.say(text="the end")
    assert stored(talk.say(text="1 000")) == ("1 000", None)


def test_editing_an_answer_drops_the_typed_text(alice: Any) -> None:
    talk = asked(alice, "float")
    said = talk.say(text="36,6")
    path = f"{talk.path}/messages/{said['id']}"
    assert talk.client.patch(path, {"text": "37"}, format="json").status_code == 200
    assert (Message.objects.get(pk=said["id"]).text, Message.objects.get(pk=said["id"]).typed_text) == (
        "37",
        None,
    )


def test_failed_language_function_leaves_no_callback_behind(
    alice: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    called: list[Any] = []

    def fails(user: Any) -> str:
        transaction.on_commit(lambda: called.append(user))
        raise RuntimeError("no such profile")

    settings.CHAT_SETTINGS = {"USER_LANGUAGE": fails}
    with django_capture_on_commit_callbacks(execute=True):
        asked(alice, "float").say(text="36,6")
    assert called == []
