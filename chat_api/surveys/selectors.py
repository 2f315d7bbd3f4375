"""Reading surveys. What could leak goes through these functions and no other way."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from chat_api.lib.rest.relations import ID_MAX, can_be_key
from chat_api.schemas.models import Answer, Question, Schema
from chat_api.settings import chat_settings
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyCreation, SurveyItem


def find_survey(*, survey_id: int, with_people: bool = False) -> Survey | None:
    """Give the survey with its schema; None where there is none. Whose it may be is for permissions."""
    if survey_id > ID_MAX:
        return None
    along = ("schema", "user", "automated_sender") if with_people else ("schema",)
    return Survey.objects.select_related(*along).filter(pk=survey_id).first()


def creation_by(*, user: Any, client_id: Any) -> SurveyCreation | None:
    """Return what the user's earlier request with this client_id left, with its survey as it is shown."""
    along = ("survey__schema", "survey__user", "survey__automated_sender")
    return SurveyCreation.objects.select_related(*along).filter(user=user, client_id=client_id).first()


def surveys_of(*, user_id: Any) -> QuerySet[Survey]:
    """Give the user's surveys, the oldest first."""
    if not can_be_key(user_id):
        return Survey.objects.none()
    return Survey.objects.filter(user_id=user_id).order_by("pk")


def surveys_visible_to(*, user: Any) -> QuerySet[Survey]:
    """Give the global list's surveys: everybody's for staff or where the host says so, else one's own."""
    if getattr(user, "is_staff", False) or chat_settings.SURVEYS_GLOBAL_LIST_ALL:
        return Survey.objects.order_by("pk")
    return surveys_of(user_id=user.pk)


def with_people(surveys: QuerySet[Survey], *, owner: bool, automated_sender: bool) -> QuerySet[Survey]:
    """Fetch along the people that will be shown."""
    wanted = [
        name for name, is_wanted in (("user", owner), ("automated_sender", automated_sender)) if is_wanted
    ]
    return surveys.select_related(*wanted) if wanted else surveys


def items_of(*, survey_id: int) -> QuerySet[SurveyItem]:
    """Give the survey's items in the order in which they were answered."""
    return SurveyItem.objects.filter(survey_id=survey_id).order_by("pk")


def find_item(*, survey_id: int, item_id: int) -> SurveyItem | None:
    """Give the item with its sender, if it is of the survey."""
    if item_id > ID_MAX:
        return None
    return items_of(survey_id=survey_id).select_related("sender").filter(pk=item_id).first()


def questions_of_answers(*, answer_ids: Collection[int]) -> dict[int, int]:
    """Give the id of the question that each answer belongs to."""
    return dict(Answer.objects.filter(pk__in=answer_ids).values_list("pk", "question_id"))


def schemas_of_questions(*, question_ids: Collection[int]) -> dict[int, Schema]:
    """Give the schema that each question belongs to."""
    rows = Question.objects.filter(pk__in=question_ids).select_related("schema")
    return {question.pk: question.schema for question in rows}


def is_answered(*, survey: Survey, question_id: int) -> bool:
    """Say whether the survey has an item for the question."""
    return SurveyItem.objects.filter(survey=survey, related_question_id=question_id).exists()


def answers_given(*, survey_id: int) -> dict[int, tuple[str, list[int]]]:
    """Give the stored text and the chosen answers' ids by answered question's id, in one query."""
    rows = SurveyItem.objects.filter(survey_id=survey_id).order_by("pk", "answer_links__pk")
    given: dict[int, tuple[str, list[int]]] = {}
    for question_id, text, answer_id in rows.values_list(
        "related_question_id", "text", "answer_links__answer_id"
    ):
        chosen = given.setdefault(question_id, (text, []))[1]
        if answer_id is not None:
            chosen.append(answer_id)
    return given


def attachments_of(*, item: SurveyItem) -> QuerySet[SurveyAttachment]:
    """Give the item's attachments in the order in which they were made."""
    return SurveyAttachment.objects.filter(item=item).order_by("pk")


def attachment_of(*, item: SurveyItem, attachment_id: int) -> SurveyAttachment | None:
    """Give the attachment with its item, if it is one of the item's."""
    if attachment_id > ID_MAX:
        return None
    attachment = attachments_of(item=item).filter(pk=attachment_id).first()
    if attachment is not None:
        attachment.item = item
    return attachment


def place_of_attachment(*, attachment_id: int) -> tuple[int, int]:
    """Give the ids of the survey and the item that the attachment belongs to; zeros where there is none."""
    if attachment_id > ID_MAX:
        return 0, 0
    places = SurveyAttachment.objects.filter(pk=attachment_id).values_list("item__survey_id", "item_id")
    return places.first() or (0, 0)
