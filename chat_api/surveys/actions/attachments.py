"""Adding, changing and removing attachments of items; each raises `InvalidInput` once the survey is submitted.

Where the item answers a question for files, the attachments are the answer: what is left of them is checked like a new
answer, `attachments`: REQUIRED if nothing is, and the state of the survey follows, also on `item.survey`. With
`confirm`, constraints that are warnings do not refuse it; an answer that was confirmed stays so.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.utils import timezone

from chat_api.attachments.drafts import AttachmentDraft, new_row, set_columns
from chat_api.attachments.sent_files import sent_files
from chat_api.attachments.sizes import refuse_above_bytes_max
from chat_api.engine.question_types.base import Reply
from chat_api.engine.script import QuestionType
from chat_api.lib.db.transactions import atomic
from chat_api.lib.errors import NON_FIELD, InvalidInput
from chat_api.schemas.compiled import compiled
from chat_api.settings import chat_settings
from chat_api.surveys.actions.flags import follow_answers
from chat_api.surveys.actions.items import accept, lock_item, update_state
from chat_api.surveys.answers import Answers
from chat_api.surveys.explaining import explanations_of
from chat_api.surveys.models import SurveyAttachment, SurveyItem
from chat_api.surveys.stored_answers import changing_answers


@atomic
def attach(*, item: SurveyItem, draft: AttachmentDraft, confirm: bool = False) -> SurveyAttachment:
    """Add an attachment to the item.

    Locks the survey. Raises `Survey.DoesNotExist`, `SurveyItem.DoesNotExist`, and `InvalidInput`: TOO_MANY
    above MESSAGE_ATTACHMENTS_MAX, MESSAGE_TOO_LARGE above MESSAGE_BYTES_MAX, and the errors that the type raises when
    it sets its columns.
    """
    _, current = lock_item(item)
    others = list(current.attachments.order_by("pk"))
    if len(others) >= chat_settings.MESSAGE_ATTACHMENTS_MAX:
        raise InvalidInput.field(NON_FIELD, "TOO_MANY")
    attachment = new_row(SurveyAttachment, draft)
    attachment.item = current
    set_columns(attachment, draft)
    refuse_above_bytes_max(current.text, current.meta, [*others, attachment])
    attachment.save(force_insert=True)
    _follow(current, [*others, attachment], confirm=confirm)
    return attachment


@atomic
def change_attachment(
    *, item: SurveyItem, attachment_id: int, draft: AttachmentDraft, confirm: bool = False
) -> SurveyAttachment:
    """Set the columns of an attachment of the item that the draft holds.

    Locks the survey. Raises `Survey.DoesNotExist`, `SurveyItem.DoesNotExist`, and
    `SurveyAttachment.DoesNotExist`; `InvalidInput`: MESSAGE_TOO_LARGE above MESSAGE_BYTES_MAX, and the errors that
    the type raises when it sets its columns.
    """
    _, current = lock_item(item)
    attached = list(current.attachments.order_by("pk"))
    attachment = _one_of(attached, attachment_id)
    columns = set_columns(attachment, draft)
    refuse_above_bytes_max(current.text, current.meta, attached)
    attachment.save(update_fields=columns)
    _follow(current, attached, confirm=confirm)
    return attachment


@atomic
def remove_attachment(*, item: SurveyItem, attachment_id: int, confirm: bool = False) -> None:
    """Delete an attachment of the item.

    Locks the survey. Raises `Survey.DoesNotExist`, `SurveyItem.DoesNotExist`, and
    `SurveyAttachment.DoesNotExist`.
    """
    _, current = lock_item(item)
    attached = list(current.attachments.order_by("pk"))
    attachment = _one_of(attached, attachment_id)
    attached.remove(attachment)
    _follow(current, attached, confirm=confirm)
    attachment.delete()


def _one_of(attached: Sequence[SurveyAttachment], attachment_id: int) -> SurveyAttachment:
    """Return the attachment with that id. Raises `SurveyAttachment.DoesNotExist`."""
    for attachment in attached:
        if attachment.pk == attachment_id:
            return attachment
    raise SurveyAttachment.DoesNotExist


def _follow(item: SurveyItem, attached: Sequence[SurveyAttachment], *, confirm: bool) -> None:
    """Store what follows from the attachments that the item has now. Raises `InvalidInput`."""
    had_attachments, item.has_attachments = item.has_attachments, bool(attached)
    if _answers_with_files(item):
        with changing_answers(item.survey, now=timezone.now()) as known:
            _judge(item, known, attached, confirm=confirm)
            item.save(update_fields=("has_attachments", "reply", "updated"))
            known.put(item)
            update_state(item.survey, known)
            follow_answers(item.survey, known, item_id=item.pk)
    elif item.has_attachments != had_attachments:
        SurveyItem.objects.filter(pk=item.pk).update(has_attachments=item.has_attachments)


def _judge(item: SurveyItem, known: Answers, attached: Sequence[SurveyAttachment], *, confirm: bool) -> None:
    """Set what rules read of the files on the item. Raises `InvalidInput`."""
    reply = Reply(item.plain_text, (), sent_files(attached))
    confirms = confirm or (isinstance(item.reply, dict) and item.reply.get("confirmed") is True)
    try:
        accept(known, item, reply, confirms=confirms)
    except InvalidInput as error:
        place = item.related_question_id, item.instance
        error.explain = partial(explanations_of, item.survey, place, reply, confirms=confirms, known=known)
        raise


def _answers_with_files(item: SurveyItem) -> bool:
    question = compiled(item.survey.schema).script.questions_by_id.get(item.related_question_id)
    return question is not None and question.type == QuestionType.FILE
