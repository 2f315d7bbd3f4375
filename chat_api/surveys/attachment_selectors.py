"""Queries for the attachments of survey items."""

from __future__ import annotations

from django.db.models import QuerySet

from chat_api.attachments.sent_files import sent_files
from chat_api.engine.question_types.limit_checks import File
from chat_api.lib.rest.relations import ID_MAX
from chat_api.surveys.models import SurveyAttachment, SurveyItem


def attachments_of(*, item: SurveyItem) -> QuerySet[SurveyAttachment]:
    """Return the attachments of the item, oldest first."""
    return SurveyAttachment.objects.filter(item=item).order_by("pk")


def files_of(*, item: SurveyItem) -> tuple[File, ...]:
    """Return the attachments of the item as the files of an answer. Takes no query if it has none."""
    return sent_files(attachments_of(item=item)) if item.has_attachments else ()


def attachment_of(*, item: SurveyItem, attachment_id: int) -> SurveyAttachment | None:
    """Return the attachment if it belongs to the item, or None."""
    if attachment_id > ID_MAX:
        return None
    attachment = attachments_of(item=item).filter(pk=attachment_id).first()
    if attachment is not None:
        attachment.item = item
    return attachment


def place_of_attachment(*, attachment_id: int) -> tuple[int, int]:
    """Return the ids of the survey and the item that the attachment belongs to; zeros without an attachment."""
    if attachment_id > ID_MAX:
        return 0, 0
    places = SurveyAttachment.objects.filter(pk=attachment_id).values_list("item__survey_id", "item_id")
    return places.first() or (0, 0)
