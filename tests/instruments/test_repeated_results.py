"""Exports of repeated groups that are filled in at random: those of a count by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chat_api.chat.results.tally import results_of
from tests.chat.conftest import client_of
from tests.chat.talking import begin
from tests.instruments import test_vaccination as vaccination
from tests.instruments.documents import published
from tests.instruments.naive_vaccination import CHILD
from tests.instruments.result_rows import Row, exported, open_flags, plain, shown_in
from tests.surveys.conftest import Filling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sees_results")]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("is_counted", [True, False], ids=["counted", "decided"])
def test_exports_of_instances_are_those_of_the_evaluator(
    is_counted: bool, user: Any, walks: int, tmp_path: Path
) -> None:
    schema = published("vaccination", tmp_path) if is_counted else vaccination.decided(tmp_path)
    questions = {row.name or "": row for row in schema.questions.all()}
    found = {}
    for seed in range((walks + 1) // 2):
        chance = random.Random(seed)
        walk = vaccination.Walk(Filling(client_of(user), user, schema), questions, is_counted)
        for _ in range(vaccination.STEPS):
            walk.step(chance)
        found[walk.survey.id] = walk
    rows = exported("export_survey_results", schema, "--repeat", "children")
    expected = [row for pk, walk in found.items() for row in instances_of(pk, walk)]
    assert [shown_in(row, cells) for row, cells in zip(rows, expected, strict=True)] == expected
    assert [row["instances children"] for row in exported("export_survey_results", schema)] == [
        len(walk.form().children) for walk in found.values()
    ]


def instances_of(pk: int, walk: vaccination.Walk) -> Iterator[Row]:
    """Yield the rows of a survey: of children that count, then of others that have answers."""
    form = walk.form()
    counted = dict(zip(walk.numbers, form.children, strict=False))
    answered = [number for number, values in walk.children.items() if values and number not in counted]
    for number in [*counted, *sorted(answered)]:
        child, values = counted.get(number), walk.children.get(number, {})
        visible = [] if child is None else child.visible
        yield {
            "survey id": pk,
            "instance": number,
            **{name: plain(values.get(name)) for name in CHILD},
            "months": None if child is None else child.months,
            "due": None if child is None else child.due,
            "hidden answers": [name for name, qid in CHILD.items() if name in values and qid not in visible],
        }


@pytest.mark.usefixtures("clock")
def test_exports_of_rounds_are_those_of_the_evaluator(user: Any, walks: int, tmp_path: Path) -> None:
    schema = published("vaccination", tmp_path)
    questions = {row.pk: row for row in schema.questions.all()}
    forms = [
        vaccination.converse(begin(user, schema), random.Random(seed), questions) for seed in range(walks)
    ]
    rows = exported("export_run_results", schema, "--repeat", "children")
    expected = [
        {
            "round": child.place,
            **{name: plain(child.answers.get(name)) for name in CHILD},
            "months": child.months,
            "due": child.due,
            "superseded answers": [],
            "hidden answers": [],
        }
        for form in forms
        for child in form.children
    ]
    assert [shown_in(row, cells) for row, cells in zip(rows, expected, strict=True)] == expected
    runs = exported("export_run_results", schema)
    for run, form in zip(runs, forms, strict=True):
        assert (run["rounds children"], run["oldest"]) == (len(form.children), form.oldest)
        assert {name: run[f"score {name}"] for name in form.scores} == form.scores
        assert open_flags(run) == form.flags
    counted = {row.qid: row for row in results_of(schema).questions}
    children = [child for form in forms for child in form.children]
    given = [child.mmr for child in children]
    assert counted[CHILD["mmr"]].options == (("yes", given.count(1)), ("no", given.count(0)))
    asked = sum(any(child.mmr is not None for child in form.children) for form in forms)
    assert counted[CHILD["mmr"]].answered == asked
