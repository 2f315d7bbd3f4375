"""Adding, changing and removing attachments of items; each raises `InvalidInput` once the survey is submitted."""

from __future__ import annotations

from chat_api.attachments.drafts import AttachmentDraft, new_row, set_columns
from chat_api.attachments.sizes import refuse_above_bytes_max
from chat_api.lib.db.locks import lock_row
from chat_api.lib.db.transactions import atomic
from chat_api.lib.errors import NON_FIELD, InvalidInput
from chat_api.settings import chat_settings
from chat_api.surveys import validation
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem


@atomic
def attach(*, item: SurveyItem, draft: AttachmentDraft) -> SurveyAttachment:
    """Add an attachment to the item.

    Locks the survey. Raises `Survey.DoesNotExist`, `SurveyItem.DoesNotExist`, and `InvalidInput`: TOO_MANY
    above MESSAGE_ATTACHMENTS_MAX, MESSAGE_TOO_LARGE above MESSAGE_BYTES_MAX, and the errors that the type raises when
    it sets its columns.
    """
    current = _locked(item)
    others = list(current.attachments.all())
    if len(others) >= chat_settings.MESSAGE_ATTACHMENTS_MAX:
        raise InvalidInput.field(NON_FIELD, "TOO_MANY")
    attachment = new_row(SurveyAttachment, draft)
    attachment.item = current
    set_columns(attachment, draft)
    refuse_above_bytes_max(current.text, current.meta, [*others, attachment])
    attachment.save(force_insert=True)
    _follow(current, has_attachments=True)
    return attachment


@atomic
def change_attachment(*, item: SurveyItem, attachment_id: int, draft: AttachmentDraft) -> SurveyAttachment:
    """Set the columns of an attachment of the item that the draft holds.

    Locks the survey. Raises `Survey.DoesNotExist`, `SurveyItem.DoesNotExist`, and
    `SurveyAttachment.DoesNotExist`; `InvalidInput`: MESSAGE_TOO_LARGE above MESSAGE_BYTES_MAX, and the errors that
    the type raises when it sets its columns.
    """
    current = _locked(item)
    attached = list(current.attachments.all())
    attachment = next((row for row in attached if row.pk == attachment_id), None)
    if attachment is None:
        raise SurveyAttachment.DoesNotExist
    columns = set_columns(attachment, draft)
    refuse_above_bytes_max(current.text, current.meta, attached)
    attachment.save(update_fields=columns)
    return attachment


@atomic
def remove_attachment(*, item: SurveyItem, attachment_id: int) -> None:
    """Delete an attachment of the item.

    Locks the survey. Raises `Survey.DoesNotExist`, `SurveyItem.DoesNotExist`, and
    `SurveyAttachment.DoesNotExist`.
    """
    current = _locked(item)
    current.attachments.get(pk=attachment_id).delete()
    _follow(current, has_attachments=current.attachments.exists())


def _locked(item: SurveyItem) -> SurveyItem:
    validation.refuse_submitted(lock_row(Survey, item.survey_id))
    return SurveyItem.objects.get(pk=item.pk)


def _follow(item: SurveyItem, *, has_attachments: bool) -> None:
    if item.has_attachments != has_attachments:
        SurveyItem.objects.filter(pk=item.pk).update(has_attachments=has_attachments)
