"""JSON documents of messages, threads and members, for every output: REST, sockets, events over HTTP.

Each is a plain function of a row and a frozen context. The context holds what was looked up beforehand for all rows
together (`chat_api.chat.serializers.document_contexts`); nothing here queries the database. The serializers in
`chat_api.chat.serializers.responses` describe the same fields for the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from chat_api.attachments.documents import AttachmentContext, attachment_document
from chat_api.chat.choices import Permission
from chat_api.chat.member_previews import NOBODY, Crowd
from chat_api.chat.message_rows import MessageRow
from chat_api.chat.models import Attachment, Message, UserThread
from chat_api.lib.rest.accounts import Accounts
from chat_api.lib.rest.selection import Selection, cut

Document = dict[str, Any]
#: A message, or a plain row with the same columns.
AnyMessage = Message | MessageRow
Timestamp = Callable[[datetime | None], Any]

#: The fields of a member that only a requester with THREAD_CONTROL_OTHERS can read and send.
CONTROL_KEYS: Final = (
    "automated_sender",
    "frequency_unit",
    "frequency_value",
    "repeat_until",
    "initial_question",
    "on_finish",
    "schema",
    "state",
)


@dataclass(frozen=True, slots=True)
class MessageContext:
    """Data of messages besides their columns, looked up for one reader; what is not selected is empty."""

    reader: Any
    selection: Selection
    timestamp: Timestamp
    #: The ids of the messages that the reader has not read.
    unread: Collection[int]
    #: Documents of accounts, by the user's primary key.
    senders: Mapping[Any, Any]
    #: By the id of the message.
    attachments: Mapping[int, Sequence[Attachment]]
    attachment: AttachmentContext
    #: By the id of the message, its text with the matches marked; None where nothing was searched for.
    highlights: Mapping[int, str] | None = None


def message_document(message: AnyMessage, shown: MessageContext) -> Document:
    """Return the message as its reader sees it."""
    pk, sender_id = message.pk, message.sender_id
    # Anonymous readers sent nothing, not even messages without a sender.
    is_own = sender_id is not None and sender_id == shown.reader.pk
    document = {
        "related_question": message.related_question_id,
        "updated": shown.timestamp(message.updated),
        "meta": message.meta,
        "created": shown.timestamp(message.created),
        "is_read": is_own or pk not in shown.unread,
        "has_attachments": message.has_attachments,
        "thread": message.thread_id,
        "sender": sender_id,
        "id": pk,
        "text": message.text,
        "type": message.type,
        "sender_data": shown.senders.get(sender_id),
        "attachments_data": [
            attachment_document(attachment, shown.attachment) for attachment in shown.attachments.get(pk, ())
        ],
        "is_own": is_own,
        "predecessor": message.predecessor_id,
        "client_id": None if message.client_id is None else str(message.client_id),
    }
    if shown.highlights is not None:
        document["highlight"] = shown.highlights.get(pk, "")
    return shown.selection.of(document)


def sent_message_document(
    message: Message, shown: MessageContext, *, answer_ids: Sequence[int], thread: Callable[[], Document]
) -> Document:
    """Return a message just posted, with the chosen answers and the thread as its sender sees it now."""
    document = message_document(message, shown)
    if shown.selection.wants("answers"):
        document["answers"] = list(answer_ids)
    if shown.selection.wants("thread_data"):
        document["thread_data"] = thread()
    return document


@dataclass(frozen=True, slots=True)
class ThreadContext:
    """Data of threads besides the columns of the membership, looked up for one reader; see `MessageContext`."""

    selection: Selection
    timestamp: Timestamp
    #: By thread, how many messages the reader has not read; threads without any are left out.
    unread: Mapping[int, int]
    #: By thread.
    crowds: Mapping[int, Crowd]
    accounts: Accounts
    #: By id, those last messages that are visible to the reader.
    last_messages: Mapping[int, Message]
    last_message: MessageContext
    #: By membership, the current question with its text and meta as the member sees them.
    questions: Mapping[int, Document]


def thread_document(row: UserThread, shown: ThreadContext) -> Document:
    """Return the thread as one member sees it: the member's own `UserThread`."""
    timestamp, crowd = shown.timestamp, shown.crowds.get(row.thread_id, NOBODY)
    document = {
        "id": row.thread_id,
        "type": row.type,
        "created": timestamp(row.created),
        "updated": timestamp(row.updated),
        "permissions": row.permissions or 0,
        "notifications": row.notifications or 0,
        "schema": row.schema_id,
        "state": row.state,
        "question": row.question_id,
        "unread": shown.unread.get(row.thread_id, 0),
        "on_finish": row.on_finish,
        # The thread is another row, perhaps not loaded yet.
        "title": row.thread.title if shown.selection.wants("title") else None,
        "users_data": shown.accounts.documents(crowd.users) if crowd.users else [],
        "users_count": crowd.count,
        "frequency_unit": row.frequency_unit,
        "frequency_value": row.frequency_value,
        "next_restart": timestamp(row.next_restart),
        "automated_sender": row.automated_sender_id,
        "initial_question": row.initial_question_id,
        "repeat_until": timestamp(row.repeat_until),
        "question_data": _question_document(row, shown),
        "related_message": row.related_message_id,
        "last_message_data": _last_message_document(row, shown),
        "variables_pool": row.variables_pool,
        "paused": row.paused,
    }
    if crowd.users is None:
        # Not selected, or more than THREAD_USERS_DATA_MAX.
        del document["users_data"]
    return shown.selection.of(document)


def _question_document(row: UserThread, shown: ThreadContext) -> Document | None:
    question = shown.questions.get(row.pk)
    if question is None:
        return None
    return cut(question, shown.selection.inside("question_data"))  # type: ignore[no-any-return]


def last_message_of(row: UserThread, shown: ThreadContext) -> Message | None:
    """Return the last message visible to the thread's reader; None where there is none, or it is not selected."""
    if row.last_message_id is None or not row.may(Permission.MESSAGES_READ):
        return None
    return shown.last_messages.get(row.last_message_id)


def _last_message_document(row: UserThread, shown: ThreadContext) -> Document | None:
    message = last_message_of(row, shown)
    return None if message is None else message_document(message, shown.last_message)


@dataclass(frozen=True, slots=True)
class MemberContext:
    """The user to whom members are shown: `requester` is their membership."""

    requester: UserThread
    selection: Selection
    timestamp: Timestamp
    accounts: Accounts


def member_document(row: UserThread, shown: MemberContext) -> Document:
    """Return the member as visible to the requester; those who control others also see how the script leads."""
    controls = shown.requester.may(Permission.THREAD_CONTROL_OTHERS)
    document = {
        "user": row.user_id,
        "permissions": row.permissions or 0,
        "users_data": shown.accounts.document(row.user) if shown.selection.wants("users_data") else None,
        "automated_sender": row.automated_sender_id,
        "frequency_unit": row.frequency_unit,
        "frequency_value": row.frequency_value,
        "repeat_until": shown.timestamp(row.repeat_until),
        "initial_question": row.initial_question_id,
        "on_finish": row.on_finish,
        "schema": row.schema_id,
        "state": row.state,
        "paused": row.paused,
    }
    hidden = () if controls else CONTROL_KEYS
    for name in hidden:
        del document[name]
    if not controls and not shown.requester.may(Permission.THREAD_BREAK_STATE):
        del document["paused"]
    return shown.selection.of(document)
