"""The runs of a script as a table: a row for each run, with typed columns.

Runs are read in chunks; the table is never in memory as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, Max, QuerySet

from chat_api.chat.choices import RunOutcome
from chat_api.chat.models import ScriptRun
from chat_api.chat.results.answers import answers_of, superseded_in
from chat_api.chat.results.columns import Said
from chat_api.chat.results.layout import Facts, Layout, layout_of
from chat_api.engine.given_answers import listed
from chat_api.lib.tables import JSON, Progress, Table, Value
from chat_api.raised_flags.models import Flag
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.models import Schema
from chat_api.schemas.pooling import versions_together

K = TypeVar("K")
V = TypeVar("V")

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
#: One more with several versions.
VERSION: Final = "version"
_COLUMNS: Final = (
    "pk",
    "schema_id",
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
    schema_id: int
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


def table_for(
    kind: str,
    schema: Schema,
    progress: Progress | None = None,
    *,
    labels: bool = False,
    all_versions: bool = False,
    superseded: bool = False,
) -> Table:
    """Return the table of the schema's runs that exist now, oldest first, for one of `FORMATS`.

    Choices have their values, with `labels` their texts. With `all_versions` the runs of all published versions are in
    the table, see `pooled_questions`. With `superseded` there are columns of answers that corrections superseded. Takes
    one query, those for the schemas, one for superseded answers, and at most four for each chunk of runs.
    """
    versions = versions_together(schema) if all_versions else [compiled(schema)]
    ids, using = [version.id for version in versions], schema._state.db or DEFAULT_DB_ALIAS
    layout = layout_of(
        versions,
        labels=labels,
        lists=kind == JSON,
        superseded=superseded_in(ids, using=using) if superseded else frozenset(),
    )
    runs = ScriptRun.objects.using(using).filter(schema__in=ids)
    extent = runs.aggregate(number=Count("pk"), last=Max("pk"))
    # Runs that start in the meantime are left out, or reading might never end.
    existing = runs.filter(pk__lte=extent["last"] or 0)
    rows = _rows(existing, versions, layout, extent["number"], progress, all_versions=all_versions)
    about = (*ABOUT, VERSION) if all_versions else ABOUT
    return Table((*about, *layout.headings), extent["number"], rows, CHUNK, "runs")


def _rows(
    runs: QuerySet[ScriptRun],
    versions: Sequence[CompiledSchema],
    layout: Layout,
    number: int,
    progress: Progress | None,
    *,
    all_versions: bool,
) -> Iterator[list[Value]]:
    last, done = 0, 0
    questions = {pk: each for version in versions for pk, each in version.script.questions_by_id.items()}
    numbers = {version.id: version.version for version in versions}
    has_flags = any(version.script.flags for version in versions)
    selected = runs.order_by("pk").values_list(*_COLUMNS)
    while chunk := [_Row(*row) for row in selected.filter(pk__gt=last)[:CHUNK]]:
        last = chunk[-1].pk
        pks = [run.pk for run in chunk]
        answers = answers_of(pks, questions, using=runs.db)
        standing, superseded = _by_run(answers.standing), _by_run(answers.superseded)
        flags = _by_run(_flags(pks, using=runs.db) if has_flags else {})
        for run in chunk:
            about = [*_about(run), *([numbers[run.schema_id]] if all_versions else [])]
            facts = _facts(run, standing[run.pk], superseded[run.pk], flags[run.pk])
            yield [*about, *layout.row(run.schema_id, facts)]
        done += len(chunk)
        if progress is not None:
            progress(done, max(done, number))


def _by_run(found: Mapping[tuple[int, K], V]) -> dict[int, dict[K, V]]:
    by_run: dict[int, dict[K, V]] = defaultdict(dict)
    for (pk, key), value in found.items():
        by_run[pk][key] = value
    return by_run


def _about(run: _Row) -> Iterator[Value]:
    yield run.pk
    # Hosts may have keys of any type.
    yield run.user_id if isinstance(run.user_id, int) else str(run.user_id)
    yield run.thread_id
    yield run.started.isoformat()
    yield None if run.finished is None else run.finished.isoformat()
    yield run.outcome or None
    yield run.led_by_frontend


def _facts(
    run: _Row,
    answers: Mapping[int, Said],
    superseded: Mapping[int, list[Said]],
    flags: Mapping[str, tuple[datetime, datetime | None]],
) -> Facts:
    values = _object(run.current_values if run.is_current else run.values)
    return Facts(
        answers,
        superseded,
        variables=_object(run.current_variables if run.is_current else run.variables),
        calculated=_object(values.get("calculated")),
        # Scores of a run that goes on, or that was given up, are not final.
        scores=_object(values.get("scores")) if run.outcome == RunOutcome.COMPLETED else {},
        flags=flags,
        hidden={*listed(values.get("hidden"), int)},
    )


def _object(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else {}


def _flags(
    run_ids: Collection[int], *, using: str
) -> dict[tuple[int, str], tuple[datetime, datetime | None]]:
    rows = Flag.objects.using(using).filter(run_id__in=run_ids)
    return {
        (run_id, name): (raised, cleared)
        for run_id, name, raised, cleared in rows.values_list("run_id", "name", "raised", "cleared")
    }
