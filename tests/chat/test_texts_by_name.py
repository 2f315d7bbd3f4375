"""Texts of conversations with answers, calculations and scores by name, in the notation of the member."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chat.talking import begin
from tests.chat.test_typed_conversations import form
from tests.factories import published_schema

pytestmark = pytest.mark.django_db


def test_texts_show_numbers_and_dates_as_the_member_writes_them(alice: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {
        **settings.CHAT_SETTINGS,
        "USER_LANGUAGE": "tests.chat.test_texts_by_name.polish",
    }
    schema = form(
        [
            {"type": "float", "name": "temperature"},
            {"type": "date", "name": "day"},
            {"type": "calculation", "name": "above", "calculate": "temperature - 36.6"},
            {"text": "{{ answers.temperature }}, {{ answers.q1 }}, {{ answers.day }}, +{{ answers.above }}"},
        ]
    )
    talk = begin(alice, schema)
    talk.say(text="1037,5")
    talk.say(text="29.02.2024")
    assert talk.texts()[-1] == "1037,5, 1037.5, 29 lutego 2024, +1000,9"


def test_texts_show_scores_and_their_bands(alice: Any) -> None:
    bands = [{"from": 0, "to": 5, "label": "low"}, {"from": 5, "to": 10, "label": "high"}]
    risk = {"name": "risk", "label": "Risk", "expression": "pain / 2", "bands": bands}
    schema = form(
        [{"type": "int", "name": "pain"}, {"text": "{{ scores.risk }}: {{ bands.risk }}"}], scores=[risk]
    )
    talk = begin(alice, schema)
    talk.say(text="11")
    assert talk.texts()[-1] == "5.5: high"


def test_texts_show_scores_of_a_script_without_names(alice: Any) -> None:
    bands = [{"from": 0, "to": 5, "label": "low"}, {"from": 5, "to": 10, "label": "high"}]
    risk = {"name": "risk", "expression": "year(today()) * 0 + pain", "bands": bands}
    schema = published_schema(
        [
            {"text": "Pain?", "variable_modifications": [["pain", "pain + 2.5"]]},
            {
                "text": "{{ scores.risk }}: {{ bands.risk }}",
                "variable_modifications": [["pain", "pain + 2.5"]],
            },
        ],
        scores=[risk],
    )
    talk = begin(alice, schema)
    talk.say(text="some")
    assert talk.texts()[-1] == "5: high"
    assert talk.thread()["question_data"]["text"] == "5: high"


def polish(user: Any) -> str:
    return "pl"
