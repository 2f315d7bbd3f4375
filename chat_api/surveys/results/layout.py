"""The columns of a table of surveys whose schema has no rules, and the answers that they show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef, Q

from chat_api.engine.script import NON_ANSWERABLE, QuestionType
from chat_api.lib.tables import Value
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.models import Answer, Question, Schema
from chat_api.schemas.pooling import pooled_questions
from chat_api.schemas.results.options import TableOptions
from chat_api.surveys.models import SurveyItem
from chat_api.surveys.results.columns import Asked, Column, Given, columns_of


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table, and the questions of each version."""

    asked: Sequence[tuple[Question, Sequence[Column]]]
    #: By the id of the schema.
    own: Mapping[int, Sequence[Question]]
    #: By the id of the schema; empty with one version.
    numbers: Mapping[int, int] = field(default_factory=dict)

    @property
    def headings(self) -> list[str]:
        """Return the headings of the questions."""
        return [column.heading for _, columns in self.asked for column in columns]

    def version(self, schema_id: int) -> list[Value]:
        """Return the number of the version, if there are several."""
        return [self.numbers[schema_id]] if self.numbers else []

    def values(self, answers: Mapping[int, Given]) -> Iterator[Value]:
        """Yield the values of a survey, from its answers by question."""
        for question, columns in self.asked:
            given = answers.get(question.pk)
            for column in columns:
                yield None if given is None else column.value(given)


def has_rules(schema: Schema, rows: Collection[Question]) -> bool:
    """Return whether the schema, whose `questions_of` are `rows`, uses the language of `Script.is_typed`."""
    return bool(schema.scores or schema.flags) or any(
        row.schema_id == schema.pk
        and (
            row.name is not None
            or bool(row.show_if or row.calculate or row.default or row.constraints)
            or (row.group is not None and bool(row.group.show_if or row.group.repeat))
            or row.has_rules_of_answers  # type: ignore[attr-defined]
        )
        for row in rows
    )


def layout_of(schema: Schema, rows: Sequence[Question], options: TableOptions, *, lists: bool) -> Layout:
    """Return the columns of one version with these questions. No query, two if questions take several answers."""
    ordered = sorted(
        _with_column(rows), key=lambda row: (row.schema_id != schema.pk, row.schema_id, row.position)
    )
    asked = [(row, _heading(row, schema)) for row in ordered]
    return Layout(
        _with_columns(asked, [schema.pk], options, lists=lists, using=schema._state.db),
        {schema.pk: [row for row in ordered if row.schema_id == schema.pk]},
    )


def layout_of_all(
    versions: Sequence[CompiledSchema], options: TableOptions, *, lists: bool, using: str | None
) -> Layout:
    """Return the columns of several versions, those of the newest first. Without names, no questions are the same.

    One query, two more if questions take several answers.
    """
    ids = [version.id for version in versions]
    rows = {row.pk: row for row in _with_column(questions_of(ids, foreign=False, using=using))}
    pooled = pooled_questions(versions, lambda question: f"{question.qid}: {question.text}")
    asked = [
        (rows[one.id], each.heading) for each in pooled for one in each.by_schema.values() if one.id in rows
    ]
    return Layout(
        _with_columns(asked, ids, options, lists=lists, using=using),
        {pk: [row for row in rows.values() if row.schema_id == pk] for pk in ids},
        {version.id: version.version for version in versions},
    )


def _with_columns(
    asked: Sequence[tuple[Question, str]],
    schema_ids: Sequence[int],
    options: TableOptions,
    *,
    lists: bool,
    using: str | None,
) -> list[tuple[Question, list[Column]]]:
    """Return the questions with their columns, from their headings."""
    per_option = options.is_per_option(lists=lists)
    several = [row.pk for row, _ in asked if row.type == QuestionType.MULTICHOICE] if per_option else []
    offered: dict[int, list[Answer]] = {}
    others: set[int] = set()
    if several:
        for answer in Answer.objects.using(using).filter(question__in=several).order_by("position", "pk"):
            offered.setdefault(answer.question_id, []).append(answer)
        others = _with_others(schema_ids, several, using=using)
    return [
        (
            row,
            columns_of(
                Asked(row, heading, offered.get(row.pk, ()), has_others=row.pk in others),
                lists=lists,
                per_option=per_option,
            ),
        )
        for row, heading in asked
    ]


def _with_others(schema_ids: Sequence[int], question_ids: Sequence[int], *, using: str | None) -> set[int]:
    """Return the questions for which older releases accepted answers of other questions, or an extra text."""
    items = SurveyItem.objects.using(using).filter(
        survey__schema__in=schema_ids, related_question__in=question_ids
    )
    links = Q(answer_links__isnull=False) & ~Q(answer_links__answer__question=F("related_question"))
    texts = ~Q(text="") & Q(related_question__choice_open=False)
    return set(
        items.filter(links | texts).order_by().values_list("related_question_id", flat=True).distinct()
    )


def questions_of(schema_ids: Sequence[int], *, foreign: bool, using: str | None) -> list[Question]:
    """Return the questions of the schemas by position, with `foreign` also those of others that have answers.

    They have the attributes `is_answered` and `has_rules_of_answers`. One query.
    """
    items = SurveyItem.objects.filter(survey__schema__in=schema_ids, related_question=OuterRef("pk"))
    rules = Answer.objects.filter(question=OuterRef("pk"), show_if__isnull=False).exclude(show_if="")
    questions = Question.objects.using(using).annotate(
        is_answered=Exists(items), has_rules_of_answers=Exists(rules)
    )
    wanted = Q(schema__in=schema_ids)
    if foreign:
        used = Question.objects.filter(survey_items__survey__schema__in=schema_ids)
        wanted |= Q(pk__in=used.order_by().values("pk"))
    return list(questions.filter(wanted).select_related("schema", "group").order_by("position", "pk"))


def _with_column(rows: Iterable[Question]) -> Iterator[Question]:
    """Yield the questions that can have answers, or have them."""
    for row in rows:
        if row.type not in NON_ANSWERABLE or row.is_answered:  # type: ignore[attr-defined]
            yield row


def _heading(question: Question, schema: Schema) -> str:
    heading = f"{question.qid}: {question.text}"
    return heading if question.schema_id == schema.pk else f"{heading} [{question.schema}]"
