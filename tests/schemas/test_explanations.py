"""The words for the expected answer instead of a refused answer, by type and code, in the active language."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from chat_api.engine.question_types.base import AnswerRefused, Explanation, Reply
from chat_api.engine.question_types.registry import BUILT_IN, check_reply
from chat_api.engine.script import Question
from chat_api.schemas.explanations import text_of
from tests.engine.scripts import script

pytestmark = pytest.mark.sqlite_only


def refused(described: dict[str, Any], reply: Reply) -> tuple[str, str]:
    """Return the code, and what is expected."""
    offers = described["type"] in ("choice", "multichoice")
    answers = {"answers": [{}, {}, {"exclusive": True}]} if offers else {}
    question: Question = script([{"name": "asked", **answers, **described}]).questions[0]
    with pytest.raises(AnswerRefused) as raised:
        check_reply(question, reply)
    (explanation,) = raised.value.explanations
    return explanation.code, text_of(explanation)


@pytest.mark.parametrize(
    ("described", "reply", "expected"),
    [
        ({"type": "int"}, "", ("REQUIRED", "a whole number")),
        ({"type": "int"}, "1.5", ("WRONG_VALUE", "a whole number")),
        (
            {"type": "int", "limits": {"min": 0, "max": 10}},
            "11",
            ("TOO_LARGE", "a whole number from 0 to 10"),
        ),
        ({"type": "int", "limits": {"min": 1}}, "0", ("TOO_SMALL", "a whole number from 1")),
        ({"type": "int", "limits": {"max": 9}}, "x", ("WRONG_VALUE", "a whole number up to 9")),
        ({"type": "int", "limits": {"step": 5}}, "3", ("WRONG_FORMAT", "a whole number in steps of 5")),
        ({"type": "float", "limits": {"max": 2.5}}, "3", ("TOO_LARGE", "a number up to 2.5")),
        (
            {"type": "float", "limits": {"decimals": 1}},
            "3.14",
            ("WRONG_FORMAT", "a number with at most 1 decimal"),
        ),
        ({"type": "range", "range_from": 0, "range_to": 7}, "8", ("WRONG_VALUE", "a number from 0 to 7")),
        (
            {"type": "date", "limits": {"min": "2024-02-29"}},
            "2024-01-01",
            ("TOO_SMALL", "a date from Feb. 29, 2024"),
        ),
        ({"type": "date"}, "", ("WRONG_VALUE", "a date")),
        ({"type": "time", "limits": {"max": "12:30"}}, "13:00", ("TOO_LARGE", "a time up to 12:30 p.m.")),
        ({"type": "datetime"}, "x", ("WRONG_VALUE", "a date with a time")),
        ({"type": "text"}, "", ("REQUIRED", "a text")),
        (
            {"type": "text", "limits": {"min_length": 2}},
            "a",
            ("TOO_SHORT", "a text of at least 2 characters"),
        ),
        ({"type": "text", "limits": {"max_length": 1}}, "ab", ("TOO_LONG", "a text of at most 1 character")),
        (
            {"type": "text", "limits": {"min_length": 1, "max_length": 2}},
            "abc",
            ("TOO_LONG", "a text of 1 to 2 characters"),
        ),
        (
            {"type": "text", "limits": {"pattern": "[a-z]"}},
            "1",
            ("WRONG_FORMAT", "a text in the expected form"),
        ),
        ({"type": "text", "limits": {"format": "email"}}, "me", ("WRONG_FORMAT", "an e-mail address")),
        ({"type": "text", "limits": {"format": "phone"}}, "me", ("WRONG_FORMAT", "a phone number")),
        ({"type": "text", "limits": {"format": "url"}}, "me", ("WRONG_FORMAT", "a link to a web page")),
        ({"type": "location"}, "x", ("WRONG_VALUE", "a place, as latitude and longitude")),
        ({"type": "file"}, "", ("REQUIRED", "one or more files")),
        ({"type": "choice"}, (), ("REQUIRED", "one of the answers")),
        ({"type": "choice"}, (1011, 1012), ("TOO_MANY", "one of the answers")),
        ({"type": "multichoice"}, (), ("REQUIRED", "one or more of the answers")),
        ({"type": "multichoice"}, (1011, 1013), ("EXCLUSIVE", "that answer alone")),
        (
            {"type": "multichoice", "limits": {"max_selected": 1}},
            (1011, 1012),
            ("TOO_MANY", "at most 1 answer"),
        ),
        (
            {"type": "multichoice", "limits": {"min_selected": 2}},
            (1011,),
            ("TOO_FEW", "at least 2 answers"),
        ),
    ],
)
def test_what_is_expected(described: dict[str, Any], reply: Any, expected: tuple[str, str]) -> None:
    sent = Reply(reply) if isinstance(reply, str) else Reply(answer_ids=reply)
    with translation.override("en"):
        assert refused(described, sent) == expected


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (Explanation("text", "CONFIRM", {"type": "int"}), "a confirmation of this answer"),
        (Explanation("text", "CONSTRAINT", {"type": "int"}), "another answer"),
        (Explanation("text", "WRONG_STATE", {"type": "choice"}), "one of the answers, without a text"),
        (Explanation("answers", "WRONG_STATE", {"type": "text"}), "a typed answer"),
        (
            Explanation("answers", "TOO_MANY", {"type": "multichoice", "min_selected": 1, "max_selected": 2}),
            "1 to 2 of the answers",
        ),
        (Explanation("attachments", "TOO_MANY", {"type": "file", "max_files": 2}), "at most 2 files"),
        (
            Explanation("attachments", "TOO_LARGE", {"type": "file", "max_size": 2_500_000}),
            "files of at most 2.5 MB",
        ),
        (
            Explanation("attachments", "TOO_LARGE", {"type": "file", "max_size": 500_500}),
            "files of at most 500.5 kB",
        ),
        (
            Explanation("attachments", "TOO_LARGE", {"type": "file", "max_size": 1}),
            "files of at most 0.001 kB",
        ),
        (
            Explanation("attachments", "WRONG_FORMAT", {"type": "file", "accept": ["image/*", ".csv"]}),
            "files of these types: image/*, .csv",
        ),
        (Explanation("text", "WRONG_VALUE", {}), "another answer"),
        (Explanation("question", "NOT_A_QUESTION", {"type": "gone"}), "another answer"),
    ],
)
def test_what_is_expected_of_errors_alone(error: Explanation, text: str) -> None:
    with translation.override("en"):
        assert text_of(error) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "un número entre 0,5 y 10"),
        ("fr", "un nombre entre 0,5 et 10"),
        ("pl", "liczba od 0,5 do 10"),
        ("de", "a number from 0,5 to 10"),
    ],
)
def test_it_is_said_in_the_active_language(language: str, text: str) -> None:
    error = Explanation("text", "TOO_LARGE", {"type": "float", "min": 0.5, "max": 10.0})
    with translation.override(language):
        assert text_of(error) == text


@pytest.mark.parametrize("name", [name for name, kind in BUILT_IN.items() if kind.is_answerable])
def test_every_type_says_what_it_expects(name: str) -> None:
    question: Question = script([{"type": name, "name": "asked"}]).questions[0]
    with pytest.raises(AnswerRefused) as raised:
        check_reply(question, Reply())
    assert all(text_of(each) for each in raised.value.explanations)
