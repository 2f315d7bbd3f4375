"""Validation and stored text of answers to each type of question."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.models import MessageAnswer
from chat_api.engine.script import NON_ANSWERABLE, QuestionType
from tests.chat.talking import answer, begin, question
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

THREE = [{"text": "red"}, {"text": "green"}, {"text": "none", "exclusive": True}]
CHOICE = {"type": "choice", "answers": THREE}
OPEN_CHOICE = {"type": "choice", "answers": THREE, "choice_open": True}
MULTI = {"type": "multichoice", "answers": THREE}
OPEN_MULTI = {"type": "multichoice", "answers": THREE, "choice_open": True}
RANGE = {"type": "range", "range_from": 1, "range_to": 10}

#: question, positions of the chosen answers, text -> stored text or errors
CASES: list[tuple[dict[str, Any], tuple[int, ...], str | None, str | dict[str, list[str]]]] = [
    (CHOICE, (1,), None, "red"),
    (CHOICE, (1,), "  ", "red"),
    (CHOICE, (), None, {"answers": ["REQUIRED"]}),
    (CHOICE, (), "red", {"answers": ["REQUIRED"], "text": ["WRONG_STATE"]}),
    (CHOICE, (1, 2), None, {"answers": ["TOO_MANY"]}),
    (CHOICE, (1, 1), None, {"answers": ["TOO_MANY"]}),
    (CHOICE, (1, 2), "x", {"answers": ["TOO_MANY"], "text": ["WRONG_STATE"]}),
    (CHOICE, (0,), None, {"answers": ["WRONG_VALUE"]}),
    (OPEN_CHOICE, (2,), " because ", "green, because"),
    (OPEN_CHOICE, (), "because", {"answers": ["REQUIRED"]}),
    (MULTI, (2, 1), None, "green, red"),
    (MULTI, (3,), None, "none"),
    (MULTI, (1, 3), None, {"answers": ["EXCLUSIVE"]}),
    (MULTI, (1, 1), None, {"answers": ["WRONG_VALUE"]}),
    (MULTI, (1, 0), None, {"answers": ["WRONG_VALUE"]}),
    (MULTI, (), None, {"answers": ["REQUIRED"]}),
    (MULTI, (1, 3), "x", {"answers": ["EXCLUSIVE"], "text": ["WRONG_STATE"]}),
    (OPEN_MULTI, (1, 2), "& blue", "red, green, &amp; blue"),
    ({"type": "text"}, (), " hi ", "hi"),
    ({"type": "text"}, (), "   ", {"text": ["REQUIRED"]}),
    ({"type": "text"}, (), None, {"text": ["REQUIRED"]}),
    ({"type": "text"}, (0,), "hi", {"answers": ["WRONG_STATE"]}),
    ({"type": "text"}, (0,), None, {"answers": ["WRONG_STATE"], "text": ["REQUIRED"]}),
    ({"type": "date"}, (), " 2017-02-28 ", "2017-02-28"),
    ({"type": "date"}, (), "28 Feb 2017", "28 Feb 2017"),
    ({"type": "date"}, (), "12", "12"),
    ({"type": "date"}, (), "2017-02-30", {"text": ["WRONG_VALUE"]}),
    ({"type": "date"}, (), "tomorrow", {"text": ["WRONG_VALUE"]}),
    ({"type": "date"}, (), "1" * 200, {"text": ["WRONG_VALUE"]}),
    ({"type": "date", "meta": {"format": "iso"}}, (), "12", {"text": ["WRONG_VALUE"]}),
    ({"type": "date", "meta": {"format": "%d/%m/%Y"}}, (), "28/02/2017", "28/02/2017"),
    ({"type": "date", "meta": {"format": "%d/%m/%Y"}}, (), "02/28/2017", {"text": ["WRONG_VALUE"]}),
    ({"type": "time"}, (), "9:30pm", "9:30pm"),
    ({"type": "time"}, (), "25:00", {"text": ["WRONG_VALUE"]}),
    ({"type": "datetime"}, (), "2017-02-28T10:00:00Z", "2017-02-28T10:00:00Z"),
    ({"type": "datetime"}, (), None, {"text": ["WRONG_VALUE"]}),
    ({"type": "int"}, (), " -12 ", "-12"),
    ({"type": "int"}, (), "1.5", {"text": ["WRONG_VALUE"]}),
    ({"type": "int"}, (), "1_000", {"text": ["WRONG_VALUE"]}),
    ({"type": "int"}, (), "\u0663", "3"),
    ({"type": "int"}, (), "5,5", {"text": ["WRONG_VALUE"]}),
    ({"type": "float"}, (), "5,5", "5.5"),
    ({"type": "int"}, (), None, {"text": ["REQUIRED"]}),
    ({"type": "float"}, (), "1.5", "1.5"),
    ({"type": "float"}, (), ".5", ".5"),
    ({"type": "float"}, (), "nan", {"text": ["WRONG_VALUE"]}),
    ({"type": "float"}, (), "inf", {"text": ["WRONG_VALUE"]}),
    ({"type": "float"}, (), "-Infinity", {"text": ["WRONG_VALUE"]}),
    ({"type": "float"}, (), "1" * 400, {"text": ["WRONG_VALUE"]}),
    ({"type": "float"}, (), "", {"text": ["REQUIRED"]}),
    (RANGE, (), "1", "1"),
    (RANGE, (), "10.0", "10.0"),
    (RANGE, (), "0.99", {"text": ["WRONG_VALUE"]}),
    (RANGE, (), "10.01", {"text": ["WRONG_VALUE"]}),
    (RANGE, (), "nan", {"text": ["WRONG_VALUE"]}),
    ({"type": "range"}, (), "5", "5"),
    ({"type": "location"}, (), " 52.2,21 ", "52.2,21"),
    ({"type": "location"}, (), "91,0", {"text": ["WRONG_VALUE"]}),
    ({"type": "file"}, (), None, {"attachments": ["REQUIRED"]}),
]


@pytest.mark.parametrize(("asked", "chosen", "text", "expected"), CASES)
@pytest.mark.parametrize("state", ["scripted", "scripted_fe_controlled"])
def test_each_type_accepts_its_answers_and_reports_all_errors_together(
    alice: Any, asked: Any, chosen: tuple[int, ...], text: str | None, expected: Any, state: str
) -> None:
    schema = published_schema([asked, {"type": "choice", "answers": [{}]}])
    talk = begin(alice, schema, state=state)
    ids = [answer(schema, 1, position) if position else answer(schema, 2, 1) for position in chosen]
    body: dict[str, Any] = {"answers": ids} if ids else {}
    if text is not None:
        body["text"] = text
    if state != "scripted":
        body["question"] = question(schema, 1).pk
    if isinstance(expected, dict):
        before = talk.messages()
        assert talk.refused(**body) == expected
        assert talk.messages() == before
        assert talk.row.question_id == question(schema, 1).pk
        return
    said = talk.say(**body)
    # Answers are stored in the order of the request and shown in the order of the question.
    assert (said["text"], said["answers"]) == (expected, sorted(ids))
    assert said["related_question"] == question(schema, 1).pk
    stored = MessageAnswer.objects.filter(message=said["id"]).order_by("pk")
    assert list(stored.values_list("answer_id", flat=True)) == ids
    assert said["thread_data"]["question"] == question(schema, 2).pk


def test_every_type_that_waits_for_an_answer_has_a_case() -> None:
    tried = {str(case[0]["type"]) for case in CASES}
    assert tried == {str(kind) for kind in QuestionType} - NON_ANSWERABLE


def test_errors_of_an_answer_are_reported_with_those_of_other_fields(alice: Any) -> None:
    talk = begin(alice, published_schema([CHOICE]))
    errors = talk.refused(text="x", type="automated_message", client_id="nonsense", break_state="perhaps")
    assert errors == {
        "text": ["WRONG_STATE"],
        "answers": ["REQUIRED"],
        "type": ["RESERVED"],
        "client_id": ["Must be a valid UUID."],
        "break_state": ["Must be a valid boolean."],
    }


def test_forbidden_break_is_reported_with_the_other_errors(alice: Any) -> None:
    talk = begin(alice, published_schema([CHOICE]))
    assert talk.refused(break_state=True) == {"break_state": ["NO_PERMISSIONS"], "answers": ["REQUIRED"]}


def test_wrong_question_is_reported_before_any_other_error(alice: Any) -> None:
    schema = published_schema([{"type": "int"}, {"type": "int"}])
    talk = begin(alice, schema)
    assert talk.refused(question=question(schema, 2).pk, text="x") == {"question": ["ALREADY_ANSWERED"]}
    other = published_schema([{}])
    assert talk.refused(question=question(other, 1).pk, text="1") == {"question": ["ALREADY_ANSWERED"]}
    assert talk.say(question=question(schema, 1).pk, text="1")["thread_data"]["question"] is not None


def test_answer_that_says_what_asked_it_never_answers_another_asking(alice: Any) -> None:
    schema = published_schema([{"type": "int", "next_qid": 1}])
    talk = begin(alice, schema)
    seen = talk.row.related_message_id
    body = {"question": question(schema, 1).pk, "asked": seen}
    assert talk.say(**body, text="1")["thread_data"]["question"] == question(schema, 1).pk
    stored = talk.messages()
    # The same question is asked again, by another message.
    assert talk.refused(**body, text="2") == {"asked": ["ALREADY_ANSWERED"]}
    assert talk.refused(asked=None, text="2") == {"asked": ["ALREADY_ANSWERED"]}
    assert talk.refused(asked="x", text="2").keys() == {"asked"}
    assert talk.messages() == stored
    assert talk.say(asked=talk.row.related_message_id, text="2")["text"] == "2"


def test_message_to_people_that_says_so_does_not_answer(alice: Any) -> None:
    talk = begin(alice, published_schema([{"type": "text", "next_qid": -1}]))
    assert talk.refused(asked=None, text="Hello?") == {"asked": ["ALREADY_ANSWERED"]}
    assert talk.say(text="fine")["thread_data"]["related_message"] is None
    assert talk.refused(asked=7, text="Hello?") == {"asked": ["ALREADY_ANSWERED"]}
    assert talk.say(asked=None, text="Hello?")["text"] == "Hello?"


def test_unknown_answer_or_question_gets_the_usual_error(alice: Any) -> None:
    talk = begin(alice, published_schema([CHOICE]))
    missing = 'Invalid pk "999999" - object does not exist.'
    assert talk.refused(answers=[999999]) == {"answers": [missing]}
    errors = talk.refused(question=999999, answers=[answer(talk.row.schema, 1, 1)])  # type: ignore[arg-type]
    assert errors == {"question": [missing]}


def test_answer_keeps_its_type_meta_and_sender(alice: Any) -> None:
    talk = begin(alice, published_schema([{"type": "int"}]))
    said = talk.say(text="5", type="spoken", meta={"by": "voice"})
    assert (said["type"], said["meta"], said["sender"]) == ("spoken", {"by": "voice"}, alice.pk)
    assert (said["is_own"], said["is_read"], said["predecessor"]) == (True, True, None)


def test_answers_of_another_question_are_refused_as_a_whole(alice: Any) -> None:
    schema = published_schema([MULTI, MULTI])
    talk = begin(alice, schema)
    assert talk.refused(answers=[answer(schema, 1, 1), answer(schema, 2, 1)]) == {"answers": ["WRONG_VALUE"]}
