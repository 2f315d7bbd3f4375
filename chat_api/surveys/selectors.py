"""Queries for surveys and their items."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import field
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db.models import Count, Max, QuerySet

from chat_api.engine.records import record
from chat_api.lib.db.locks import lock_row
from chat_api.lib.db.prepared import Prepared
from chat_api.lib.rest.relations import ID_MAX, can_be_key
from chat_api.lib.text_formats import plain_text
from chat_api.schemas.models import Answer, Question, Schema
from chat_api.settings import chat_settings
from chat_api.surveys.instances import Place
from chat_api.surveys.models import (
    Survey,
    SurveyCreation,
    SurveyItem,
    SurveyItemAnswer,
)


def find_survey(*, survey_id: int) -> Survey | None:
    """Return the survey with its schema, or None. The caller checks permissions."""
    if survey_id > ID_MAX:
        return None
    return next(iter(_SURVEY_WITH_SCHEMA.rows(survey_id)), None)


_SURVEY_WITH_SCHEMA: Final = Prepared(
    "survey with schema", 1, lambda pk: Survey.objects.filter(pk=pk).select_related("schema")
)


def find_survey_with_people(*, survey_id: int) -> Survey | None:
    """Return the survey with its schema, owner and automated sender, or None. The caller checks permissions."""
    if survey_id > ID_MAX:
        return None
    surveys = Survey.objects.select_related("schema", "user", "automated_sender")
    return surveys.filter(pk=survey_id).first()


def lock_survey(survey: Survey) -> None:
    """Lock the survey's row and refresh `survey` from it. Raises `Survey.DoesNotExist`."""
    locked = lock_row(Survey, survey.pk)
    survey.state, survey.updated, survey.submitted = locked.state, locked.updated, locked.submitted
    survey.rule_context, survey.state_version = locked.rule_context, locked.state_version


def creation_by(*, user: Any, client_id: Any) -> SurveyCreation | None:
    """Return the key of the user's earlier request with this client_id, with its survey and the survey's people."""
    related = ("survey__schema", "survey__user", "survey__automated_sender")
    return SurveyCreation.objects.select_related(*related).filter(user=user, client_id=client_id).first()


def surveys_of(*, user_id: Any) -> QuerySet[Survey]:
    """Return the user's surveys, oldest first."""
    if not can_be_key(user_id):
        return Survey.objects.none()
    return Survey.objects.filter(user_id=user_id).order_by("pk")


def surveys_visible_to(*, user: Any) -> QuerySet[Survey]:
    """Return all surveys for staff, or if SURVEYS_GLOBAL_LIST_ALL is on; otherwise those of the user."""
    if getattr(user, "is_staff", False) or chat_settings.SURVEYS_GLOBAL_LIST_ALL:
        return Survey.objects.order_by("pk")
    return surveys_of(user_id=user.pk)


def with_people(surveys: QuerySet[Survey], *, owner: bool, automated_sender: bool) -> QuerySet[Survey]:
    """Return the surveys with the users that will be shown, in the same query."""
    wanted = [
        name for name, is_wanted in (("user", owner), ("automated_sender", automated_sender)) if is_wanted
    ]
    return surveys.select_related(*wanted) if wanted else surveys


def items_of(*, survey_id: int) -> QuerySet[SurveyItem]:
    """Return the items of the survey, oldest first."""
    return SurveyItem.objects.filter(survey_id=survey_id).order_by("pk")


def items_of_instance(
    *, survey_id: int, question_ids: Collection[int], instance: int
) -> QuerySet[SurveyItem]:
    """Return the items of one instance of the repeated group that has these questions."""
    items = SurveyItem.objects.filter(survey_id=survey_id, related_question__in=question_ids)
    return items.filter(instance=instance)


def find_item(*, survey_id: int, item_id: int) -> SurveyItem | None:
    """Return the item if it belongs to the survey, or None."""
    if item_id > ID_MAX:
        return None
    return next(iter(_ITEM.rows(survey_id, item_id)), None)


_ITEM: Final = Prepared(
    "survey item", 2, lambda survey_id, pk: SurveyItem.objects.filter(survey_id=survey_id, pk=pk)
)


def questions_of_answers(*, answer_ids: Collection[int]) -> dict[int, int]:
    """Return the id of each answer's question, by the id of the answer."""
    return dict(Answer.objects.filter(pk__in=answer_ids).values_list("pk", "question_id"))


def schemas_of_questions(*, question_ids: Collection[int]) -> dict[int, Schema]:
    """Return the schema of each question, by the id of the question."""
    rows = Question.objects.filter(pk__in=question_ids).select_related("schema")
    return {question.pk: question.schema for question in rows}


def stored_answer(item: SurveyItem) -> StoredAnswer:
    """Return the answer that an item holds."""
    return StoredAnswer(item.plain_text, item.answer_ids, item.has_attachments, item.pk)


def is_answered(*, survey: Survey, question_id: int, instance: int = 0) -> bool:
    """Return whether the survey has an item for the question, of that instance of its group."""
    items = SurveyItem.objects.filter(survey=survey, related_question_id=question_id, instance=instance)
    return items.exists()


@record
class StoredAnswer:
    """A stored answer: its plain text, the chosen answers' ids, whether it has attachments, and the id of its item."""

    text: str = ""
    answer_ids: list[int] = field(default_factory=list)
    has_attachments: bool = False
    item_id: int = 0


def items_mark(*, survey_id: int) -> tuple[int, int]:
    """Return the number of items of the survey and the id of the newest one; zeros without items. One query."""
    return next(((count, newest) for count, newest in _ITEMS_MARK.values(survey_id)), (0, 0))


_ITEMS_MARK: Final = Prepared[SurveyItem](
    "number and newest item of a survey",
    1,
    lambda survey_id: (
        SurveyItem.objects.filter(survey_id=survey_id)
        .order_by()
        .values("survey_id")
        .annotate(number=Count("pk"), newest=Max("pk"))
        .values_list("number", "newest")
    ),
)


def answers_given(*, survey_id: int) -> dict[int, StoredAnswer]:
    """Return the stored answers by answered question. One query."""
    given: dict[int, StoredAnswer] = {}
    for item_id, question_id, text, text_format, has_attachments, answer_id in _ANSWERS_GIVEN.values(
        survey_id
    ):
        stored = given.get(question_id)
        if stored is None:
            ids = [] if answer_id is None else [answer_id]
            given[question_id] = StoredAnswer(plain_text(text, text_format), ids, has_attachments, item_id)
        elif answer_id is not None:
            stored.answer_ids.append(answer_id)
    return given


_ANSWERS_GIVEN: Final = Prepared[SurveyItem](
    "answers of a survey",
    1,
    lambda survey_id: (
        SurveyItem.objects.filter(survey_id=survey_id)
        .order_by("pk", "answer_links__pk")
        .values_list(
            "pk",
            "related_question_id",
            "text",
            "text_format",
            "has_attachments",
            "answer_links__answer_id",
        )
    ),
)


@record
class StoredReply:
    """A stored answer with its value for rules, and the time when it was given."""

    answer: StoredAnswer
    reply: Any
    created: datetime


def replies_given(*, survey_id: int) -> dict[Place, StoredReply]:
    """Return the answers of the survey with their values for rules, by question and instance. One query."""
    given: dict[Place, StoredReply] = {}
    for columns in _REPLIES_GIVEN.values(survey_id):
        _add_reply(given, columns)
    return given


def replies_by_survey(*, survey_ids: Collection[int], using: str) -> dict[int, dict[Place, StoredReply]]:
    """Return the same for several surveys. One query."""
    items = SurveyItem.objects.using(using).filter(survey_id__in=survey_ids)
    rows = items.order_by("pk", "answer_links__pk").values_list("survey_id", *_REPLY_COLUMNS)
    given: dict[int, dict[Place, StoredReply]] = {}
    for survey_id, *columns in rows:
        _add_reply(given.setdefault(survey_id, {}), columns)
    return given


def replies_of(*, surveys: QuerySet[Survey]) -> Iterator[tuple[int, dict[Place, StoredReply]]]:
    """Yield the same for each of the surveys that has items, with its id, newest first. One query, streamed."""
    items = SurveyItem.objects.using(surveys.db).filter(survey__in=surveys.order_by())
    rows = items.order_by("-survey_id", "pk", "answer_links__pk").values_list("survey_id", *_REPLY_COLUMNS)
    for survey_id, of_survey in groupby(rows.iterator(), key=itemgetter(0)):
        given: dict[Place, StoredReply] = {}
        for _, *columns in of_survey:
            _add_reply(given, columns)
        yield survey_id, given


def _add_reply(given: dict[Place, StoredReply], columns: Sequence[Any]) -> None:
    item_id, question_id, instance, text, text_format, has_attachments, reply, created, answer_id = columns
    place = question_id, instance
    if place not in given:
        answer = StoredAnswer(plain_text(text, text_format), [], has_attachments, item_id)
        given[place] = StoredReply(answer, reply, created)
    if answer_id is not None:
        given[place].answer.answer_ids.append(answer_id)


_REPLY_COLUMNS: Final = (
    "pk",
    "related_question_id",
    "instance",
    "text",
    "text_format",
    "has_attachments",
    "reply",
    "created",
    "answer_links__answer_id",
)
_REPLIES_GIVEN: Final = Prepared[SurveyItem](
    "replies of a survey",
    1,
    lambda survey_id: (
        SurveyItem.objects.filter(survey_id=survey_id)
        .order_by("pk", "answer_links__pk")
        .values_list(*_REPLY_COLUMNS)
    ),
)


def chosen_answers(*, survey_id: int, items: Collection[SurveyItem]) -> dict[int, list[int]]:
    """Return the ids of the chosen answers by item of the survey, in the order in which they were sent. One query."""
    if len(items) == 1:
        rows = _CHOSEN_OF_ITEM.values(*(item.pk for item in items))
    else:
        rows = _CHOSEN_OF_SURVEY.values(survey_id)
    chosen: dict[int, list[int]] = {}
    for item_id, answer_id in rows:
        if item_id not in chosen:
            chosen[item_id] = []
        chosen[item_id].append(answer_id)
    return chosen


_CHOSEN_OF_ITEM: Final = Prepared[SurveyItemAnswer](
    "chosen answers of a survey item",
    1,
    lambda item_id: (
        SurveyItemAnswer.objects.filter(surveyitem_id=item_id)
        .order_by("pk")
        .values_list("surveyitem_id", "answer_id")
    ),
)
_CHOSEN_OF_SURVEY: Final = Prepared[SurveyItemAnswer](
    "chosen answers of a survey",
    1,
    lambda survey_id: (
        SurveyItemAnswer.objects.filter(surveyitem__survey_id=survey_id)
        .order_by("pk")
        .values_list("surveyitem_id", "answer_id")
    ),
)
