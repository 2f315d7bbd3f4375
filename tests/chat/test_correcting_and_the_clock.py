"""A run that is walked again goes the way that it went: each step at the time at which it was taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.chat.talking import Talk
from tests.chat.test_correcting import corrected, open_qid, start
from tests.factories import published_schema

pytestmark = pytest.mark.django_db

BEFORE = 'today() < date("2026-11-16")'


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 11, 15, 12, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def pool(talk: Talk) -> dict[str, float]:
    found: dict[str, float] = talk.row.variables_pool
    return found


def test_a_fork_before_the_first_question_is_passed_at_the_start_of_the_run(alice: Any, clock: Any) -> None:
    questions: list[dict[str, Any]] = [
        {"type": "fork", "forking_rules": [["2", BEFORE], ["4", "true"]]},
        {"name": "a"},
        {"name": "b", "next_qid": -1},
        {"name": "late"},
    ]
    talk = start(alice, published_schema(questions))
    first = talk.say(text="1")
    clock.shift(timedelta(days=3))
    corrected(talk, first["id"], text="2")
    assert open_qid(talk) == 3


@pytest.mark.parametrize("wait", [0, 1])
def test_what_follows_a_control_is_reached_when_it_was_confirmed(alice: Any, clock: Any, wait: int) -> None:
    questions: list[dict[str, Any]] = [
        {"name": "a"},
        {"type": "control"},
        {"type": "fork", "forking_rules": [["4", BEFORE], ["6", "true"]]},
        {"name": "b", "variable_modifications": [["day", "day(today())"]], "next_qid": 5},
        {"name": "c", "next_qid": -1},
        {"name": "late", "variable_modifications": [["day", "day(today())"]], "next_qid": 7},
        {"name": "later"},
    ]
    talk = start(alice, published_schema(questions))
    first = talk.say(text="1")
    clock.shift(timedelta(days=wait))
    talk.confirm()
    talk.say(text="x")
    asked = 7 if wait else 5
    assert (open_qid(talk), pool(talk)) == (asked, {"day": 15.0 + wait})
    clock.shift(timedelta(days=3))
    corrected(talk, first["id"], text="2")
    assert (open_qid(talk), pool(talk)) == (asked, {"day": 15.0 + wait})


def test_a_control_that_a_correction_shows_is_confirmed_now(alice: Any, clock: Any) -> None:
    questions: list[dict[str, Any]] = [
        {"name": "a"},
        {"type": "control", "show_if": 'a == "show"'},
        {
            "type": "fork",
            "variable_modifications": [["year", "year(today())"]],
            "forking_rules": [["4", "1"]],
        },
        {"name": "b"},
        {"name": "c"},
    ]
    talk = start(alice, published_schema(questions))
    first = talk.say(text="x")
    talk.say(text="kept")
    corrected(talk, first["id"], text="show")
    talk.confirm()
    assert (open_qid(talk), pool(talk)) == (5, {"year": 2026.0})


def test_calculations_of_a_corrected_run_use_the_time_of_the_correction(
    alice: Any, clock: Any, settings: Any
) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "RESPONDENT_SEES": ["values"]}
    questions: list[dict[str, Any]] = [
        {"name": "a"},
        {"type": "calculation", "name": "day_now", "calculate": "day(today())"},
        {"name": "b"},
        {"name": "c"},
    ]
    talk = start(alice, published_schema(questions))
    first = talk.say(text="1")
    talk.say(text="2")
    clock.shift(timedelta(days=3))
    corrected(talk, first["id"], text="3")
    (run,) = talk.client.get(f"{talk.path}/runs?limit=1").json()["results"]
    assert run["values"]["day_now"] == 18


@pytest.mark.parametrize("limit", ["day_now", "day(today())"], ids=["calculation", "clock"])
def test_kept_answers_are_judged_by_what_was_calculated_when_they_came(
    alice: Any, clock: Any, limit: str
) -> None:
    questions: list[dict[str, Any]] = [
        {"name": "a"},
        {"type": "calculation", "name": "day_now", "calculate": "day(today())"},
        {"name": "b", "type": "int", "limits": {"min": limit}},
        {"name": "c", "type": "int", "limits": {"max": limit}},
        {"name": "d"},
    ]
    talk = start(alice, published_schema(questions))
    first = talk.say(text="1")
    talk.say(text="15")
    clock.shift(timedelta(days=3))
    talk.say(text="18")
    clock.shift(timedelta(days=3))
    corrected(talk, first["id"], text="2")
    assert open_qid(talk) == 5
