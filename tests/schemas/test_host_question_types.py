"""Question types of the host: how they are found, what they refuse, and that their errors harm one reply alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils.translation import gettext_lazy

from chat_api.api import BaseQuestionType, Kind
from chat_api.engine.question_types.base import AnswerRefused, Reply
from chat_api.engine.question_types.registry import check_reply, is_known, question_type, question_types
from chat_api.engine.script import Question
from chat_api.schemas import host_types
from chat_api.schemas.models import Question as QuestionRow
from tests.chat.talking import begin
from tests.factories import published_schema
from tests.raising_hooks import BrokenQuestionType


class Even(BaseQuestionType):
    label = "Even number"
    summary = "A whole number that is even."
    kind = Kind.NUMBER
    limits = frozenset({"max", "nonsense"})
    control = "number"

    def normalize(self, text: str, notation: Any) -> str:
        return text.lower().replace("two", "2")

    def read(self, question: Any, text: str, notation: Any) -> Any:
        if text == "three":
            raise ValidationError("Odd.")
        if text == "naive":
            return datetime(2000, 1, 1)  # noqa: DTZ001
        if text in ("text", "nan", "set"):
            return {"text": "x", "nan": float("nan"), "set": {1}}[text]
        if text == "crash":
            raise RuntimeError("my mistake")
        if int(text) % 2:
            raise ValueError("odd")
        return int(text)


@pytest.fixture
def even(settings: Any) -> None:
    settings.CHAT_SETTINGS = {"QUESTION_TYPES": {"even": f"{__name__}.Even"}}


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    host_types._loaded.clear()


def ask(text: str, **columns: Any) -> Any:
    return check_reply(Question(id=1, qid=1, position=1, type="even", text="", **columns), Reply(text))


@pytest.mark.usefixtures("even")
def test_type_of_the_host_is_described_like_the_others() -> None:
    kind = question_type("even")
    assert (kind.name, kind.label, kind.kind, kind.control) == ("even", "Even number", Kind.NUMBER, "number")
    assert kind.limits == {"max"}
    assert (kind.is_asked, kind.is_answerable, kind.offers_answers) == (True, True, False)
    assert is_known("even")
    assert [*question_types()][-1] == "even"
    field = QuestionRow._meta.get_field("type")
    assert ("even", "Even number") in [*field.choices]  # type: ignore[misc]
    assert kind.from_json(kind.to_json(4)) == 4


@pytest.mark.usefixtures("even")
def test_reply_is_normalized_read_and_limited(caplog: pytest.LogCaptureFixture) -> None:
    found = ask(" TWO ", limits={"max": 10})
    assert (found.text, found.typed, found.value) == ("2", "TWO", 2)
    for text, errors in (
        ("12", {"text": ["TOO_LARGE"]}),
        ("3", {"text": ["WRONG_VALUE"]}),
        ("three", {"text": ["WRONG_VALUE"]}),
        ("", {"text": ["REQUIRED"]}),
    ):
        with pytest.raises(AnswerRefused) as refused:
            ask(text, limits={"max": 10})
        assert refused.value.errors == errors
        assert refused.value.expected == {"type": "even", "max": 10}
    assert not caplog.records


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "expects", "limits", "text", "explained"),
    [
        (Kind.NUMBER, "", {"max": 10}, "12", "a number up to 10"),
        (Kind.NUMBER, "an even number", {"max": 10}, "12", "an even number up to 10"),
        (Kind.NUMBER, gettext_lazy("a date"), None, "3", "a date"),
        (Kind.DATE, "", None, "3", "a date"),
        (Kind.DATETIME, "", None, "3", "a date with a time"),
        (Kind.BOOLEAN, "", None, "3", "another answer"),
        (Kind.TEXT, "", None, "3", "a text"),
        (Kind.TEXT, "an account number", None, "3", "an account number"),
    ],
)
def test_refused_reply_is_explained_in_words_of_the_type_or_of_its_kind(
    alice: Any, settings: Any, kind: Kind, expects: Any, limits: Any, text: str, explained: str
) -> None:
    host = type("Host", (Even,), {"kind": kind, "expects": expects, "limits": frozenset(limits or ())})
    settings.CHAT_SETTINGS = {"QUESTION_TYPES": {"even": host}}
    talk = begin(alice, published_schema([{"type": "even", "limits": limits}]))
    response = talk.client.post(f"{talk.path}/messages?explain=true", {"text": text}, format="json")
    assert response.status_code == 400
    assert [each["text"] for each in response.json()["explanations"]] == [explained]


@pytest.mark.usefixtures("even")
@pytest.mark.parametrize("text", ["crash", "naive", "text", "nan", "set"])
def test_error_of_the_host_refuses_the_reply_and_is_logged(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(AnswerRefused) as refused:
        ask(text)
    assert refused.value.errors == {"text": ["WRONG_VALUE"]}
    assert [record.args for record in caplog.records if record.name == "chat_api.hooks"] == [
        ("QUESTION_TYPES",)
    ]


@pytest.mark.parametrize("entry", ["nowhere.Iban", f"{__name__}.Question", "", str, 5, ["x"], None])
def test_broken_entry_refuses_replies_and_removes_no_question(entry: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"QUESTION_TYPES": {"even": entry}}
    assert is_known("even") == isinstance(entry, str | type)
    with pytest.raises(AnswerRefused):
        ask("2")


@pytest.mark.parametrize("value", [None, 5, ["even"], {5: Even}])
def test_broken_setting_has_no_types(value: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"QUESTION_TYPES": value}
    assert not is_known("even")


def test_built_in_type_cannot_be_replaced(settings: Any) -> None:
    settings.CHAT_SETTINGS = {"QUESTION_TYPES": {"int": Even}}
    assert question_type("int").label == question_types()["int"].label == "Whole number"


@pytest.mark.django_db
@pytest.mark.usefixtures("even")
def test_conversation_asks_and_takes_type_of_the_host(alice: Any) -> None:
    talk = begin(alice, published_schema([{"type": "even"}, {"type": "text"}]))
    assert talk.refused(text="3") == {"text": ["WRONG_VALUE"]}
    assert talk.say(text="4")["text"] == "4"


@pytest.mark.django_db
def test_query_of_the_host_that_fails_breaks_no_transaction(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {"QUESTION_TYPES": {"broken": BrokenQuestionType}}
    talk = begin(alice, published_schema([{"type": "broken"}, {"type": "text"}]))
    assert talk.refused(text="4") == {"text": ["WRONG_VALUE"]}


@pytest.mark.django_db
@pytest.mark.usefixtures("even")
def test_type_of_the_host_needs_no_migration() -> None:
    call_command("makemigrations", "chat_api", check=True, dry_run=True, verbosity=0)
