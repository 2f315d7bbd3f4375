"""The surveys of a schema as a table: a row for each survey, columns for each question.

Surveys are read in chunks; the table is never in memory as a whole. Texts are as the users typed them, not as they are
stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db.models import Count, Max, QuerySet

from chat_api.lib.tables import JSON, Progress, Table, Value
from chat_api.schemas.models import Question, Schema
from chat_api.schemas.pooling import versions_together
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem
from chat_api.surveys.results.columns import Given
from chat_api.surveys.results.completion import is_counted_completed
from chat_api.surveys.results.layout import Layout, layout_of, layout_of_all
from chat_api.surveys.results.scoring import SURVEY_COLUMNS, ResultColumns, SurveyRow
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
#: The headings of an instance of a repeated group.
ABOUT_INSTANCE: Final = (*ABOUT[:2], "instance")


def table_for(
    kind: str,
    schema: Schema,
    progress: Progress | None = None,
    *,
    all_versions: bool = False,
    repeat: str | None = None,
) -> Table:
    """Return the table of the schema's surveys that exist now, oldest first, for one of `FORMATS`.

    Two queries, two more if questions take several answers, and two for each chunk of surveys. Messages, forks and
    controls have a column only if items answer them. Questions of other schemas, whose items older releases left
    behind, come last. Answers to hidden questions are included; the last column names their questions. Of the formats,
    only JSON has lists in cells.

    With `all_versions` the surveys of all published versions are in the table, see `pooled_questions`, without items
    of other schemas. Takes one more query, and those for the schemas. With `repeat`, the key of a repeated group, a row
    is not a survey but an instance of that group. Raises `ExportRefused` if there is no such group.
    """
    lists = kind == JSON
    using = schema._state.db
    if all_versions:
        layout = layout_of_all(versions_together(schema), lists=lists, using=using, repeat=repeat)
    else:
        layout = layout_of(schema, lists=lists, repeat=repeat)
    surveys = Survey.objects.using(using).filter(schema__in=layout.own)
    extent = surveys.aggregate(number=Count("pk"), last=Max("pk"))
    # Surveys that are started in the meantime are left out, or reading might never end.
    existing = surveys.filter(pk__lte=extent["last"] or 0)
    results = ResultColumns.of(layout.versions, repeat)
    found = _surveys(existing, results, extent["number"], progress, lists=lists)
    version = (VERSION,) if all_versions else ()
    if repeat is None:
        counts = [f"instances {key}" for key in layout.keys]
        headings = (*ABOUT, *version, *layout.headings, *counts, *results.headings, *AFTER)
        rows = (_row(survey, parts, values, layout, lists=lists) for survey, parts, values in found)
        return Table(headings, extent["number"], rows, CHUNK, "surveys")
    headings = (*ABOUT_INSTANCE, *version, *layout.headings, *results.headings, AFTER[-1])
    instances = (
        row
        for survey, parts, _ in found
        for row in _instance_rows(survey, parts, results, layout, repeat, lists=lists)
    )
    return Table(headings, _number_of_instances(layout, repeat, using=using), instances, CHUNK, "instances")


#: The answers of a survey by instance (0 outside of repeated groups), then by question.
_Parts = Mapping[int, Mapping[int, Given]]


def _surveys(
    surveys: QuerySet[Survey],
    results: ResultColumns,
    number: int,
    progress: Progress | None,
    *,
    lists: bool,
) -> Iterator[tuple[SurveyRow, _Parts, list[Value]]]:
    """Yield each survey with its answers and the values of its results.

    Two queries for each chunk, three if any have files, and those for the results.
    """
    last, done = 0, 0
    selected = surveys.order_by("pk").values_list(*SURVEY_COLUMNS)
    while chunk := [SurveyRow(*row) for row in selected.filter(pk__gt=last)[:CHUNK]]:
        last = chunk[-1].pk
        given = _answers([survey.pk for survey in chunk], using=surveys.db)
        for survey, values in results.values(chunk, using=surveys.db, lists=lists):
            yield survey, given.get(survey.pk, {}), values
        done += len(chunk)
        if progress is not None:
            progress(done, max(done, number))


def _row(
    survey: SurveyRow, parts: _Parts, results: list[Value], layout: Layout, *, lists: bool
) -> list[Value]:
    state, answers = survey.state, parts.get(0, {})
    visibility = state.get("visibility") if isinstance(state, dict) else None
    visible, hidden = _by_visibility(visibility, _answered(layout.own_in(survey.schema_id, None), answers))
    counts: list[Value] = []
    is_answered = bool(visible)
    for key in layout.keys:
        own, stored = layout.own_in(survey.schema_id, key), _instances(state, key)
        numbers = _numbers(own, parts) if stored is None else [*stored]
        counts.append(len(numbers) if own else None)
        is_answered = is_answered or any(
            _by_visibility(_visible_in(stored, number), _answered(own, parts.get(number, {})))[0]
            for number in numbers
        )
    completed = None
    if survey.submitted is not None or isinstance(state, dict):
        completed = is_counted_completed(state or {}, survey.submitted, is_answered=is_answered)
    return [
        survey.pk,
        _key(survey.user_id),
        survey.created.isoformat(),
        survey.updated.isoformat(),
        completed,
        *layout.version(survey.schema_id),
        *layout.values(survey.schema_id, answers),
        *counts,
        *results,
        None if survey.submitted is None else survey.submitted.isoformat(),
        _qids(hidden, lists=lists),
    ]


def _instance_rows(
    survey: SurveyRow, parts: _Parts, results: ResultColumns, layout: Layout, key: str, *, lists: bool
) -> Iterator[list[Value]]:
    """Yield the rows of the instances in their order, then of those that are hidden and have answers."""
    own, stored = layout.own_in(survey.schema_id, key), _instances(survey.state, key)
    for number in dict.fromkeys([*(stored or ()), *_numbers(own, parts)]):
        answers = parts.get(number, {})
        in_group = {question.pk: answers[question.pk] for question in own if question.pk in answers}
        _, hidden = _by_visibility(_visible_in(stored, number), _answered(own, in_group))
        yield [
            survey.pk,
            _key(survey.user_id),
            number,
            *layout.version(survey.schema_id),
            *layout.values(survey.schema_id, in_group),
            *results.calculated(survey.schema_id, (stored or {}).get(number), lists=lists),
            _qids(hidden, lists=lists),
        ]


def _instances(state: Any, key: str) -> dict[int, dict[str, Any]] | None:
    """Return the state of each instance of a group, in their order; None without a state that has them."""
    groups = state.get("instances") if isinstance(state, dict) else None
    if not isinstance(groups, dict):
        return None
    return {each["instance"]: each for each in groups.get(key, ())}


def _visible_in(stored: Mapping[int, dict[str, Any]] | None, number: int) -> list[int] | None:
    """Return the visible qids of an instance; None if they are not known."""
    if stored is None:
        return None
    visible: list[int] = stored[number]["visibility"] if number in stored else []
    return visible


def _numbers(own: Iterable[Question], parts: _Parts) -> list[int]:
    """Return the numbers of the instances that have answers to these questions."""
    ids = {question.pk for question in own}
    return sorted(number for number, answers in parts.items() if number and not ids.isdisjoint(answers))


def _number_of_instances(layout: Layout, key: str, *, using: str | None) -> int:
    """Return how many instances of the group have answers. One query."""
    ids = [pk for pk, found in layout.repeats.items() if found == key]
    items = SurveyItem.objects.using(using).filter(survey__schema__in=layout.own, related_question__in=ids)
    return items.order_by().values("survey_id", "instance").distinct().count()


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


def _answers(survey_ids: Sequence[int], *, using: str) -> dict[int, dict[int, dict[int, Given]]]:
    """Return the answers as they are stored, by survey, instance and question. One query, two if any have files."""
    items = SurveyItem.objects.using(using).filter(survey_id__in=survey_ids)
    rows = items.order_by("pk", "answer_links__pk").values_list(
        "survey_id",
        "instance",
        "related_question_id",
        "text",
        "has_attachments",
        "answer_links__answer_id",
        "answer_links__answer__text",
    )
    given: dict[int, dict[int, dict[int, Given]]] = {}
    has_files = False
    for survey_id, number, question_id, text, has_attachments, answer_id, chosen in rows:
        part = given.setdefault(survey_id, {}).setdefault(number, {})
        answer = part.setdefault(question_id, Given(text, []))
        has_files = has_files or has_attachments
        if answer_id is not None:
            answer.chosen.append((answer_id, chosen))
    if has_files:
        attached = SurveyAttachment.objects.using(using).filter(item__in=items.order_by())
        counted = attached.order_by().values_list(
            "item__survey_id", "item__instance", "item__related_question_id"
        )
        for survey_id, number, question_id, files in counted.annotate(files=Count("pk")):
            part = given.get(survey_id, {}).get(number, {})
            # An item can have been created in the meantime.
            if (known := part.get(question_id)) is not None:
                part[question_id] = Given(known.text, known.chosen, files)
    return given


def _key(user_id: Any) -> int | str:
    """Return a user's id; hosts may have keys of any type."""
    return user_id if isinstance(user_id, int) else str(user_id)
