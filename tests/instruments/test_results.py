"""Exports and counts of instruments that are filled in at random: those of a count by hand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import time_machine

from chat_api.chat.results.tally import results_of as results_of_runs
from chat_api.schemas.actions import copy_as_unpublished, publish
from chat_api.schemas.models import Answer, Question, Schema
from chat_api.schemas.results.histogram import histogram
from chat_api.surveys.results import results_of, versions_of
from tests.chat.conftest import client_of
from tests.instruments.corrected_runs import CorrectedRun
from tests.instruments.documents import published, questions_of
from tests.instruments.naive import QIDS
from tests.instruments.naive_results import RESULTS
from tests.instruments.naive_surveys import Form, filled
from tests.instruments.replies import DAY, REPLIES, Choice
from tests.instruments.result_rows import Row, exported, open_flags, plain, shown_in
from tests.instruments.test_corrections import led_at_random
from tests.instruments.test_surveys import Walk
from tests.surveys.conftest import Filling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sees_results")]

#: Changes of one survey.
STEPS = 14


def of_questions(name: str, values: dict[str, Any]) -> Row:
    """Return the cells of the questions of an instrument."""
    cells: Row = {}
    for asked in QIDS[name]:
        cells[asked] = plain(values.get(asked))
        rule = REPLIES[name][asked]
        if isinstance(rule, Choice) and rule.beside:
            cells[f"{asked}.other"] = values.get(f"{asked}.other")
    return cells


def of_results(name: str, values: dict[str, Any], *, is_final: bool) -> Row:
    """Return the cells of scores, bands and open flags."""
    expected = RESULTS[name](values)
    cells: Row = {}
    for score, value in expected.scores.items():
        cells[f"score {score}"] = value if is_final else None
        cells[f"band {score}"] = expected.bands[score] if is_final else None
    return cells


def filled_in(name: str, schema: Schema, user: Any, clock: Any, number: int) -> dict[int, tuple[Walk, Form]]:
    """Fill in surveys at random; return each with its form by hand."""
    questions = {row.name or "": row for row in questions_of(schema).values()}
    found = {}
    for seed in range(number):
        walk = Walk(name, Filling(client_of(user), user, schema), questions, clock)
        chance = random.Random(seed)
        for _ in range(chance.randint(0, STEPS)):
            walk.step(chance)
        clock.shift(DAY - walk.day)
        found[walk.survey.id] = walk, filled(name, walk.items, walk.changed)
    return found


def newer(schema: Schema) -> Schema:
    """Publish the next version, in which answers have the same values and other texts."""
    copy = copy_as_unpublished(schema=schema)
    for answer in Answer.objects.filter(question__schema=copy, value__isnull=False):
        answer.text += " (new)"
        answer.save()
    publish(schema=copy)
    return Schema.objects.get(pk=copy.pk)


def bars_of(question: Question, values: Iterable[Any]) -> list[tuple[str, int]]:
    """Count the values of a question by hand."""
    values = [value for value in values if value is not None]
    if question.type in ("choice", "multichoice"):
        chosen = Counter(
            each for value in values for each in (value if isinstance(value, tuple) else (value,))
        )
        offered = Answer.objects.filter(question=question).order_by("position")
        return [(answer.text, chosen[_code(answer)]) for answer in offered]
    if question.type in ("int", "float"):
        return [(bar.label, bar.count) for bar in histogram([float(value) for value in values])]
    return []


def _code(answer: Answer) -> Any:
    return answer.text if answer.value is None else answer.value


@pytest.mark.parametrize("is_pooled", [False, True], ids=["one version", "two versions"])
def test_exports_of_surveys_are_those_of_the_evaluator(
    instrument: str, user: Any, walks: int, clock: time_machine.Traveller, tmp_path: Path, is_pooled: bool
) -> None:
    schema = published(instrument, tmp_path)
    surveys = filled_in(instrument, schema, user, clock, walks)
    if is_pooled:
        surveys |= filled_in(instrument, newer(schema), user, clock, walks // 2)
    rows = exported("export_survey_results", schema, *(["--all-versions"] if is_pooled else []))
    assert {row.get("version") for row in rows} == ({1, 2} if is_pooled else {None})
    assert [row["survey id"] for row in rows] == [*surveys]
    for row in rows:
        walk, form = surveys[row["survey id"]]
        given = {asked: item.value for asked, item in walk.items.items()}
        given |= {f"{asked}.other": item.other for asked, item in walk.items.items()}
        cells = of_questions(instrument, given) | {
            key: plain(value) for key, value in form.calculated.items()
        }
        cells |= of_results(instrument, form.values, is_final=form.completed)
        assert shown_in(row, cells) == cells
        assert row["hidden answers"] == [name for name in QIDS[instrument] if hides(walk, form, name)]
        assert row["completed"] is (form.completed and bool(form.values))
        assert open_flags(row) == RESULTS[instrument](form.values).flags


def hides(walk: Walk, form: Form, name: str) -> bool:
    return name in walk.items and name not in form.values


@pytest.mark.parametrize("is_pooled", [False, True], ids=["one version", "two versions"])
def test_counts_of_surveys_are_those_of_the_evaluator(
    instrument: str, user: Any, walks: int, clock: time_machine.Traveller, tmp_path: Path, is_pooled: bool
) -> None:
    schema = published(instrument, tmp_path)
    surveys = filled_in(instrument, schema, user, clock, walks)
    if is_pooled:
        schema = newer(schema)
        surveys |= filled_in(instrument, schema, user, clock, walks // 2)
    forms = [form for _, form in surveys.values()]
    counted = results_of(schema, all_versions=is_pooled)
    assert counted.surveys == len(forms)
    completed = sum(form.completed and bool(form.values) for form in forms)
    assert counted.completed == sum(version.completed for version in versions_of(schema)) == completed
    finals = [form.values for form in forms if form.completed]
    check_scores(counted, instrument, finals, [form.values for form in forms])
    rows = {row.qid: row for row in counted.questions}
    questions = {row.qid: row for row in questions_of(schema).values()}
    stopped = Counter(stop_of(form) for form in forms)
    for name, qid in QIDS[instrument].items():
        values = [form.values.get(name) for form in forms]
        row = rows[qid]
        assert row.saw == sum(qid in form.visible for form in forms), name
        assert row.answered == sum(value is not None for value in values), name
        assert row.stopped == stopped[name], name
        assert [(bar.label, bar.count) for bar in row.distribution] == bars_of(questions[qid], values), name


def check_scores(counted: Any, instrument: str, finals: list[Row], open_ones: list[Row]) -> None:
    """Compare counted scores and open flags with those of final values by name, and of all values."""
    expected = [RESULTS[instrument](values) for values in finals]
    for score in counted.scores:
        values = [value for each in expected if (value := each.scores[score.heading]) is not None]
        assert score.count == len(values)
        assert score.mean == (pytest.approx(sum(values) / len(values)) if values else None)
        bands = Counter(each.bands[score.heading] for each in expected)
        assert [(bar.label, bar.count) for bar in score.bands] == [
            (bar.label, bands[bar.label]) for bar in score.bands
        ]
        assert sum(bar.count for bar in score.distribution) == len(values)
    flags = Counter(flag for values in open_ones for flag in RESULTS[instrument](values).flags)
    assert {flag.heading: flag.open for flag in counted.flags} == {
        flag.heading: flags[flag.heading] for flag in counted.flags
    }
    assert all(flag.raised >= flag.open for flag in counted.flags)
    assert flags.keys() <= {flag.heading for flag in counted.flags}


def stop_of(form: Form) -> str | None:
    """Return the first visible question without an answer, None for completed surveys."""
    if form.completed and form.values:
        return None
    return next(
        (name for name, qid in QIDS[form.name].items() if qid in form.visible and name not in form.values),
        None,
    )


@pytest.mark.usefixtures("clock")
def test_exports_and_counts_of_corrected_runs_are_those_of_the_evaluator(
    instrument: str, user: Any, walks: int, tmp_path: Path
) -> None:
    schema = published(instrument, tmp_path)
    questions = questions_of(schema)
    runs = []
    for seed in range(walks):
        run = CorrectedRun.of(instrument, user, schema, questions)
        led_at_random(run, random.Random(seed))
        runs.append(run)
    rows = exported("export_run_results", schema, "--superseded")
    assert [row["thread id"] for row in rows] == [run.talk.thread_id for run in runs]
    for run, row in zip(runs, rows, strict=True):
        course = run.course()
        values = {name: value for name, value in course.values.items() if value is not None}
        cells = of_results(instrument, values, is_final=course.open is None)
        cells |= {
            name: value
            for name, value in of_questions(instrument, values).items()
            if name.partition(".")[0] in course.names
        }
        assert shown_in(row, cells) == cells
        assert (row["run outcome"] == "completed") is (course.open is None)
        assert open_flags(row) == RESULTS[instrument](values).flags
        kept = {name for name in run.answers if name not in course.names}
        assert {*row["hidden answers"]} == kept
        replaced = [row[heading] or [] for heading in row if heading.endswith("[superseded]")]
        assert sum(map(len, replaced)) == len(run.superseded & run.answered)
    courses = [run.course() for run in runs]
    found = [{name: value for name, value in each.values.items() if value is not None} for each in courses]
    finals = [values for values, course in zip(found, courses, strict=True) if course.open is None]
    results = results_of_runs(schema)
    check_scores(results, instrument, finals, found)
    counted = {row.qid: row for row in results.questions}
    by_qid = {row.qid: row for row in questions.values()}
    for name, qid in QIDS[instrument].items():
        given = [run.course().values.get(name) for run in runs]
        assert counted[qid].answered == sum(value is not None for value in given), name
        bars = [(bar.label, bar.count) for bar in counted[qid].distribution]
        assert bars == bars_of(by_qid[qid], given), name
