"""The rows that results are counted from, streamed: surveys with their items, newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet
from django.db.models.functions import Left

from chat_api.schemas.results.streams import NewestFirst
from chat_api.surveys.models import Survey, SurveyItem

#: The length of the part of a text that is loaded: enough to see whether there is one, and which number it is.
_TEXT_READ: Final = 101


class SurveyRow(NamedTuple):
    """The columns of a survey that are counted."""

    pk: int
    schema_id: int
    created: datetime
    state: Any
    submitted: datetime | None


class ItemRow(NamedTuple):
    """The columns of an item that are counted."""

    pk: int
    created: datetime
    question_id: int
    instance: int
    text: str
    has_attachments: bool
    answer_ids: list[int]


def items_of_surveys(
    schema_ids: Collection[int], last_left_out: Sequence[int], *, using: str | None
) -> Iterator[tuple[int, list[ItemRow]]]:
    """Yield the id of each survey that has items, with its items, newest survey first."""
    items = SurveyItem.objects.using(using).filter(survey__schema__in=schema_ids)
    if last_left_out:
        items = items.filter(survey_id__gt=last_left_out[0])
    rows = (
        items.order_by("-survey_id", "pk")
        .annotate(beginning=Left("text", _TEXT_READ))
        .values_list(
            "survey_id",
            "pk",
            "created",
            "related_question_id",
            "instance",
            "beginning",
            "has_attachments",
            "answer_links__answer_id",
        )
    )
    for survey_id, of_survey in groupby(rows.iterator(), key=itemgetter(0)):
        found: list[ItemRow] = []
        for _, pk, created, question_id, instance, text, has_attachments, answer_id in of_survey:
            if not found or found[-1].pk != pk:
                found.append(ItemRow(pk, created, question_id, instance, text, has_attachments, []))
            if answer_id is not None:
                found[-1].answer_ids.append(answer_id)
        yield survey_id, found


def with_items(
    surveys: QuerySet[Survey], items: Iterator[tuple[int, list[ItemRow]]]
) -> Iterator[tuple[SurveyRow, list[ItemRow]]]:
    """Yield each survey with its items. Both are sorted newest first, so that neither has to be kept."""
    streamed = NewestFirst(items)
    for row in surveys.values_list("pk", "schema_id", "created", "state", "submitted").iterator():
        survey = SurveyRow(*row)
        yield survey, streamed.get(survey.pk) or []
