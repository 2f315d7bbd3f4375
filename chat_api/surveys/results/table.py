"""The surveys of a schema as a table: a row for each survey, columns for each question.

Surveys are read in chunks; the table is never in memory as a whole. Texts are as the users typed them, not as they are
stored. Schemas that use nothing of the questionnaire language have the columns of older releases, unless typed ones are
asked for; all others have those of `typed_table`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import Count, Max, QuerySet

from chat_api.lib.tables import JSON, Progress, Table, Value
from chat_api.lib.text_formats import plain_text
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import Question, Schema
from chat_api.schemas.pooling import versions_together
from chat_api.schemas.results.options import DEFAULT_OPTIONS, TableOptions
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem
from chat_api.surveys.results.columns import Given
from chat_api.surveys.results.completion import is_counted_completed
from chat_api.surveys.results.headings import ABOUT, ABOUT_INSTANCE, AFTER, VERSION, owner_key
from chat_api.surveys.results.layout import Layout, has_rules, layout_of, layout_of_all, questions_of
from chat_api.surveys.results.typed_table import typed_table
from chat_api.surveys.validation import holds_answer

__all__ = ["ABOUT", "ABOUT_INSTANCE", "AFTER", "CHUNK", "VERSION", "table_for"]

#: The number of surveys in a chunk.
CHUNK: Final = 500

_COLUMNS: Final = ("pk", "schema_id", "user_id", "created", "updated", "state", "submitted")


class _Survey(NamedTuple):
    """A survey, in the order of `_COLUMNS`."""

    pk: int
    schema_id: int
    user_id: Any
    created: datetime
    updated: datetime
    state: Any
    submitted: datetime | None


def table_for(
    kind: str,
    schema: Schema,
    progress: Progress | None = None,
    options: TableOptions = DEFAULT_OPTIONS,
) -> Table:
    """Return the table of the schema's surveys that exist now, oldest first, for one of `FORMATS`.

    With `repeat`, a row is not a survey but an instance of that group. Raises `ExportRefused` if there is none.
    For the queries see `typed_table`; without typed columns two, two more if questions take several answers, those for
    the versions, and two for each chunk of surveys.
    """
    using = schema._state.db
    versions = versions_together(schema) if options.all_versions else []
    rows = [] if versions else questions_of([schema.pk], foreign=True, using=using)
    is_typed = any(version.script.is_typed for version in versions) or has_rules(schema, rows)
    if is_typed or options.typed or options.repeat is not None:
        return typed_table(kind, versions or [compiled(schema)], progress, options, using=using)
    lists = kind == JSON
    if versions:
        layout = layout_of_all(versions, options, lists=lists, using=using)
    else:
        layout = layout_of(schema, rows, options, lists=lists)
    surveys = Survey.objects.using(using).filter(schema__in=layout.own)
    extent = surveys.aggregate(number=Count("pk"), last=Max("pk"))
    # Surveys that are started in the meantime are left out, or reading might never end.
    existing = surveys.filter(pk__lte=extent["last"] or 0)
    headings = (*ABOUT, *((VERSION,) if versions else ()), *layout.headings, *AFTER)
    found = _surveys(existing, extent["number"], progress)
    shown = (_row(survey, answers, layout, lists=lists) for survey, answers in found)
    return Table(headings, extent["number"], shown, CHUNK, "surveys")


def _surveys(
    surveys: QuerySet[Survey], number: int, progress: Progress | None
) -> Iterator[tuple[_Survey, Mapping[int, Given]]]:
    """Yield each survey with its answers by question. Two queries for each chunk, three if any have files."""
    last, done = 0, 0
    selected = surveys.order_by("pk").values_list(*_COLUMNS)
    while chunk := [_Survey(*row) for row in selected.filter(pk__gt=last)[:CHUNK]]:
        last = chunk[-1].pk
        given = _answers([survey.pk for survey in chunk], using=surveys.db)
        for survey in chunk:
            yield survey, given.get(survey.pk, {})
        done += len(chunk)
        if progress is not None:
            progress(done, max(done, number))


def _row(survey: _Survey, answers: Mapping[int, Given], layout: Layout, *, lists: bool) -> list[Value]:
    state = survey.state
    visibility = state.get("visibility") if isinstance(state, dict) else None
    visible, hidden = _by_visibility(visibility, _answered(layout.own[survey.schema_id], answers))
    completed = None
    if survey.submitted is not None or isinstance(state, dict):
        completed = is_counted_completed(state or {}, survey.submitted, is_answered=bool(visible))
    return [
        survey.pk,
        owner_key(survey.user_id),
        survey.created.isoformat(),
        survey.updated.isoformat(),
        completed,
        *layout.version(survey.schema_id),
        *layout.values(answers),
        None if survey.submitted is None else survey.submitted.isoformat(),
        _qids(hidden, lists=lists),
    ]


def _qids(qids: list[int], *, lists: bool) -> Value:
    return qids if lists else " ".join(map(str, qids))


def _answered(questions: Iterable[Question], answers: Mapping[int, Given]) -> Iterator[Question]:
    return (question for question in questions if _has_answer(question, answers.get(question.pk)))


def _has_answer(question: Question, given: Given | None) -> bool:
    return given is not None and holds_answer(
        question.type, given.text, given.chosen, has_attachments=given.files > 0
    )


def _by_visibility(visibility: Any, answered: Iterable[Question]) -> tuple[list[int], list[int]]:
    """Return the qids of the answered questions that are visible, and of those that are hidden."""
    visible: list[int] = []
    hidden: list[int] = []
    for question in answered:
        is_visible = not isinstance(visibility, list) or question.qid in visibility
        (visible if is_visible else hidden).append(question.qid)
    return visible, hidden


def _answers(survey_ids: Sequence[int], *, using: str) -> dict[int, dict[int, Given]]:
    """Return the stored answers, by survey and question. One query, two if any have files."""
    items = SurveyItem.objects.using(using).filter(survey_id__in=survey_ids, instance=0)
    rows = items.order_by("pk", "answer_links__pk").values_list(
        "survey_id",
        "related_question_id",
        "text",
        "text_format",
        "has_attachments",
        "answer_links__answer_id",
        "answer_links__answer__text",
    )
    given: dict[int, dict[int, Given]] = {}
    has_files = False
    for survey_id, question_id, text, text_format, has_attachments, answer_id, chosen in rows:
        found = Given(plain_text(text, text_format), [])
        answer = given.setdefault(survey_id, {}).setdefault(question_id, found)
        has_files = has_files or has_attachments
        if answer_id is not None:
            answer.chosen.append((answer_id, chosen))
    if has_files:
        attached = SurveyAttachment.objects.using(using).filter(item__in=items.order_by())
        counted = attached.order_by().values_list("item__survey_id", "item__related_question_id")
        for survey_id, question_id, files in counted.annotate(files=Count("pk")):
            # An item can have been created in the meantime.
            known = given.get(survey_id, {}).get(question_id)
            if known is not None:
                given[survey_id][question_id] = Given(known.text, known.chosen, files)
    return given
