"""Real instruments, walked at random over HTTP: each question and refusal is that of an evaluator written by hand."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from chat_api.schemas.models import Question, Schema
from chat_api.schemas.portability.load import load
from tests.chat.talking import Talk, begin
from tests.factories import UserFactory
from tests.instruments.naive import DAY, NEXT, REPLIES, Choice, bmi

pytestmark = pytest.mark.django_db

FORMS = Path(__file__).parent
#: Walks through each instrument.
WALKS = int(os.environ.get("CHAT_API_WALKS", "10"))


@pytest.fixture(params=sorted(NEXT))
def instrument(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def published(name: str) -> Schema:
    """Load the instrument through the same door as an author, with the checker."""
    return load([FORMS / f"{name}.yaml"], using="default", publish=True).schemas[0]


def reply(
    chance: random.Random, asked: Question, values: dict[str, Any], name: str
) -> tuple[dict[str, Any], Any]:
    """Return a random body, and the value that the evaluator expects; `...` where the answer is refused."""
    rule = REPLIES[name][asked.name or ""]
    if isinstance(rule, Choice):
        count = chance.randint(1, 3) if rule.several else 1
        places = sorted(chance.sample(range(len(rule.offered)), count))
        rows = {answer.position: answer.pk for answer in asked.answers.all()}
        ids = [rows[position] for position in sorted(rows)]
        chosen = tuple(rule.offered[place] for place in places)
        value = (chosen if rule.several else chosen[0]) if rule.accepts(chosen, values) else ...
        return {"answers": [ids[place] for place in places]}, value
    if rule.can_skip and chance.random() < 0.3:
        return {"skip": True}, None
    text = chance.choice(rule.typed)
    found = rule.read(text, values, DAY)
    return {"text": text}, ... if found is None else found


def walk(talk: Talk, name: str, chance: random.Random, questions: dict[int, Question]) -> None:
    values: dict[str, Any] = {}
    for _ in range(60):
        row = talk.row
        current = None if row.question_id is None else questions[row.question_id]
        assert (None if current is None else current.name) == NEXT[name](values, DAY), values
        if current is None:
            break
        body, value = reply(chance, current, values, name)
        response = talk.post(**body)
        assert response.status_code == (400 if value is ... else 201), (body, values, response.content)
        if value is not ...:
            values[current.name or ""] = value
    else:
        pytest.fail("the script did not end")
    if name == "cardio":
        assert f"Your BMI is {bmi(values):g}." in talk.texts()


def test_random_walks_are_those_of_the_evaluator(instrument: str) -> None:
    schema, user = published(instrument), UserFactory.create()
    questions = {row.pk: row for row in schema.questions.prefetch_related("answers")}
    with time_machine.travel(datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC), tick=False):
        for seed in range(WALKS):
            walk(begin(user, schema), instrument, random.Random(seed), questions)
