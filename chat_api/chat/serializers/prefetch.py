"""Getting ready what serializers show, for many objects in a constant number of queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import prefetch_related_objects

from chat_api.attachments.sizes import holder_bytes
from chat_api.chat import selectors
from chat_api.chat.choices import Notification, Permission
from chat_api.chat.member_previews import NOBODY, Crowd, crowds_of
from chat_api.chat.models import Message, UserThread
from chat_api.chat.script_context import answers_once, context_for, language_for
from chat_api.lib.rest.selection import Selection
from chat_api.schemas.compiled import compiled
from chat_api.schemas.rendering import shown_question
from chat_api.settings import chat_settings

Wants = Callable[[str], bool]

_EVERYTHING: Final = Selection()


def everything(_: str) -> bool:
    """Want every field."""
    return True


@dataclass(slots=True)
class ShownThread:
    """What a thread object shows besides the columns of the membership."""

    unread: int
    #: None where they are too many to be shown with the thread.
    users: Sequence[Any] | None
    users_count: int
    last_message: Message | None
    question: dict[str, Any] | None


def prepare_threads(
    rows: Sequence[UserThread],
    *,
    viewer: Any,
    selection: Selection = _EVERYTHING,
    just_made: Sequence[Message] = (),
) -> None:
    """Set `shown` of each membership (all of `viewer`'s); what is not selected costs no query.

    Members without MESSAGES_READ get no last message, and nothing is unread to them. `just_made` are the messages
    that this request made.
    """
    thread_ids = [row.thread_id for row in rows]
    wants = selection.wants
    readers = [row for row in rows if row.may(Permission.MESSAGES_READ)]
    read_ids = [row.thread_id for row in readers]
    counts = selectors.unread_counts(user=viewer, thread_ids=read_ids) if wants("unread") else {}
    crowds: dict[int, Crowd] = {}
    if wants("users_data") or wants("users_count"):
        crowds = crowds_of(thread_ids=thread_ids, with_users=wants("users_data"))
    lasts: dict[int, Message] = {}
    if readers and wants("last_message_data"):
        lasts = _last_messages(readers, viewer, selection.inside("last_message_data").wants, just_made)
    questions = questions_of(rows) if wants("question_data") else {}
    for row in rows:
        row.shown = ShownThread(
            unread=counts.get(row.thread_id, 0),
            users=crowds.get(row.thread_id, NOBODY).users,
            users_count=crowds.get(row.thread_id, NOBODY).count,
            last_message=lasts.get(row.last_message_id or 0) if row.may(Permission.MESSAGES_READ) else None,
            question=questions.get(row.pk),
        )


def hide_last_messages(rows: Sequence[UserThread], *, viewer: Any) -> None:
    """Take the last messages that the host's filters hide from `viewer` out of prepared threads."""
    ids = [row.shown.last_message.pk for row in rows if row.shown.last_message is not None]
    visible = selectors.last_messages(user=viewer, ids=ids)
    for row in rows:
        if row.shown.last_message is not None and row.shown.last_message.pk not in visible:
            row.shown.last_message = None


def _last_messages(
    rows: Sequence[UserThread], viewer: Any, wants: Wants, just_made: Sequence[Message]
) -> dict[int, Message]:
    made = {message.pk: message for message in just_made}
    wanted = {row.last_message_id for row in rows}
    if made and wanted <= made.keys() and not chat_settings.has("CHAT_MESSAGE_FILTER_QUERYSET"):
        (row,) = rows
        lasts = {pk: made[pk] for pk in wanted if pk is not None}
        unread = set(lasts) if row.hears_by(Notification.UNREAD) else set()
        prepare_messages(list(lasts.values()), viewer=viewer, wants=wants, unread=unread)
        return lasts
    lasts = selectors.last_messages(user=viewer, ids=wanted)
    prepare_messages(list(lasts.values()), viewer=viewer, wants=wants)
    return lasts


def questions_of(
    rows: Sequence[UserThread], *, in_their_languages: bool = False
) -> dict[int, dict[str, Any]]:
    """Give, by membership, the current question with its text and meta as that member sees them.

    It is in the language of the request, or, where there is none, `in_their_languages`.
    """
    asked = [
        (row, compiled(row.schema), row.question_id)
        for row in rows
        if row.question_id is not None and row.schema is not None
    ]
    answers = None
    if len(asked) > 1:
        dynamic = [
            row for row, schema, question_id in asked if schema.languages or question_id in schema.dynamic
        ]
        prefetch_related_objects(dynamic, "automated_sender")
        answers = answers_once(dynamic)
    return {
        row.pk: shown_question(
            schema,
            question_id,
            context_for(row, answers=answers, language=language_for(row) if in_their_languages else None),
        )
        for row, schema, question_id in asked
        if question_id in schema.question_documents
    }


def shown_bytes(wants: Wants, message: Message) -> int:
    """Return how many bytes a prepared message takes on a page, as far as it is as large as somebody made it."""
    attached = message.has_attachments and wants("attachments_data")
    return holder_bytes(
        message.text if wants("text") else "",
        message.meta if wants("meta") else None,
        message.attachments.all() if attached else (),
    )


def last_message_bytes(selection: Selection, row: UserThread) -> int:
    """Return how many bytes the last message of a prepared thread takes on a page."""
    if row.shown.last_message is None:
        return 0
    return shown_bytes(selection.inside("last_message_data").wants, row.shown.last_message)


def prepare_messages(
    messages: Sequence[Message],
    *,
    viewer: Any,
    wants: Wants = everything,
    unread: set[int] | None = None,
) -> None:
    """Set `shown_is_read` and load the attachments of each message; what is not wanted costs no query.

    `unread` are the ids that the viewer has not read, where the caller knows them.
    """
    if unread is None:
        ids = [message.pk for message in messages]
        unread = selectors.unread_among(user=viewer, message_ids=ids) if wants("is_read") else set()
    for message in messages:
        message.shown_is_read = message.sender_id == viewer.pk or message.pk not in unread
    if wants("attachments_data"):
        prefetch_related_objects([m for m in messages if m.has_attachments], "attachments")
