"""Each instrument answered by typed lines alone: the outcome is that of ordinary posts."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from chat_api.schemas.models import Question
from tests.chat.talking import Talk
from tests.instruments.corrected_runs import CorrectedRun, Standing
from tests.instruments.documents import published, questions_of
from tests.instruments.naive_results import RESULTS
from tests.instruments.replies import DAY, REPLIES, Sent, draw, judged

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "sees_results", "in_polish")]


@pytest.fixture
def in_polish(settings: Any) -> None:
    settings.CHAT_SETTINGS = {**settings.CHAT_SETTINGS, "USER_LANGUAGE": lambda user: "pl"}


def typed(talk: Talk, question: Question, sent: Sent, chance: random.Random) -> str:
    """Return the answer as somebody in Poland types it."""
    if sent.skip:
        return chance.choice(["skip", " Skip. ", question.skip or ""])
    if sent.places:
        return _chosen(talk, question, sent, chance)
    if question.type == "float":
        return sent.text.replace(".", ",")
    if question.type == "int":
        return f" {sent.text} "
    parts = sent.text.split("-")
    return ".".join(reversed(parts)) if question.type == "date" and len(parts) == 3 else sent.text


def _chosen(talk: Talk, question: Question, sent: Sent, chance: random.Random) -> str:
    prompt = talk.client.get(f"{talk.path}/prompt").json()
    numbers = {option["text"]: str(option["number"]) for option in prompt["options"]}
    rows = sorted(question.answers.all(), key=lambda answer: answer.position)
    lines = []
    for row in (rows[place] for place in sent.places):
        ways = [row.text, row.text.upper()]
        if row.text in numbers:
            ways.append(numbers[row.text])
        if isinstance(row.value, str | bool):
            ways.append(str(row.value))
        lines.append(chance.choice(ways))
    return ", ".join([*lines, sent.text] if sent.text else lines)


def codes_of(response: Any) -> list[str]:
    """Return the codes of a refusal; an answer that is not offered is wrong in another field."""
    return sorted(code for codes in response.json().values() for code in codes)


def step(door: CorrectedRun, plain: CorrectedRun, chance: random.Random) -> None:
    """Send the same answer by a typed line and by an ordinary post."""
    course = plain.course()
    assert course.open is not None
    question = next(row for row in plain.questions.values() if row.name == course.open)
    rule = REPLIES[plain.name][course.open]
    sent = draw(chance, rule)
    given = judged(rule, sent, course.values, DAY)
    line = {"text": typed(door.talk, question, sent, chance), "confirm": sent.confirm}
    by_line = door.talk.client.post(f"{door.talk.path}/reply", line, format="json")
    by_post = plain.talk.post(**sent.body(question))
    assert by_line.status_code == by_post.status_code == (400 if given is None else 201), (line, sent)
    if given is None:
        assert codes_of(by_line) == codes_of(by_post), (line, sent)
        return
    for run, response in ((door, by_line), (plain, by_post)):
        run.answers[course.open] = Standing(response.json()["id"], sent)


def shown(run: CorrectedRun) -> dict[str, Any]:
    """Return the outcome without texts of dates, which stay as they were typed."""
    outcome = run.outcome()
    dates = {pk for pk, question in run.questions.items() if question.type == "date"}
    outcome["messages"] = {each for each in outcome["messages"] if each[0] not in dates or each[1]}
    return outcome


def test_typed_lines_lead_to_the_outcome_of_ordinary_posts(
    instrument: str, user: Any, walks: int, tmp_path: Path
) -> None:
    schema = published(instrument, tmp_path)
    questions = questions_of(schema)
    for seed in range((walks + 1) // 2):
        chance = random.Random(seed)
        door, plain = (CorrectedRun.of(instrument, user, schema, questions) for _ in range(2))
        while plain.course().open is not None:
            step(door, plain, chance)
            assert door.talk.row.question_id == plain.talk.row.question_id
        found = shown(door)
        assert found == shown(plain)
        values = {name: value for name, value in plain.course().values.items() if value is not None}
        expected = RESULTS[instrument](values)
        assert found["results"] == (expected.scores, expected.bands, expected.flags)
