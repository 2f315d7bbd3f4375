"""Surveys as a table with typed columns: a row for each survey, or for each instance of a repeated group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, Max

from chat_api.engine.script import NON_ANSWERABLE, QuestionType
from chat_api.lib.tables import JSON, XLSX, Progress, Table, Value
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.pooling import GroupPart, group_part, repeats_of
from chat_api.schemas.results.layout import Facts, layout_of
from chat_api.schemas.results.options import TableOptions
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.results.facts import FoundSurvey, SurveyReader
from chat_api.surveys.results.headings import ABOUT, ABOUT_INSTANCE, AFTER, VERSION, owner_key

#: The number of surveys in a chunk.
CHUNK: Final = 100


def typed_table(
    kind: str,
    versions: Sequence[CompiledSchema],
    progress: Progress | None,
    options: TableOptions,
    *,
    using: str | None,
) -> Table:
    """Return the table of the surveys of these versions that exist now, oldest first.

    Answers to questions of other schemas, which only older releases accepted, are left out. Takes two queries, one more
    with `repeat`, and those of `SurveyReader` for each chunk. Raises `ExportRefused`.
    """
    using = using or DEFAULT_DB_ALIAS
    repeats_of(versions, options.repeat)
    groups = {version.id: group_part(version, options.repeat) for version in versions}
    layout = layout_of(
        versions,
        options,
        lists=kind == JSON,
        answered=_answered_otherwise(versions, using=using),
        rounds="instances",
    )
    surveys = Survey.objects.using(using).filter(schema__in=groups)
    extent = surveys.aggregate(number=Count("pk"), last=Max("pk"))
    # Surveys that are started in the meantime are left out, or reading might never end.
    existing = surveys.filter(pk__lte=extent["last"] or 0)
    numbers = {version.id: version.version for version in versions} if options.all_versions else {}
    reader = SurveyReader(versions, dates=kind == XLSX)
    found = reader.read(existing, chunk=CHUNK, number=extent["number"], progress=progress)
    version_heading = [VERSION] if options.all_versions else []

    def version_of(survey: Survey) -> list[Value]:
        return [numbers[survey.schema_id]] if options.all_versions else []

    def rows() -> Iterator[list[Value]]:
        for each in found:
            survey = each.survey
            *values, hidden = layout.row(survey.schema_id, each.facts[0])
            submitted = None if survey.submitted is None else survey.submitted.isoformat()
            yield [*_about(each), *version_of(survey), *values, submitted, hidden]

    def instances() -> Iterator[list[Value]]:
        for each in found:
            survey = each.survey
            for number in _instances(each.facts, groups[survey.schema_id]):
                values = layout.row(survey.schema_id, each.facts[number])
                yield [survey.pk, owner_key(survey.user_id), number, *version_of(survey), *values]

    if options.repeat is None:
        headings = (*ABOUT, *version_heading, *layout.headings[:-1], *AFTER)
        return Table(headings, extent["number"], rows(), CHUNK, "surveys")
    headings = (*ABOUT_INSTANCE, *version_heading, *layout.headings)
    return Table(headings, _number_of_instances(groups, using=using), instances(), CHUNK, "instances")


def _about(found: FoundSurvey) -> list[Value]:
    survey = found.survey
    times = (survey.created.isoformat(), survey.updated.isoformat())
    return [survey.pk, owner_key(survey.user_id), *times, found.completed]


def _instances(facts: Mapping[int, Facts], group: GroupPart | None) -> list[int]:
    """Return the numbers of the instances in their order, then of those that are hidden and have answers."""
    if group is None:
        return []
    answered = (
        number for number, part in facts.items() if number and not group.question_ids.isdisjoint(part.answers)
    )
    return [*dict.fromkeys([*facts[0].rounds.get(group.pk, ()), *sorted(answered)])]


def _number_of_instances(groups: Mapping[int, GroupPart | None], *, using: str) -> int:
    """Return how many instances of the groups have answers. One query."""
    ids = [pk for group in groups.values() if group is not None for pk in group.question_ids]
    items = SurveyItem.objects.using(using).filter(survey__schema__in=groups, related_question__in=ids)
    return items.order_by().values("survey_id", "instance").distinct().count()


def _answered_otherwise(versions: Sequence[CompiledSchema], *, using: str) -> set[int]:
    """Return the ids of messages, forks and controls that have answers. One query, if there are any of these."""
    ids = [
        question.id
        for version in versions
        for question in version.script.questions
        if question.type in NON_ANSWERABLE and question.type != QuestionType.CALCULATION
    ]
    if not ids:
        return set()
    items = SurveyItem.objects.using(using).filter(
        survey__schema__in=[version.id for version in versions], related_question__in=ids
    )
    return set(items.order_by().values_list("related_question_id", flat=True).distinct())
