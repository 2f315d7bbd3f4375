"""Runs with random corrections: each equals one that was answered so from the start."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.instruments.corrected_runs import CorrectedRun
from tests.instruments.documents import published, questions_of
from tests.instruments.naive_results import RESULTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "sees_results")]

#: Answers and corrections of one run, at most.
STEPS = 40


def led_at_random(run: CorrectedRun, chance: random.Random) -> None:
    """Answer and correct; most runs end."""
    rate = chance.choice([0.1, 0.3, 0.5])
    left = chance.randint(0, 4)
    for _ in range(STEPS):
        course = run.course()
        if course.names and chance.random() < rate:
            run.correct(chance)
        elif course.open is not None:
            run.answer(chance)
        elif left:
            left -= 1
            run.correct(chance)
        else:
            break
        run.check()


def test_corrected_runs_equal_those_answered_so_from_the_start(
    instrument: str, user: Any, walks: int, tmp_path: Path
) -> None:
    schema = published(instrument, tmp_path)
    questions = questions_of(schema)
    corrections = 0
    for seed in range((walks + 1) // 2):
        run = CorrectedRun.of(instrument, user, schema, questions)
        led_at_random(run, random.Random(seed))
        found = run.outcome()
        expected = run.again(user, schema).outcome()
        if found["messages"] is None:
            del expected["messages"], found["messages"]
        assert found == expected
        values = {name: value for name, value in run.course().values.items() if value is not None}
        naive = RESULTS[instrument](values)
        assert found["results"] == (naive.scores, naive.bands, naive.flags)
        corrections += run.corrections
    assert corrections
