"""Lookups of what documents show besides columns, for many rows in a constant number of queries.

`context` is always that of a serializer: `viewer` (else the user of `request`) is the reader, `thread_type` selects
the host's limits of messages, and the host's code that shows accounts and attachments gets all of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

from django.db.models import prefetch_related_objects

from chat_api.attachments.documents import attachment_context
from chat_api.attachments.sizes import holder_bytes
from chat_api.chat import selectors
from chat_api.chat.choices import Notification, Permission
from chat_api.chat.documents import (
    AnyMessage,
    Document,
    MemberContext,
    MessageContext,
    ThreadContext,
    last_message_of,
)
from chat_api.chat.member_previews import Crowd, crowds_of
from chat_api.chat.models import Attachment, Message, UserThread
from chat_api.chat.script_context import answers_once, context_for, language_for
from chat_api.chat.serializers.attachments import AttachmentSerializer
from chat_api.lib.rest.accounts import Accounts
from chat_api.lib.rest.selection import EVERYTHING, Selection
from chat_api.lib.rest.timestamps import timestamp_writer
from chat_api.schemas.compiled import compiled
from chat_api.schemas.rendering import shown_question
from chat_api.settings import chat_settings

Context = Mapping[str, Any]


def viewer_of(context: Context) -> Any:
    """Return the reader: `viewer` of the context, else the request's user."""
    return context["viewer"] if "viewer" in context else context["request"].user


def message_selection(selection: Selection, context: Context) -> Selection:
    """Return the selection cut to the fields that LIMIT_FIELDS_TO permits for messages of this type of thread."""
    limit = chat_settings.thread_switch((context.get("thread_type", ""), "LIMIT_FIELDS_TO"))
    if limit is None:
        return selection
    if "text" in limit:
        limit = (*limit, "highlight")
    kept = selection.cut_to(limit).only
    # An empty `only` would select everything, so a name that is not a field selects nothing.
    return Selection(kept or frozenset({"id"}).intersection(limit) or frozenset({""}), selection.include)


def message_context(
    messages: Sequence[AnyMessage],
    *,
    context: Context,
    selection: Selection = EVERYTHING,
    unread: Collection[int] | None = None,
    attachments: Mapping[int, Sequence[Attachment]] | None = None,
) -> MessageContext:
    """Look up what the messages show to the viewer.

    `unread` (the ids that the viewer has not read) and `attachments` are given where the caller knows them.
    """
    viewer = viewer_of(context)
    selection = message_selection(selection, context)
    wants = selection.wants
    if unread is None:
        ids = [message.pk for message in messages]
        unread = selectors.unread_among(user=viewer, message_ids=ids) if wants("is_read") else ()
    if not wants("attachments_data"):
        attachments = {}
    elif attachments is None:
        attachments = attachments_of(messages)
    return MessageContext(
        reader=viewer,
        selection=selection,
        timestamp=timestamp_writer(),
        unread=unread,
        senders=_senders(messages, context, selection) if wants("sender_data") else {},
        attachments=attachments,
        attachment=attachment_context(AttachmentSerializer, context, selection.inside("attachments_data")),
    )


def _senders(messages: Iterable[AnyMessage], context: Context, selection: Selection) -> dict[Any, Any]:
    accounts = Accounts(context, selection.inside("sender_data"))
    senders = {message.sender_id: message for message in messages if message.sender_id is not None}
    return {pk: accounts.document(message.sender) for pk, message in senders.items()}


def attachments_of(messages: Iterable[AnyMessage]) -> dict[int, list[Attachment]]:
    """Return, by message, the attachments in their order; messages without any are left out."""
    holders = [message for message in messages if message.has_attachments]
    rows = [message.pk for message in holders if not isinstance(message, Message)]
    found: dict[int, list[Attachment]] = defaultdict(list)
    if rows:
        # A function of the host's may look at what an attachment hangs on.
        attachments = Attachment.objects.filter(message_id__in=rows).select_related("message__sender")
        for attachment in attachments.order_by("pk"):
            found[attachment.message_id].append(attachment)
    objects = [message for message in holders if isinstance(message, Message)]
    prefetch_related_objects(objects, "attachments")
    for message in objects:
        found[message.pk] = sorted(message.attachments.all(), key=attrgetter("pk"))
    return found


def message_bytes(message: AnyMessage, shown: MessageContext) -> int:
    """Return how many bytes a message takes on a page, counting only the parts whose size users decide."""
    wants = shown.selection.wants
    return holder_bytes(
        message.text if wants("text") else "",
        message.meta if wants("meta") else None,
        shown.attachments.get(message.pk, ()),
    )


def thread_context(
    rows: Sequence[UserThread],
    *,
    context: Context,
    selection: Selection = EVERYTHING,
    just_made: Sequence[Message] = (),
    unread_counts: Mapping[int, int] | None = None,
) -> ThreadContext:
    """Look up what the threads show to the viewer, whose memberships `rows` are.

    Members without MESSAGES_READ get no last message and no unread messages. `just_made` are the messages that this
    request created. `unread_counts` are by thread, where the caller knows them.
    """
    viewer, wants = viewer_of(context), selection.wants
    readers = [row for row in rows if row.may(Permission.MESSAGES_READ)]
    thread_ids = [row.thread_id for row in readers]
    if unread_counts is None or not readers:
        unread_counts = selectors.unread_counts(user=viewer, thread_ids=thread_ids) if wants("unread") else {}
    crowds: Mapping[int, Crowd] = {}
    if wants("users_data") or wants("users_count"):
        crowds = crowds_of(thread_ids=[row.thread_id for row in rows], with_users=wants("users_data"))
    last_messages: Mapping[int, Message] = {}
    unread: Collection[int] | None = ()
    if readers and wants("last_message_data"):
        last_messages, unread = _last_messages(readers, viewer, just_made)
    return ThreadContext(
        selection=selection,
        timestamp=timestamp_writer(),
        unread=unread_counts,
        crowds=crowds,
        accounts=Accounts(context, selection.inside("users_data")),
        last_messages=last_messages,
        last_message=message_context(
            [*last_messages.values()],
            context=context,
            selection=selection.inside("last_message_data"),
            unread=unread,
        ),
        questions=questions_of(rows) if wants("question_data") else {},
    )


def columns_context(context: Context, *, selection: Selection, unread: Mapping[int, int]) -> ThreadContext:
    """Return the context of threads of which only columns and `unread`, by thread, are shown."""
    return ThreadContext(
        selection=selection,
        timestamp=timestamp_writer(),
        unread=unread,
        crowds={},
        accounts=Accounts(context),
        last_messages={},
        last_message=message_context((), context=context, unread=()),
        questions={},
    )


def _last_messages(
    rows: Sequence[UserThread], viewer: Any, just_made: Sequence[Message]
) -> tuple[dict[int, Message], Collection[int] | None]:
    """Return those last messages that are visible to the viewer, and which of them are unread, where that is known."""
    made = {message.pk: message for message in just_made}
    wanted = {row.last_message_id for row in rows}
    if made and wanted <= made.keys() and not chat_settings.has("CHAT_MESSAGE_FILTER_QUERYSET"):
        (row,) = rows
        found = {pk: made[pk] for pk in wanted if pk is not None}
        return found, set(found) if row.hears_by(Notification.UNREAD) else ()
    return selectors.last_messages(user=viewer, ids=wanted), None


def without_hidden_last_messages(
    rows: Iterable[UserThread], shown: ThreadContext, *, viewer: Any
) -> ThreadContext:
    """Return the context without the last messages that the host's filters hide from another viewer."""
    found = [message.pk for row in rows if (message := last_message_of(row, shown)) is not None]
    visible = selectors.last_messages(user=viewer, ids=found)
    kept = {pk: message for pk, message in shown.last_messages.items() if pk in visible}
    return replace(shown, last_messages=kept)


def last_message_bytes(row: UserThread, shown: ThreadContext) -> int:
    """Return how many bytes the last message of a thread takes on a page."""
    message = last_message_of(row, shown)
    return 0 if message is None else message_bytes(message, shown.last_message)


def questions_of(rows: Sequence[UserThread], *, in_their_languages: bool = False) -> dict[int, Document]:
    """Return, by membership, the current question with its text and meta as that member sees them.

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


def member_context(requester: UserThread, *, context: Context, selection: Selection) -> MemberContext:
    """Return the context in which the requester sees members."""
    return MemberContext(
        requester=requester,
        selection=selection,
        timestamp=timestamp_writer(),
        accounts=Accounts(context, selection.inside("users_data")),
    )
