"""Adding, changing and removing attachments of existing messages."""

from __future__ import annotations

from chat_api.attachments.drafts import AttachmentDraft, new_row, set_columns
from chat_api.attachments.sizes import refuse_above_bytes_max
from chat_api.chat.actions.messages import open_if_closed
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.models import Attachment, Message, UserThread
from chat_api.lib.db.transactions import atomic
from chat_api.lib.errors import NON_FIELD, InvalidInput
from chat_api.settings import chat_settings


@atomic
def attach(*, author: UserThread, message_id: int, draft: AttachmentDraft) -> Attachment:
    """Add an attachment to the message and publish that the message changed.

    Locks the thread. Raises `Message.DoesNotExist`, and `InvalidInput`: THREAD_IS_CLOSED for a closed author,
    TOO_MANY above MESSAGE_ATTACHMENTS_MAX, MESSAGE_TOO_LARGE above MESSAGE_BYTES_MAX, and the errors of the
    attachment type's last step.
    """
    change, message, others = _ready_for_one_more(author, message_id)
    attachment = new_row(Attachment, draft)
    attachment.message = message
    set_columns(attachment, draft)
    refuse_above_bytes_max(message.text, message.meta, [*others, attachment])
    attachment.save(force_insert=True)
    _write(change, message, has_attachments=True)
    return attachment


@atomic
def change_attachment(
    *, editor: UserThread, message_id: int, attachment_id: int, draft: AttachmentDraft
) -> Attachment:
    """Set the draft's fields of an attachment and publish that the message changed.

    Locks the thread. Raises `Message.DoesNotExist`, `Attachment.DoesNotExist`, and `InvalidInput`:
    THREAD_IS_CLOSED for a closed editor, MESSAGE_TOO_LARGE above MESSAGE_BYTES_MAX, and the errors of the attachment
    type's last step.
    """
    change, message = _ready(editor, message_id)
    attached = list(message.attachments.all())
    attachment = next((row for row in attached if row.pk == attachment_id), None)
    if attachment is None:
        raise Attachment.DoesNotExist
    columns = set_columns(attachment, draft)
    refuse_above_bytes_max(message.text, message.meta, attached)
    attachment.save(update_fields=columns)
    _write(change, message, has_attachments=True)
    return attachment


@atomic
def remove_attachment(*, by: UserThread, message_id: int, attachment_id: int) -> None:
    """Delete an attachment and publish that the message changed. Closed members are permitted to do so.

    Locks the thread. Raises `Message.DoesNotExist`, `Attachment.DoesNotExist`.
    """
    change, message = _open(by, message_id)
    message.attachments.get(pk=attachment_id).delete()
    _write(change, message, has_attachments=message.attachments.exists())


@atomic
def refuse_attaching(*, author: UserThread, message_id: int, adding: bool) -> None:
    """Raise the errors of `attach` (`adding`) or `change_attachment` that do not depend on the attachment."""
    if adding:
        _ready_for_one_more(author, message_id)
    else:
        _ready(author, message_id)


def _ready_for_one_more(
    author: UserThread, message_id: int
) -> tuple[ThreadChange, Message, list[Attachment]]:
    change, message = _ready(author, message_id)
    others = list(message.attachments.all())
    if len(others) >= chat_settings.MESSAGE_ATTACHMENTS_MAX:
        raise InvalidInput.field(NON_FIELD, "TOO_MANY")
    return change, message, others


def _ready(member: UserThread, message_id: int) -> tuple[ThreadChange, Message]:
    change, message = _open(member, message_id)
    open_if_closed(change, change.member(member.user_id) or member)
    return change, message


def _open(member: UserThread, message_id: int) -> tuple[ThreadChange, Message]:
    change = ThreadChange.open(thread_id=member.thread_id, actor_id=member.user_id)
    return change, Message.objects.get(pk=message_id, thread_id=member.thread_id)


def _write(change: ThreadChange, message: Message, *, has_attachments: bool) -> None:
    if message.has_attachments != has_attachments:
        message.has_attachments = has_attachments
        # `updated` stays: it is the timestamp of the message's own text and meta.
        Message.objects.filter(pk=message.pk).update(has_attachments=has_attachments)
    change.note_changed(message)
    change.write()
