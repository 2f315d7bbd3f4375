"""Requests in long runs: how often the run is walked again, and how many conditions are evaluated for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine

from chat_api.chat.actions import run_states
from chat_api.chat.models import Message
from chat_api.engine.replay import Replayed, replay
from tests.chat.talking import Talk
from tests.chat.test_correcting import corrected
from tests.chat.test_file_answers import PNG, attach
from tests.chat.test_repeats import form, start
from tests.engine.evaluations import evaluations

pytestmark = pytest.mark.django_db

TODAY, NOW = "year(today()) > 2000", "year(now()) > 2000"
FEW, MANY = 2, 12
#: The answers of a round.
SIZE = 2


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 5, 4, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def long_run(user: Any, clock: time_machine.Traveller, rounds: int, condition: str) -> Talk:
    """Answer a file, the number of rounds, and these; each answer comes a minute after the one before."""
    schema = form(
        [
            {"qid": 1, "type": "file", "text": "Photos?", "name": "photos", "next_qid": 2},
            {"qid": 2, "type": "int", "text": "How many?", "name": "number", "next_qid": 3},
            {
                "qid": 3,
                "type": "int",
                "text": "First?",
                "name": "a",
                "group": "children",
                "show_if": condition,
                "next_qid": 4,
            },
            {
                "qid": 4,
                "type": "int",
                "text": "Second?",
                "name": "b",
                "group": "children",
                "show_if": f"{condition} and a > 0",
                "constraints": [{"check": condition, "message": "No"}],
                "next_qid": 5,
            },
            {"qid": 5, "text": "Else?", "name": "rest", "next_qid": 6},
            {"qid": 6, "text": "Nothing more?", "name": "end", "next_qid": -1},
        ]
    )
    talk = start(user, schema)
    talk.say(attachments=[PNG])
    talk.say(text=str(rounds))
    for _ in range(rounds * SIZE):
        clock.shift(timedelta(minutes=1))
        talk.say(text="1")
    clock.shift(timedelta(minutes=1))
    return talk


@contextmanager
def walks() -> Iterator[list[Replayed]]:
    """Collect the runs that are walked again in the block."""
    found: list[Replayed] = []

    def noted(*args: Any, **options: Any) -> Replayed:
        found.append(replay(*args, **options))
        return found[-1]

    with patch.object(run_states, "replay", noted):
        yield found


def answered(talk: Talk, qid: int) -> int:
    """Return the id of the first answer to a question."""
    said = Message.objects.filter(thread_id=talk.thread_id, asks=False, related_question__qid=qid)
    return said.earliest("pk").pk


def deleted(talk: Talk, message: int) -> None:
    assert talk.client.delete(f"{talk.path}/messages/{message}").status_code == 204


def gone_back(talk: Talk) -> None:
    assert talk.roll_back().status_code == 200


def files_changed(talk: Talk) -> None:
    assert attach(talk, {"id": answered(talk, 1)}).status_code == 201


def answer(talk: Talk) -> None:
    talk.say(text="x")


REQUESTS: dict[str, Callable[[Talk], object]] = {
    "correct": lambda talk: corrected(talk, answered(talk, 3), text="2"),
    "back": gone_back,
    "delete": lambda talk: deleted(talk, answered(talk, 4)),
    "files": files_changed,
}


@pytest.mark.parametrize("condition", [TODAY, NOW], ids=["today", "now"])
@pytest.mark.parametrize("name", REQUESTS)
def test_request_walks_the_run_twice_at_most_and_evaluates_in_proportion_to_its_answers(
    alice: Any, clock: Any, name: str, condition: str
) -> None:
    counts = []
    for rounds in (FEW, MANY):
        with evaluations() as sources:
            talk = long_run(alice, clock, rounds, condition)
            sources.clear()
            with walks() as walked:
                REQUESTS[name](talk)
        assert 1 <= len(walked) <= 2
        assert walked[-1].walk.cursor is not None
        counts.append(len(sources))
    added = (MANY - FEW) * SIZE
    # A walk evaluates the condition and the constraint of each question, and its end each condition once more.
    assert counts[0] > 0
    assert counts[1] - counts[0] <= 2 * 3 * added


@pytest.mark.parametrize(("condition", "by_answer"), [(TODAY, 0), (NOW, 1)], ids=["today", "now"])
def test_answer_evaluates_each_earlier_condition_once_if_the_time_decides_and_none_on_the_same_day(
    alice: Any, clock: Any, condition: str, by_answer: int
) -> None:
    counts = []
    for rounds in (FEW, MANY):
        with evaluations() as sources:
            talk = long_run(alice, clock, rounds, condition)
            sources.clear()
            with walks() as walked:
                answer(talk)
        assert walked == []
        counts.append(len(sources))
    assert counts[1] - counts[0] == by_answer * (MANY - FEW) * SIZE
