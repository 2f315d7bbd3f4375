"""Lookups of the values that documents show in addition to columns, for many rows, in a constant number of queries.

`context` is always that of a serializer: `viewer` (else the user of `request`) is the reader, `thread_type` selects
the host's limits of messages, and the host's code that shows accounts and attachments gets all of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from django.db.models import prefetch_related_objects

from chat_api.attachments.documents import attachment_context
from chat_api.attachments.sizes import holder_bytes
from chat_api.chat import selectors
from chat_api.chat.choices import Notification, Permission
from chat_api.chat.documents import (
    AnyMessage,
    MemberContext,
    MessageContext,
    Reader,
    ThreadContext,
)
from chat_api.chat.member_previews import Crowd, ThreadPreview, crowds_of
from chat_api.chat.message_rows import rows_by_id, shown_by_rows
from chat_api.chat.models import Attachment, Message, UserThread
from chat_api.chat.serializers.attachments import AttachmentSerializer
from chat_api.chat.serializers.current_questions import questions_of
from chat_api.lib.rest.accounts import Accounts
from chat_api.lib.rest.selection import EVERYTHING, Selection
from chat_api.lib.rest.timestamps import timestamp_writer
from chat_api.settings import chat_settings

Context = Mapping[str, Any]


def reader_of(context: Context) -> Reader:
    """Return the reader of a response: `viewer` of the context, else the request's user."""
    limit = chat_settings.thread_switch((context.get("thread_type", ""), "LIMIT_FIELDS_TO"))
    return Reader(
        user=context["viewer"] if "viewer" in context else context["request"].user,
        context=context,
        timestamp=timestamp_writer(),
        accounts=Accounts(context),
        limit=None if limit is None else tuple(limit),
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """A selection for one kind of document: the fields to look up, and the selections inside of fields.

    Fields of which everything is selected have no entry in `inside`.
    """

    selection: Selection
    fields: frozenset[str]
    inside: Mapping[str, Selection]


_MESSAGE_FIELDS: Final = ("is_read", "sender_data", "attachments_data")
_THREAD_FIELDS: Final = ("unread", "users_data", "users_count", "last_message_data", "question_data", "title")


@lru_cache(maxsize=500)
def _message_plan(selection: Selection, limit: tuple[str, ...] | None) -> _Plan:
    if limit is not None:
        if "text" in limit:
            limit = (*limit, "highlight")
        kept = selection.cut_to(limit).only
        # An empty `only` would select everything, so a name that is not a field selects nothing.
        only = kept or frozenset({"id"}).intersection(limit) or frozenset({""})
        selection = Selection(only, selection.include)
    return _plan(selection, _MESSAGE_FIELDS)


@lru_cache(maxsize=500)
def _thread_plan(selection: Selection) -> _Plan:
    return _plan(selection, _THREAD_FIELDS)


def _plan(selection: Selection, names: Sequence[str]) -> _Plan:
    fields = frozenset(filter(selection.wants, names))
    inside = {name: selection.inside(name) for name in fields}
    return _Plan(selection, fields, {name: chosen for name, chosen in inside.items() if chosen != EVERYTHING})


def message_context(
    messages: Sequence[AnyMessage],
    *,
    reader: Reader,
    selection: Selection = EVERYTHING,
    unread: Collection[int] | None = None,
    attachments: Mapping[int, Sequence[Attachment]] | None = None,
) -> MessageContext:
    """Look up the values that the messages show to the reader.

    `unread` (the ids that the reader has not read) and `attachments` are given where the caller knows them.
    """
    plan = _message_plan(selection, reader.limit)
    if unread is None:
        ids = [message.pk for message in messages]
        unread = selectors.unread_among(user=reader.user, message_ids=ids) if "is_read" in plan.fields else ()
    if "attachments_data" not in plan.fields or not any(message.has_attachments for message in messages):
        attachments, attachment = {}, None
    else:
        attachments = attachments_of(messages) if attachments is None else attachments
        inside = plan.inside.get("attachments_data", EVERYTHING)
        attachment = attachment_context(AttachmentSerializer, reader.context, inside)
    senders = {}
    if "sender_data" in plan.fields:
        accounts = _accounts(reader, plan, "sender_data")
        sent = {message.sender_id: message for message in messages if message.sender_id is not None}
        senders = {pk: accounts.document(message.sender) for pk, message in sent.items()}
    return MessageContext(
        reader=reader,
        selection=plan.selection,
        unread=unread,
        senders=senders,
        attachments=attachments,
        attachment=attachment,
    )


def _accounts(reader: Reader, plan: _Plan, name: str) -> Accounts:
    inside = plan.inside.get(name)
    return reader.accounts if inside is None else Accounts(reader.context, inside)


def attachments_of(messages: Iterable[AnyMessage]) -> dict[int, list[Attachment]]:
    """Return, by message, the attachments in order; messages without attachments are left out."""
    holders = [message for message in messages if message.has_attachments]
    rows = [message.pk for message in holders if not isinstance(message, Message)]
    found: dict[int, list[Attachment]] = defaultdict(list)
    if rows:
        # The host's functions may use the object that an attachment belongs to.
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
    everything, wants = not shown.selection.only, shown.selection.wants
    return holder_bytes(
        message.text if everything or wants("text") else "",
        message.meta if everything or wants("meta") else None,
        shown.attachments.get(message.pk, ()),
    )


def thread_context(
    rows: Sequence[UserThread],
    *,
    reader: Reader,
    selection: Selection = EVERYTHING,
    just_made: Sequence[Message] = (),
    preview: ThreadPreview | None = None,
) -> ThreadContext:
    """Look up the values that the threads show to the reader; `rows` are the reader's memberships.

    Members without MESSAGES_READ get no last message and no unread messages. `just_made` are the messages that this
    request created. `preview` is that of the one thread, where the caller knows it.
    """
    plan = _thread_plan(selection)
    readable = [row for row in rows if row.may(Permission.MESSAGES_READ)]
    if not readable or "unread" not in plan.fields:
        unread_counts = {}
    elif preview is not None:
        unread_counts = {readable[0].thread_id: preview.unread}
    else:
        thread_ids = [row.thread_id for row in readable]
        unread_counts = selectors.unread_counts(user=reader.user, thread_ids=thread_ids)
    crowds: Mapping[int, Crowd] = {}
    if "users_data" in plan.fields or "users_count" in plan.fields:
        with_users = "users_data" in plan.fields
        if preview is not None and preview.crowd is not None:
            crowds = {rows[0].thread_id: preview.crowd}
        else:
            crowds = crowds_of(thread_ids=[row.thread_id for row in rows], with_users=with_users)
    last_messages: Mapping[int, AnyMessage] = {}
    last_message = None
    if readable and "last_message_data" in plan.fields:
        last_messages, unread = _last_messages(readable, reader.user, just_made)
        last_message = message_context(
            [*last_messages.values()],
            reader=reader,
            selection=plan.inside.get("last_message_data", EVERYTHING),
            unread=unread,
        )
    asked = [row for row in rows if row.question_id is not None] if "question_data" in plan.fields else ()
    return ThreadContext(
        reader=reader,
        selection=selection,
        unread=unread_counts,
        crowds=crowds,
        accounts=_accounts(reader, plan, "users_data"),
        last_messages=last_messages,
        last_message=last_message,
        questions=questions_of(asked) if asked else {},
    )


def columns_context(reader: Reader, *, selection: Selection, unread: Mapping[int, int]) -> ThreadContext:
    """Return the context of threads of which only columns and `unread`, by thread, are shown."""
    return ThreadContext(
        reader=reader,
        selection=selection,
        unread=unread,
        crowds={},
        accounts=reader.accounts,
        last_messages={},
        last_message=None,
        questions={},
    )


def _last_messages(
    rows: Sequence[UserThread], viewer: Any, just_made: Sequence[Message]
) -> tuple[Mapping[int, AnyMessage], Collection[int] | None]:
    """Return those last messages that are visible to the viewer, and which of them are unread, where that is known."""
    made = {message.pk: message for message in just_made}
    wanted: set[Any] = {row.last_message_id for row in rows}
    if made and wanted <= made.keys() and not chat_settings.has("CHAT_MESSAGE_FILTER_QUERYSET"):
        (row,) = rows
        found = {pk: made[pk] for pk in wanted if pk is not None}
        return found, set(found) if row.is_notified_by(Notification.UNREAD) else ()
    if shown_by_rows() and not chat_settings.has("CHAT_MESSAGE_USER_FILTER"):
        plain = rows_by_id(ids=wanted - {None}, reader=viewer)
        return {row.pk: row for row in plain}, {row.pk for row in plain if row.unread_id is not None}
    return selectors.last_messages(user=viewer, ids=wanted), None


def without_hidden_last_messages(shown: ThreadContext, *, viewer: Any) -> ThreadContext:
    """Return the context without the last messages that the host's filters hide from another viewer."""
    visible = selectors.last_messages(user=viewer, ids=shown.last_messages)
    kept = {pk: message for pk, message in shown.last_messages.items() if pk in visible}
    return replace(shown, last_messages=kept)


def last_message_bytes(row: UserThread, shown: ThreadContext) -> int:
    """Return how many bytes the last message of a thread takes on a page."""
    message = shown.last_messages.get(row.last_message_id or 0)
    if message is None or shown.last_message is None:
        return 0
    return message_bytes(message, shown.last_message)


def member_context(requester: UserThread, *, reader: Reader, selection: Selection) -> MemberContext:
    """Return the context in which the requester sees members."""
    return MemberContext(
        requester=requester,
        reader=reader,
        selection=selection,
        accounts=Accounts(reader.context, selection.inside("users_data")),
    )
