"""The surveys of one version of a schema as a table: a row for each survey, columns for each question.

Surveys are read in chunks; the table is never in memory as a whole. Texts are as the users typed them, not as they are
stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db.models import Count, F, Max, Q, QuerySet

from chat_api.engine.script import NON_ANSWERABLE, QuestionType
from chat_api.lib.tables import JSON, Progress, Table, Value
from chat_api.schemas.models import Answer, Question, Schema
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem
from chat_api.surveys.results.columns import Asked, Column, Given, columns_of
from chat_api.surveys.results.completion import is_counted_completed
from chat_api.surveys.validation import holds_answer

#: The number of surveys in a chunk.
CHUNK: Final = 500
#: The headings before those of the questions.
ABOUT: Final = ("survey id", "user id", "created", "updated", "completed")
#: The headings after those of the questions. `hidden answers` holds the qids of answered questions that are hidden:
#: their answers do not count.
AFTER: Final = ("submitted", "hidden answers")


def table_for(kind: str, schema: Schema, progress: Progress | None = None) -> Table:
    """Return the table of the schema's surveys that exist now, oldest first, for one of `FORMATS`.

    Two queries, two more if questions take several answers, and two for each chunk of surveys. Messages, forks and
    controls have a column only if items answer them. Questions of other schemas, whose items older releases left
    behind, come last. Answers to hidden questions are included; the last column names their questions. Of the formats,
    only JSON has lists in cells.
    """
    lists = kind == JSON
    surveys = Survey.objects.using(schema._state.db).filter(schema=schema)
    extent = surveys.aggregate(number=Count("pk"), last=Max("pk"))
    asked = [(one.question, columns_of(one, lists=lists)) for one in _asked(schema, lists=lists)]
    headings = [column.heading for _, columns in asked for column in columns]
    # Surveys that are started in the meantime are left out, or reading might never end.
    existing = surveys.filter(pk__lte=extent["last"] or 0)
    rows = _rows(existing, schema, asked, extent["number"], progress, lists=lists)
    return Table((*ABOUT, *headings, *AFTER), extent["number"], rows, CHUNK, "surveys")


def _asked(schema: Schema, *, lists: bool) -> list[Asked]:
    """Return the questions that have columns."""
    questions = list(_questions(schema))
    several = [] if lists else [row.pk for row in questions if row.type == QuestionType.MULTICHOICE]
    options: dict[int, list[Answer]] = {}
    others: set[int] = set()
    if several:
        offered = Answer.objects.using(schema._state.db).filter(question__in=several)
        for answer in offered.order_by("position", "pk"):
            options.setdefault(answer.question_id, []).append(answer)
        others = _with_others(schema, several)
    return [
        Asked(row, _heading(row, schema), options.get(row.pk, ()), has_others=row.pk in others)
        for row in questions
    ]


def _with_others(schema: Schema, question_ids: Sequence[int]) -> set[int]:
    """Return the questions for which older releases accepted answers of other questions, or an extra text."""
    items = SurveyItem.objects.using(schema._state.db).filter(
        survey__schema=schema, related_question__in=question_ids
    )
    links = Q(answer_links__isnull=False) & ~Q(answer_links__answer__question=F("related_question"))
    texts = ~Q(text="") & Q(related_question__choice_open=False)
    return set(
        items.filter(links | texts).order_by().values_list("related_question_id", flat=True).distinct()
    )


def _questions(schema: Schema) -> Iterable[Question]:
    questions = Question.objects.using(schema._state.db)
    used = questions.filter(survey_items__survey__schema=schema).order_by().values("pk")
    own = Q(schema=schema) & (~Q(type__in=NON_ANSWERABLE) | Q(pk__in=used))
    rows = questions.filter(own | (~Q(schema=schema) & Q(pk__in=used))).select_related("schema")
    return sorted(rows, key=lambda row: (row.schema_id != schema.pk, row.schema_id, row.position, row.pk))


def _heading(question: Question, schema: Schema) -> str:
    heading = f"{question.qid}: {question.text}"
    return heading if question.schema_id == schema.pk else f"{heading} [{question.schema}]"


def _rows(
    surveys: QuerySet[Survey],
    schema: Schema,
    asked: Sequence[tuple[Question, Sequence[Column]]],
    number: int,
    progress: Progress | None,
    *,
    lists: bool,
) -> Iterator[list[Value]]:
    last, done = 0, 0
    own = [question for question, _ in asked if question.schema_id == schema.pk]
    columns = ("pk", "user_id", "created", "updated", "state", "submitted")
    selected = surveys.order_by("pk").values_list(*columns)
    while chunk := list(selected.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1][0]
        given = _answers([row[0] for row in chunk], using=surveys.db)
        for pk, user_id, created, updated, state, submitted in chunk:
            answered = (question for question in own if _has_answer(question, given.get((pk, question.pk))))
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
                *_values(pk, asked, given),
                None if submitted is None else submitted.isoformat(),
                hidden if lists else " ".join(map(str, hidden)),
            ]
        done += len(chunk)
        if progress is not None:
            progress(done, max(done, number))


def _values(
    survey_id: int,
    asked: Sequence[tuple[Question, Sequence[Column]]],
    given: Mapping[tuple[int, int], Given],
) -> Iterator[Value]:
    for question, columns in asked:
        answer = given.get((survey_id, question.pk))
        for column in columns:
            yield None if answer is None else column.value(answer)


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


def _answers(survey_ids: Sequence[int], *, using: str) -> dict[tuple[int, int], Given]:
    """Return the answers as they are stored, by the ids of survey and question. One query, two if any have files."""
    items = SurveyItem.objects.using(using).filter(survey_id__in=survey_ids)
    rows = items.order_by("pk", "answer_links__pk").values_list(
        "survey_id",
        "related_question_id",
        "text",
        "has_attachments",
        "answer_links__answer_id",
        "answer_links__answer__text",
    )
    given: dict[tuple[int, int], Given] = {}
    has_files = False
    for survey_id, question_id, text, has_attachments, answer_id, chosen in rows:
        answer = given.setdefault((survey_id, question_id), Given(text, []))
        has_files = has_files or has_attachments
        if answer_id is not None:
            answer.chosen.append((answer_id, chosen))
    if has_files:
        attached = SurveyAttachment.objects.using(using).filter(item__in=items.order_by())
        counted = attached.order_by().values_list("item__survey_id", "item__related_question_id")
        for survey_id, question_id, files in counted.annotate(files=Count("pk")):
            # An item can have been created in the meantime.
            if (key := (survey_id, question_id)) in given:
                given[key] = Given(given[key].text, given[key].chosen, files)
    return given


def _key(user_id: Any) -> int | str:
    """Return a user's id; hosts may have keys of any type."""
    return user_id if isinstance(user_id, int) else str(user_id)
