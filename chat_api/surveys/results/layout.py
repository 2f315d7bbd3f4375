"""The columns of a table of surveys, and the answers that they show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q

from chat_api.engine.repeats import questions_in
from chat_api.engine.script import NON_ANSWERABLE, QuestionType
from chat_api.lib.tables import Value
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.models import Answer, Question, Schema
from chat_api.schemas.pooling import pooled_questions, repeats_of, same_answers
from chat_api.surveys.models import SurveyItem
from chat_api.surveys.results.columns import Asked, Column, Given, columns_of


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table, and the questions of each version.

    With several versions, a column shows the answers to the same question of any of them; its answers have the texts of
    the newest version.
    """

    asked: Sequence[tuple[Question, Sequence[Column]]]
    #: By the id of the schema.
    own: Mapping[int, Sequence[Question]]
    #: By the id of the schema; empty with one version.
    numbers: Mapping[int, int] = field(default_factory=dict)
    #: By the id of a question, that of the newest version which has a column.
    questions: Mapping[int, int] = field(default_factory=dict)
    #: By the id of an answer, id and text of that of the newest version.
    answers: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    #: By the id of a question of a repeated group, the key of the group.
    repeats: Mapping[int, str] = field(default_factory=dict)
    #: The versions, newest first; empty for one whose questions have no names.
    versions: Sequence[CompiledSchema] = ()

    @property
    def keys(self) -> list[str]:
        """Return the keys of the repeated groups."""
        return [*dict.fromkeys(self.repeats.values())]

    def own_in(self, schema_id: int, key: str | None) -> list[Question]:
        """Return the questions of a version in the repeated group with the key; for None, those outside."""
        return [question for question in self.own[schema_id] if self.repeats.get(question.pk) == key]

    @property
    def headings(self) -> list[str]:
        """Return the headings of the questions."""
        return [column.heading for _, columns in self.asked for column in columns]

    def version(self, schema_id: int) -> list[Value]:
        """Return the number of the version, if there are several."""
        return [self.numbers[schema_id]] if self.numbers else []

    def values(self, schema_id: int, answers: Mapping[int, Given]) -> Iterator[Value]:
        """Yield the values of a survey of the schema, from its answers by question."""
        shown = answers if not self.numbers else self._of_newest(schema_id, answers)
        for question, columns in self.asked:
            given = shown.get(question.pk)
            for column in columns:
                yield None if given is None else column.value(given)

    def _of_newest(self, schema_id: int, answers: Mapping[int, Given]) -> dict[int, Given]:
        found = {}
        for question in self.own[schema_id]:
            given = answers.get(question.pk)
            if given is not None:
                chosen = [self.answers.get(pk, (pk, text)) for pk, text in given.chosen]
                found[self.questions.get(question.pk, question.pk)] = Given(given.text, chosen, given.files)
        return found


def layout_of(schema: Schema, *, lists: bool, repeat: str | None) -> Layout:
    """Return the columns of one version, or with `repeat` those of the repeated group with that key.

    One query, two more if questions take several answers; if questions have names, those that compile the schema.
    Raises `ExportRefused` if there is no repeated group with that key.
    """
    rows = [*_questions([schema.pk], foreign=True, using=schema._state.db)]
    rows.sort(key=lambda row: (row.schema_id != schema.pk, row.schema_id, row.position, row.pk))
    has_repeats = any(row.group is not None and row.group.repeat is not None for row in rows)
    is_typed = has_repeats or schema.scores or schema.flags or any(row.name for row in rows)
    versions = [compiled(schema)] if is_typed or repeat is not None else []
    repeats = _repeats(versions, repeat)
    asked = [(row, _heading(row, schema)) for row in rows if repeats.get(row.pk) == repeat]
    return Layout(
        _with_columns(asked, [schema.pk], lists=lists, using=schema._state.db),
        {schema.pk: [row for row in rows if row.schema_id == schema.pk]},
        repeats=repeats,
        versions=versions,
    )


def layout_of_all(
    versions: Sequence[CompiledSchema], *, lists: bool, using: str | None, repeat: str | None
) -> Layout:
    """Return the columns of several versions, those of the newest first. Takes as many queries as for one version."""
    ids = [version.id for version in versions]
    rows = {row.pk: row for row in _questions(ids, foreign=False, using=using)}
    pooled = pooled_questions(
        versions,
        lambda question: f"{question.qid}: {question.text}",
        lambda version: questions_in(version.script, repeat),
    )
    asked: list[tuple[Question, str]] = []
    same: dict[int, int] = {}
    for each in pooled:
        shown = [one.id for one in each.by_schema.values() if one.id in rows]
        same.update(dict.fromkeys(shown, *shown[:1]))
        asked += [(rows[pk], each.heading) for pk in shown[:1]]
    return Layout(
        _with_columns(asked, ids, lists=lists, using=using, same=same),
        {pk: [row for row in rows.values() if row.schema_id == pk] for pk in ids},
        {version.id: version.version for version in versions},
        same,
        {answer.id: (like.id, like.text) for each in pooled for answer, like in same_answers(each)},
        _repeats(versions, repeat),
        versions,
    )


def _repeats(versions: Sequence[CompiledSchema], wanted: str | None) -> dict[int, str]:
    return {
        question.id: key
        for key in repeats_of(versions, wanted)
        for version in versions
        for question in questions_in(version.script, key)
    }


def _with_columns(
    asked: Sequence[tuple[Question, str]],
    schema_ids: Sequence[int],
    *,
    lists: bool,
    using: str | None,
    same: Mapping[int, int] | None = None,
) -> list[tuple[Question, list[Column]]]:
    """Return the questions with their columns, from their headings. `same` has the newest ones of older questions."""
    same = same or {}
    several = [] if lists else [row.pk for row, _ in asked if row.type == QuestionType.MULTICHOICE]
    options: dict[int, list[Answer]] = {}
    others: set[int] = set()
    if several:
        offered = Answer.objects.using(using).filter(question__in=several)
        for answer in offered.order_by("position", "pk"):
            options.setdefault(answer.question_id, []).append(answer)
        alike = [*several, *(pk for pk, newest in same.items() if newest in several)]
        others = {same.get(pk, pk) for pk in _with_others(schema_ids, alike, using=using)}
    return [
        (
            row,
            columns_of(
                Asked(row, heading, options.get(row.pk, ()), has_others=row.pk in others), lists=lists
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


def _questions(schema_ids: Sequence[int], *, foreign: bool, using: str | None) -> Iterable[Question]:
    """Return the questions of the schemas that can have answers, with `foreign` also those of others that have any."""
    questions = Question.objects.using(using)
    used = questions.filter(survey_items__survey__schema__in=schema_ids).order_by().values("pk")
    wanted = Q(schema__in=schema_ids) & (~Q(type__in=NON_ANSWERABLE) | Q(pk__in=used))
    if foreign:
        wanted |= ~Q(schema__in=schema_ids) & Q(pk__in=used)
    return questions.filter(wanted).select_related("schema", "group").order_by("position", "pk")


def _heading(question: Question, schema: Schema) -> str:
    heading = f"{question.qid}: {question.text}"
    return heading if question.schema_id == schema.pk else f"{heading} [{question.schema}]"
