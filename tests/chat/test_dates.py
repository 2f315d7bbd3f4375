"""Dates as members write them: in digits, in the order of their language."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.models import Message
from chat_api.surveys.actions import answer_question, start_survey
from tests.chat.talking import begin
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

REFUSED = {"text": ["WRONG_VALUE"]}


@pytest.mark.parametrize(
    ("language", "accepted", "refused"),
    [
        ("pl", ("29.02.2024", "1/2/2024", "2024-02-29"), ("02.29.2024", "2024.02.29", "29.02", "30.02.2024")),
        ("en", ("02/29/2024", "2.29.2024"), ("29/02/2024", "29.02.2024")),
        ("en-gb", ("29/02/2024",), ("02/29/2024",)),
        ("hu", ("2024. 02. 29.", "2024/2/29"), ("29.02.2024",)),
        ("xx", ("2024-02-29",), ("29.02.2024", "02/29/2024")),
        (None, ("2024-02-29",), ("29.02.2024", "02/29/2024")),
    ],
)
def test_date_that_rules_read_is_in_the_order_of_the_language(
    alice: Any, settings: Any, language: str | None, accepted: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user: language}
    born = {"type": "date", "name": "born", "text": "Born?"}
    schema = published_schema([born, {}], type="automated_flow")
    for text in refused:
        assert begin(alice, schema).refused(text=text) == REFUSED
    for text in accepted:
        assert begin(alice, schema).say(text=text)["text"] == text


def test_date_of_a_survey_is_in_the_order_of_the_owners_language(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user: "de"}
    schema = published_schema([{"type": "date", "name": "born", "text": "Born?"}])
    survey = start_survey(user=alice, schema=schema)
    item = answer_question(
        survey=survey, question_id=schema.questions.get().pk, text="29.02.2024", sender=alice
    )
    assert item.text == "29.02.2024"


@pytest.mark.parametrize("text", ["29.02.2024", "02/29/2024", "yesterday", "Feb 29"])
def test_date_that_no_rule_reads_is_judged_as_without_a_language(
    alice: Any, settings: Any, text: str
) -> None:
    schema = published_schema([{"type": "date"}, {}], type="automated_flow")
    statuses = []
    for language in (None, "pl", "en"):
        settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user, code=language: code}
        statuses.append(begin(alice, schema).post(text=text).status_code)
    assert len({*statuses}) == 1


def test_date_with_a_time_is_in_the_zone_of_its_author(alice: Any, settings: Any) -> None:
    hosts = {"USER_LANGUAGE": lambda user: "pl", "USER_TIME_ZONE": lambda user: "Europe/Warsaw"}
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, **hosts}
    schema = published_schema(
        [{"type": "datetime", "name": "since", "text": "Since?"}, {}], type="automated_flow"
    )
    said = begin(alice, schema).say(text="29.02.2024 10:30")
    reply = Message.objects.get(pk=said["id"]).reply
    assert reply is not None
    assert reply["value"] == "2024-02-29T10:30:00+01:00"
