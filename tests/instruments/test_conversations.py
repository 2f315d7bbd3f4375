"""Real instruments, walked at random over HTTP: each question and refusal is that of an evaluator written by hand."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from chat_api.schemas.models import Question
from tests.chat.talking import Talk, begin
from tests.instruments.documents import published, questions_of
from tests.instruments.naive import NEXT, bmi
from tests.instruments.naive_results import RESULTS, seen
from tests.instruments.replies import DAY, REPLIES, draw, judged

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "sees_results")]


def results_of(talk: Talk) -> dict[str, Any]:
    """Return the newest run with its results."""
    response = talk.client.get(f"{talk.path}/runs?limit=1")
    assert response.status_code == 200, response.content
    newest: dict[str, Any] = response.json()["results"][0]
    return newest


def walk(talk: Talk, name: str, chance: random.Random, questions: dict[int, Question]) -> None:
    values: dict[str, Any] = {}
    for _ in range(80):
        row = talk.row
        current = None if row.question_id is None else questions[row.question_id]
        assert (None if current is None else current.name) == NEXT[name](values, DAY), values
        if current is None:
            break
        asked = current.name or ""
        rule = REPLIES[name][asked]
        sent = draw(chance, rule)
        given = judged(rule, sent, values, DAY)
        response = talk.post(**sent.body(current))
        assert response.status_code == (400 if given is None else 201), (sent, values, response.content)
        if given is not None:
            values[asked] = given.value
            if given.other is not None:
                values[f"{asked}.other"] = given.other
    else:
        pytest.fail("the script did not end")
    if name == "cardio":
        assert f"Your BMI is {bmi(values):g}." in talk.texts()
    expected = RESULTS[name]({key: value for key, value in values.items() if value is not None})
    assert seen(results_of(talk)) == (expected.scores, expected.bands, expected.flags)


def test_random_walks_are_those_of_the_evaluator(
    instrument: str, user: Any, walks: int, tmp_path: Path
) -> None:
    schema = published(instrument, tmp_path)
    questions = questions_of(schema)
    for seed in range(walks):
        walk(begin(user, schema), instrument, random.Random(seed), questions)
