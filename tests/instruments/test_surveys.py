"""Real instruments as surveys, filled in at random over HTTP: state and results are those of an evaluator by hand.

Questions are answered in any order, visible or not, and answers are changed and removed.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from chat_api.schemas.models import Question
from tests.chat.conftest import client_of
from tests.instruments.documents import published, questions_of
from tests.instruments.naive import QIDS
from tests.instruments.naive_results import RESULTS, seen
from tests.instruments.naive_surveys import Form, Item, filled
from tests.instruments.replies import DAY, REPLIES, Sent, draw, judged
from tests.surveys.conftest import Filling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sees_results")]

#: Changes of one survey.
STEPS = 30


@dataclass
class Walk:
    """A survey that is filled in over HTTP, and its answers as the evaluator knows them."""

    name: str
    survey: Filling
    questions: dict[str, Question]
    clock: time_machine.Traveller
    items: dict[str, Item] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    day: date = DAY
    #: The day of the last change, from which the stored state is.
    changed: date = DAY

    def step(self, chance: random.Random) -> None:
        """Answer a question, or change or remove its answer, and compare."""
        if chance.random() < 0.1 and self.day < DAY + timedelta(days=2):
            self.day += timedelta(days=1)
            self.clock.shift(timedelta(days=1))
        asked = self._question(chance)
        if asked in self.items and chance.random() < 0.4:
            self._remove(asked)
        else:
            self._send(asked, draw(chance, REPLIES[self.name][asked], skips=False))
        self._compare()

    def _question(self, chance: random.Random) -> str:
        """Return a question, more often a visible one without an answer."""
        names = QIDS[self.name]
        visible = filled(self.name, self.items, self.day).visible
        waiting = [name for name, qid in names.items() if qid in visible and name not in self.items]
        return chance.choice(waiting if waiting and chance.random() < 0.6 else [*names])

    def _send(self, asked: str, sent: Sent) -> None:
        others = {name: item for name, item in self.items.items() if name != asked}
        values = filled(self.name, others, self.day).values
        given = judged(REPLIES[self.name][asked], sent, values, self.day)
        question, pk = self.questions[asked], self.ids.get(asked)
        body = sent.body(question)
        if pk is None:
            body |= {"related_question": question.pk}
            response = self.survey.client.post(f"{self.survey.path}/items", body, format="json")
        else:
            # What a change does not name stays.
            body = {"text": "", **body}
            response = self.survey.client.patch(f"{self.survey.path}/items/{pk}", body, format="json")
        status = 400 if given is None else 201 if pk is None else 200
        assert response.status_code == status, (asked, sent, values, response.content)
        if given is not None:
            self.items[asked] = Item(given.value, self.day, given.other, given.is_confirmed)
            self.ids[asked] = response.json()["id"]
            self.changed = self.day

    def _remove(self, asked: str) -> None:
        response = self.survey.client.delete(f"{self.survey.path}/items/{self.ids.pop(asked)}")
        assert response.status_code == 204, response.content
        del self.items[asked]
        self.changed = self.day

    def _compare(self) -> None:
        form = filled(self.name, self.items, self.changed)
        assert state_of(self.survey.state) == expected_state(form), self.items
        shown = self.survey.client.get(f"{self.survey.path}/results").json()
        expected = RESULTS[self.name](form.values)
        assert seen(shown) == (expected.scores, expected.bands, expected.flags), self.items
        assert shown["values"] == as_json({**form.values, **form.calculated}), self.items
        assert shown["final"] is form.completed


def state_of(shown: dict[str, Any]) -> tuple[Any, ...]:
    problems = [(problem["qid"], problem["code"]) for problem in shown["problems"]]
    return shown["visibility"], shown["values"], problems, shown["completed"]


def expected_state(form: Form) -> tuple[Any, ...]:
    return sorted(form.visible), form.calculated, form.problems, form.completed


def as_json(values: dict[str, Any]) -> dict[str, Any]:
    def shown(value: Any) -> Any:
        if isinstance(value, date):
            return value.isoformat()
        return [*value] if isinstance(value, tuple) else value

    return {name: shown(value) for name, value in values.items() if value is not None}


def test_random_changes_lead_to_the_state_and_results_of_the_evaluator(
    instrument: str,
    user: Any,
    walks: int,
    clock: time_machine.Traveller,
    tmp_path: Path,
) -> None:
    schema = published(instrument, tmp_path)
    questions = {row.name or "": row for row in questions_of(schema).values()}
    for seed in range((walks + 2) // 3):
        chance = random.Random(seed)
        walk = Walk(instrument, Filling(client_of(user), user, schema), questions, clock)
        for _ in range(STEPS):
            walk.step(chance)
        clock.shift(DAY - walk.day)
