"""The stored state of a run is that of its messages, whatever was corrected or taken back in between."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from chat_api.chat.actions.run_states import rebuild
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.models import Message
from chat_api.lib.db.transactions import atomic
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import Question, Schema
from tests.chat.talking import Talk
from tests.chat.test_correcting import correct
from tests.chat.test_repeats import form, start
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

#: Runs with random requests.
RUNS = int(os.environ.get("CHAT_API_WALKS", "4"))
STEPS = 25
START = datetime(2026, 5, 4, 9, tzinfo=UTC)

#: Each rule reads the clock, the date or the hour of it, and answers of one or of all rounds.
VISITS: list[dict[str, Any]] = [
    {"qid": 1, "type": "int", "name": "number", "limits": {"max": 4}, "next_qid": 2},
    {"qid": 2, "type": "calculation", "name": "today_is", "calculate": "day(today())", "next_qid": 3},
    {
        "qid": 3,
        "type": "int",
        "name": "how",
        "group": "children",
        "show_if": "today_is % 3 != 0 or index > 1",
        "limits": {"max": "today_is"},
        "variable_modifications": [["asked", "asked + 1"]],
        "next_qid": 4,
    },
    {
        "qid": 4,
        "type": "int",
        "name": "far",
        "group": "children",
        "show_if": "how > 1 and days(date(2026, 5, 1), now()) < 8",
        "constraints": [{"check": "value <= today_is + how", "message": "Too far"}],
        "next_qid": 5,
    },
    {
        "qid": 5,
        "type": "calculation",
        "name": "place",
        "calculate": "coalesce(how, 1) + year(now()) - 2025",
        "group": "children",
        "next_qid": 6,
    },
    {
        "qid": 6,
        "type": "int",
        "name": "later",
        "group": "children",
        "show_if": "count(children.far) % 2 == 0 or place > 3",
        "next_qid": 7,
    },
    {"qid": 7, "type": "int", "name": "sum", "show_if": "sum(children.place) > today_is", "next_qid": 8},
    {
        "qid": 8,
        "type": "choice",
        "name": "again",
        "answers": [{"value": 1, "next_qid": 3}, {"value": 2, "next_qid": 9}],
    },
    {
        "qid": 9,
        "type": "int",
        "name": "end",
        "show_if": "coalesce(sum, 0) < 3 or today_is > 6",
        "next_qid": -1,
    },
]


def visits() -> Schema:
    questions = [{"text": "How?", **question} for question in VISITS]
    return form(questions, {"count": "number"})


def step(chance: random.Random, talk: Talk) -> None:
    """Answer, correct an answer, or go back; not all of it is accepted."""
    said = [*Message.objects.filter(thread_id=talk.thread_id, asks=False, related_question__isnull=False)]
    choice = chance.random()
    if said and choice < 0.25:
        message = chance.choice(said)
        response = correct(talk, message.pk, **body_for(chance, message.related_question_id))
    elif said and choice < 0.33:
        response = talk.roll_back()
    elif talk.row.question_id is not None:
        response = talk.post(**body_for(chance, talk.row.question_id))
    else:
        return
    assert response.status_code < 500, response.content


def body_for(chance: random.Random, question_id: int | None) -> dict[str, Any]:
    question = Question.objects.get(pk=question_id or 0)
    if question.type == "choice":
        return {"answers": [chance.choice([*question.answers.values_list("pk", flat=True)])]}
    return {"text": str(chance.choice([0, 1, 2, 3, 9]))}


@atomic
def rebuilt(talk: Talk) -> tuple[Any, Any]:
    """Return variables and values of the run, computed again from its messages at the time of the last change."""
    change = ThreadChange.open(thread_id=talk.thread_id, actor_id=talk.user.pk)
    member = change.member(talk.user.pk)
    assert member is not None
    assert member.schema is not None
    assert rebuild(change, member, compiled(member.schema))
    return member.variables_pool, in_order(member.values)


def in_order(values: dict[str, Any]) -> dict[str, Any]:
    given = sorted(values["given"], key=lambda each: (each["question"], each.get("instance", 0)))
    parts = values.get("rounds", {}).get("parts", [])
    rounds = {**values.get("rounds", {}), "parts": sorted(parts, key=lambda each: each["number"])}
    return {**values, "given": given, "rounds": rounds}


def test_stored_state_is_that_of_the_messages_after_each_request() -> None:
    schema = visits()
    for seed in range(RUNS):
        chance = random.Random(seed)
        with time_machine.travel(START, tick=False) as clock:
            talk = start(UserFactory.create(), schema)
            for place in range(STEPS):
                clock.shift(timedelta(hours=chance.choice([0, 0, 1, 13, 24])))
                before = talk.row
                step(chance, talk)
                row = talk.row
                if row.question_id is None or row.values == before.values:
                    continue
                assert rebuilt(talk) == (row.variables_pool, in_order(row.values)), (seed, place)
