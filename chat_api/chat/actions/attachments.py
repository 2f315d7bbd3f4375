"""Adding, changing and removing attachments of existing messages.

Attachments of an answer to a question for files are the answer, see `file_answers`; `confirm` confirms its warnings.
"""

from __future__ import annotations

from collections.abc import Sequence

from chat_api.attachments.drafts import AttachmentDraft, new_row, set_columns
from chat_api.attachments.sizes import refuse_above_bytes_max
from chat_api.chat.actions.file_answers import follow_attachments
from chat_api.chat.actions.messages import open_if_closed
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.models import Attachment, Message, UserThread
from chat_api.lib.db.transactions import atomic
from chat_api.lib.errors import NON_FIELD, InvalidInput
from chat_api.settings import chat_settings


@atomic
def attach(
    *, author: UserThread, message_id: int, draft: AttachmentDraft, confirm: bool = False
) -> Attachment:
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
    _write(change, message, [*others, attachment], confirm=confirm)
    return attachment


@atomic
def change_attachment(
    *,
    editor: UserThread,
    message_id: int,
    attachment_id: int,
    draft: AttachmentDraft,
    confirm: bool = False,
) -> Attachment:
    """Set the draft's fields of an attachment and publish that the message changed.

    Locks the thread. Raises `Message.DoesNotExist`, `Attachment.DoesNotExist`, and `InvalidInput`:
    THREAD_IS_CLOSED for a closed editor, MESSAGE_TOO_LARGE above MESSAGE_BYTES_MAX, and the errors of the attachment
    type's last step.
    """
    change, message = _ready(editor, message_id)
    attached = list(message.attachments.order_by("pk"))
    attachment = _one_of(attached, attachment_id)
    columns = set_columns(attachment, draft)
    refuse_above_bytes_max(message.text, message.meta, attached)
    attachment.save(update_fields=columns)
    _write(change, message, attached, confirm=confirm)
    return attachment


@atomic
def remove_attachment(*, by: UserThread, message_id: int, attachment_id: int, confirm: bool = False) -> None:
    """Delete an attachment and publish that the message changed. Closed members are permitted to do so.

    Locks the thread. Raises `Message.DoesNotExist`, `Attachment.DoesNotExist`, and `InvalidInput` if what is left does
    not answer the question for files that the message answers.
    """
    change, message = _open(by, message_id)
    attached = list(message.attachments.order_by("pk"))
    attachment = _one_of(attached, attachment_id)
    attached.remove(attachment)
    _write(change, message, attached, confirm=confirm)
    attachment.delete()


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
    others = list(message.attachments.order_by("pk"))
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


def _one_of(attached: Sequence[Attachment], attachment_id: int) -> Attachment:
    """Return the attachment with that id. Raises `Attachment.DoesNotExist`."""
    for attachment in attached:
        if attachment.pk == attachment_id:
            return attachment
    raise Attachment.DoesNotExist


def _write(change: ThreadChange, message: Message, attached: Sequence[Attachment], *, confirm: bool) -> None:
    """Store what follows from the attachments that the message has now. Raises `InvalidInput`."""
    follow_attachments(change, message, attached, confirm=confirm)
    has_attachments = bool(attached)
    if message.has_attachments != has_attachments:
        message.has_attachments = has_attachments
        # `updated` stays: it is the timestamp of the message's own text and meta.
        Message.objects.filter(pk=message.pk).update(has_attachments=has_attachments)
    change.note_changed(message)
    change.write()
