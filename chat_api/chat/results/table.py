"""The runs of one version of a script as a table: a row for each run, with typed columns.

Runs are read in chunks; the table is never in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import Count, Max, QuerySet

from chat_api.chat.choices import RunOutcome
from chat_api.chat.models import ScriptRun
from chat_api.chat.results.answers import answers_of
from chat_api.chat.results.columns import Column, Said, Style, cell, columns_of, heading_of
from chat_api.engine.given_answers import listed, typed_from_json
from chat_api.engine.scores import band_of
from chat_api.engine.script import NON_ANSWERABLE, Question, QuestionType, Score, Script
from chat_api.lib.tables import JSON, Progress, Table, Value
from chat_api.raised_flags.models import Flag
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import Schema

#: The number of runs in a chunk.
CHUNK: Final = 100
#: The headings before those of the script, whose names have no blanks.
ABOUT: Final = (
    "run id",
    "user id",
    "thread id",
    "run started",
    "run finished",
    "run outcome",
    "led by frontend",
)
#: The last heading: the answered questions, and the calculations, that are hidden. They count for nothing.
HIDDEN: Final = "hidden answers"
_COLUMNS: Final = (
    "pk",
    "user_thread__user_id",
    "user_thread__thread_id",
    "started",
    "finished",
    "outcome",
    "led_by_frontend",
    "variables",
    "values",
    "user_thread__run_id",
    "user_thread__variables_pool",
    "user_thread__values",
)


class _Row(NamedTuple):
    """A run and its membership, in the order of `_COLUMNS`."""

    pk: int
    user_id: Any
    thread_id: int
    started: datetime
    finished: datetime | None
    outcome: str
    led_by_frontend: bool
    variables: Any
    values: Any
    current_run_id: int | None
    current_variables: Any
    current_values: Any

    @property
    def is_current(self) -> bool:
        """Return whether variables and values are still those of the member."""
        return self.finished is None and self.current_run_id == self.pk


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns of a script, and its names that have columns, each once."""

    script: Script
    style: Style
    asked: tuple[tuple[Question, tuple[Column, ...]], ...]
    calculations: tuple[Question, ...]
    variables: tuple[str, ...]
    scores: tuple[Score, ...]
    flags: tuple[str, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """Return all headings."""
        return (
            *ABOUT,
            *(column.heading for _, columns in self.asked for column in columns),
            *map(heading_of, self.calculations),
            *(f"variable {name}" for name in self.variables),
            *(heading for score in self.scores for heading in (f"score {score.name}", f"band {score.name}")),
            *(heading for name in self.flags for heading in (f"flag {name}", f"flag {name} cleared")),
            HIDDEN,
        )


def table_for(kind: str, schema: Schema, progress: Progress | None = None, *, labels: bool = False) -> Table:
    """Return the table of the schema's runs that exist now, oldest first, for one of `FORMATS`.

    Choices have their values, with `labels` their texts. Takes one query and those for the schema, and at most four for
    each chunk of runs.
    """
    schema_now = compiled(schema)
    style = Style(labels=labels, lists=kind == JSON, texts=schema_now.translations.answers)
    layout = _layout(schema_now.script, style)
    runs = ScriptRun.objects.using(schema._state.db).filter(schema=schema)
    extent = runs.aggregate(number=Count("pk"), last=Max("pk"))
    # Runs that start in the meantime are left out, or reading might never end.
    existing = runs.filter(pk__lte=extent["last"] or 0)
    rows = _rows(existing, layout, extent["number"], progress)
    return Table(layout.headings, extent["number"], rows, CHUNK, "runs")


def _layout(script: Script, style: Style) -> _Layout:
    variables = {
        modification.name
        for question in script.questions
        for modifications in (question.modifications, *(each.modifications for each in question.answers))
        for modification in modifications
    }
    scores: dict[str, Score] = {}
    for score in script.scores:
        scores.setdefault(score.name, score)
    return _Layout(
        script,
        style,
        asked=tuple(
            (question, tuple(columns_of(question, style)))
            for question in script.questions
            if question.type not in NON_ANSWERABLE
        ),
        calculations=tuple(each for each in script.questions if each.type == QuestionType.CALCULATION),
        variables=tuple(sorted(variables)),
        scores=tuple(scores.values()),
        flags=tuple(dict.fromkeys(flag.name for flag in script.flags)),
    )


def _rows(
    runs: QuerySet[ScriptRun], layout: _Layout, number: int, progress: Progress | None
) -> Iterator[list[Value]]:
    last, done = 0, 0
    selected = runs.order_by("pk").values_list(*_COLUMNS)
    while chunk := [_Row(*row) for row in selected.filter(pk__gt=last)[:CHUNK]]:
        last = chunk[-1].pk
        pks = [run.pk for run in chunk]
        answers = answers_of(pks, layout.script, using=runs.db)
        flags = _flags(pks, using=runs.db) if layout.flags else {}
        for run in chunk:
            yield [*_about(run), *_results(run, layout, answers, flags)]
        done += len(chunk)
        if progress is not None:
            progress(done, max(done, number))


def _about(run: _Row) -> Iterator[Value]:
    yield run.pk
    # Hosts may have keys of any type.
    yield run.user_id if isinstance(run.user_id, int) else str(run.user_id)
    yield run.thread_id
    yield run.started.isoformat()
    yield None if run.finished is None else run.finished.isoformat()
    yield run.outcome or None
    yield run.led_by_frontend


def _results(
    run: _Row,
    layout: _Layout,
    answers: Mapping[tuple[int, int], Said],
    flags: Mapping[tuple[int, str], tuple[datetime, datetime | None]],
) -> Iterator[Value]:
    variables = _object(run.current_variables if run.is_current else run.variables)
    values = _object(run.current_values if run.is_current else run.values)
    for question, columns in layout.asked:
        said = answers.get((run.pk, question.id))
        for column in columns:
            yield None if said is None else column.value(said)
    calculated = _object(values.get("calculated"))
    for question in layout.calculations:
        yield cell(typed_from_json(calculated.get(str(question.id))), layout.style)
    for name in layout.variables:
        yield _number(variables.get(name), layout.style)
    # Scores of a run that goes on, or that was given up, are not final.
    scores = _object(values.get("scores")) if run.outcome == RunOutcome.COMPLETED else {}
    for score in layout.scores:
        yield from _score(score, scores.get(score.name), layout.style)
    for name in layout.flags:
        raised, cleared = flags.get((run.pk, name), (None, None))
        yield None if raised is None else raised.isoformat()
        yield None if cleared is None else cleared.isoformat()
    answered = {question.id for question, _ in layout.asked if (run.pk, question.id) in answers}
    yield _hidden(layout, {*listed(values.get("hidden"), int)}, answered)


def _object(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _number(raw: Any, style: Style) -> Value:
    return cell(raw, style) if isinstance(raw, int | float) else None


def _score(score: Score, raw: Any, style: Style) -> Iterator[Value]:
    value = float(raw) if isinstance(raw, int | float) else None
    band = band_of(score, value)
    yield cell(value, style)
    yield None if band is None else band.label


def _hidden(layout: _Layout, hidden: Collection[int], answered: Collection[int]) -> Value:
    names = [
        question.name or str(question.qid)
        for question in layout.script.questions
        if question.id in hidden and (question.id in answered or question.type == QuestionType.CALCULATION)
    ]
    return [*names] if layout.style.lists else " ".join(names)


def _flags(
    run_ids: Collection[int], *, using: str
) -> dict[tuple[int, str], tuple[datetime, datetime | None]]:
    rows = Flag.objects.using(using).filter(run_id__in=run_ids)
    return {
        (run_id, name): (raised, cleared)
        for run_id, name, raised, cleared in rows.values_list("run_id", "name", "raised", "cleared")
    }
