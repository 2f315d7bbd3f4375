"""The surveys of a schema as a table: a row for each survey, columns for each question.

Surveys are read in chunks; the table is never in memory as a whole. Texts are as the users typed them, not as they are
stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.db.models import Count, Max, QuerySet

from chat_api.lib.tables import JSON, Progress, Table, Value
from chat_api.schemas.models import Question, Schema
from chat_api.schemas.pooling import versions_together
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem
from chat_api.surveys.results.columns import Given
from chat_api.surveys.results.completion import is_counted_completed
from chat_api.surveys.results.layout import Layout, layout_of, layout_of_all
from chat_api.surveys.validation import holds_answer

#: The number of surveys in a chunk.
CHUNK: Final = 500
#: The headings before those of the questions.
ABOUT: Final = ("survey id", "user id", "created", "updated", "completed")
#: One more with several versions.
VERSION: Final = "version"
#: The headings after those of the questions. `hidden answers` holds the qids of answered questions that are hidden:
#: their answers do not count.
AFTER: Final = ("submitted", "hidden answers")


def table_for(
    kind: str, schema: Schema, progress: Progress | None = None, *, all_versions: bool = False
) -> Table:
    """Return the table of the schema's surveys that exist now, oldest first, for one of `FORMATS`.

    Two queries, two more if questions take several answers, and two for each chunk of surveys. Messages, forks and
    controls have a column only if items answer them. Questions of other schemas, whose items older releases left
    behind, come last. Answers to hidden questions are included; the last column names their questions. Of the formats,
    only JSON has lists in cells.

    With `all_versions` the surveys of all published versions are in the table, see `pooled_questions`, without items
    of other schemas. Takes one more query, and those for the schemas.
    """
    lists = kind == JSON
    using = schema._state.db
    if all_versions:
        layout = layout_of_all(versions_together(schema), lists=lists, using=using)
    else:
        layout = layout_of(schema, lists=lists)
    surveys = Survey.objects.using(using).filter(schema__in=layout.own)
    extent = surveys.aggregate(number=Count("pk"), last=Max("pk"))
    # Surveys that are started in the meantime are left out, or reading might never end.
    existing = surveys.filter(pk__lte=extent["last"] or 0)
    rows = _rows(existing, layout, extent["number"], progress, lists=lists)
    about = (*ABOUT, VERSION) if all_versions else ABOUT
    return Table((*about, *layout.headings, *AFTER), extent["number"], rows, CHUNK, "surveys")


def _rows(
    surveys: QuerySet[Survey], layout: Layout, number: int, progress: Progress | None, *, lists: bool
) -> Iterator[list[Value]]:
    last, done = 0, 0
    columns = ("pk", "schema_id", "user_id", "created", "updated", "state", "submitted")
    selected = surveys.order_by("pk").values_list(*columns)
    while chunk := list(selected.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1][0]
        given = _answers([row[0] for row in chunk], using=surveys.db)
        for pk, schema_id, user_id, created, updated, state, submitted in chunk:
            answers = given.get(pk, {})
            own = layout.own[schema_id]
            answered = (question for question in own if _has_answer(question, answers.get(question.pk)))
            visible, hidden = _by_visibility(state, answered)
            completed = None
            if submitted is not None or isinstance(state, dict):
                completed = is_counted_completed(state or {}, submitted, is_answered=bool(visible))
            yield [
                pk,
                _key(user_id),
                created.isoformat(),
                updated.isoformat(),
                completed,
                *layout.version(schema_id),
                *layout.values(schema_id, answers),
                None if submitted is None else submitted.isoformat(),
                hidden if lists else " ".join(map(str, hidden)),
            ]
        done += len(chunk)
        if progress is not None:
            progress(done, max(done, number))


def _has_answer(question: Question, given: Given | None) -> bool:
    return given is not None and holds_answer(
        question.type, given.text, given.chosen, has_attachments=given.files > 0
    )


def _by_visibility(state: Any, answered: Iterable[Question]) -> tuple[list[int], list[int]]:
    """Return the qids of the answered questions that are visible in the survey, and of those that are hidden."""
    visibility = state.get("visibility") if isinstance(state, dict) else None
    visible: list[int] = []
    hidden: list[int] = []
    for question in answered:
        is_visible = not isinstance(visibility, list) or question.qid in visibility
        (visible if is_visible else hidden).append(question.qid)
    return visible, hidden


def _answers(survey_ids: Sequence[int], *, using: str) -> dict[int, dict[int, Given]]:
    """Return the answers as they are stored, by survey, then by question, without those in repeated groups.

    One query, two if any have files.
    """
    items = SurveyItem.objects.using(using).filter(survey_id__in=survey_ids, instance=0)
    rows = items.order_by("pk", "answer_links__pk").values_list(
        "survey_id",
        "related_question_id",
        "text",
        "has_attachments",
        "answer_links__answer_id",
        "answer_links__answer__text",
    )
    given: dict[int, dict[int, Given]] = {}
    has_files = False
    for survey_id, question_id, text, has_attachments, answer_id, chosen in rows:
        answer = given.setdefault(survey_id, {}).setdefault(question_id, Given(text, []))
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


def _key(user_id: Any) -> int | str:
    """Return a user's id; hosts may have keys of any type."""
    return user_id if isinstance(user_id, int) else str(user_id)
