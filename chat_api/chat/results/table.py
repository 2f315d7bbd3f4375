"""The runs of a script as a table: a row for each run, or for each round of a repeated group, with typed columns.

Runs are read in chunks; the table is never in memory as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, Max

from chat_api.chat.models import Message, ScriptRun
from chat_api.chat.results.answers import superseded_in
from chat_api.chat.results.runs import Run, runs_with_facts
from chat_api.lib.tables import JSON, Progress, Table, Value
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import Schema
from chat_api.schemas.pooling import GroupPart, group_part, repeats_of, versions_together
from chat_api.schemas.results.layout import Facts, layout_of
from chat_api.schemas.results.options import DEFAULT_OPTIONS, TableOptions

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
#: The headings of a round.
ABOUT_ROUND: Final = (*ABOUT[:3], "round")


def table_for(
    kind: str,
    schema: Schema,
    progress: Progress | None = None,
    options: TableOptions = DEFAULT_OPTIONS,
) -> Table:
    """Return the table of the schema's runs that exist now, oldest first, for one of `FORMATS`.

    With `repeat`, a row is not a run but a round of that group. Raises `ExportRefused` if there is no such group.

    Takes one query, those for the schemas, one each for superseded answers and for the number of rounds, and at most
    four for each chunk of runs.
    """
    repeat = options.repeat
    versions = versions_together(schema) if options.all_versions else [compiled(schema)]
    repeats_of(versions, repeat)
    groups = {version.id: group_part(version, repeat) for version in versions}
    using = schema._state.db or DEFAULT_DB_ALIAS
    layout = layout_of(
        versions,
        options,
        lists=kind == JSON,
        superseded=superseded_in(groups, using=using) if options.superseded else frozenset(),
        rounds="rounds",
    )
    runs = ScriptRun.objects.using(using).filter(schema__in=groups)
    extent = runs.aggregate(number=Count("pk"), last=Max("pk"))
    # Runs that start in the meantime are left out, or reading might never end.
    existing = runs.filter(pk__lte=extent["last"] or 0)
    scripts = [version.script for version in versions]
    found = runs_with_facts(existing, scripts, chunk=CHUNK, number=extent["number"], progress=progress)
    numbers = {version.id: version.version for version in versions} if options.all_versions else {}

    def rows() -> Iterator[list[Value]]:
        for run, facts in found:
            version = [numbers[run.schema_id]] if options.all_versions else []
            if repeat is None:
                yield [*_about(run), *version, *layout.row(run.schema_id, facts[0])]
                continue
            for number in _rounds(facts, groups[run.schema_id], superseded=options.superseded):
                about = [*_about(run)][:3]
                yield [*about, number, *version, *layout.row(run.schema_id, facts[number])]

    headings = (*(ABOUT if repeat is None else ABOUT_ROUND), *([VERSION] if options.all_versions else []))
    what, number = "runs", extent["number"]
    if repeat is not None:
        what, number = "rounds", _number_of_rounds(groups, using=using)
    return Table((*headings, *layout.headings), number, rows(), CHUNK, what)


def _rounds(facts: Mapping[int, Facts], group: GroupPart | None, *, superseded: bool) -> list[int]:
    """Return the numbers of the rounds of the group, with `superseded` also of those that have only such answers."""
    if group is None:
        return []
    numbers = {*facts[0].rounds.get(group.pk, ())}
    if superseded:
        numbers.update(
            number
            for number, part in facts.items()
            if number and not group.question_ids.isdisjoint(part.superseded)
        )
    return sorted(numbers)


def _number_of_rounds(groups: Mapping[int, GroupPart | None], *, using: str) -> int:
    """Return how many rounds of the groups have been asked. One query."""
    ids = [pk for group in groups.values() if group is not None for pk in group.question_ids]
    asked = Message.all_objects.using(using).filter(run__schema__in=groups, related_question__in=ids)
    return asked.order_by().values("run_id", "instance").distinct().count()


def _about(run: Run) -> Iterator[Value]:
    yield run.pk
    # Hosts may have keys of any type.
    yield run.user_id if isinstance(run.user_id, int) else str(run.user_id)
    yield run.thread_id
    yield run.started.isoformat()
    yield None if run.finished is None else run.finished.isoformat()
    yield run.outcome or None
    yield run.led_by_frontend
