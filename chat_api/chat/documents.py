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
from chat_api.chat.choices import Permission, RunOutcome
from chat_api.chat.member_previews import NOBODY, Crowd
from chat_api.chat.message_rows import MessageRow
from chat_api.chat.models import Attachment, Message, ScriptRun, UserThread
from chat_api.engine.question_types.stored_values import value_to_json
from chat_api.engine.run_state import RunState
from chat_api.lib.rest.accounts import Accounts
from chat_api.lib.rest.selection import Selection, cut
from chat_api.lib.text_formats import format_of
from chat_api.raised_flags.documents import flag_document, results_document
from chat_api.raised_flags.models import Flag
from chat_api.schemas.compiled import compiled
from chat_api.schemas.expression_context import logic_of

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
class Reader:
    """The user to whom documents are shown, and the values that all documents of one response share."""

    user: Any
    #: The context that serializers and functions of the host receive.
    context: Mapping[str, Any]
    timestamp: Timestamp
    #: Show users with all their fields.
    accounts: Accounts
    #: The fields that LIMIT_FIELDS_TO permits for messages of this type of thread; None for all.
    limit: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class MessageContext:
    """Data of messages in addition to their columns, looked up for one reader; fields not selected are empty."""

    reader: Reader
    selection: Selection
    #: The ids of the messages that the reader has not read.
    unread: Collection[int]
    #: Documents of accounts, by the user's primary key.
    senders: Mapping[Any, Any]
    #: By the id of the message.
    attachments: Mapping[int, Sequence[Attachment]]
    #: None if there is nothing to show.
    attachment: AttachmentContext | None
    #: By the id of the message, its text with the matches marked; None if nothing was searched for.
    highlights: Mapping[int, str] | None = None


def message_document(message: AnyMessage, shown: MessageContext) -> Document:
    """Return the message as its reader sees it."""
    pk, sender_id, reader = message.pk, message.sender_id, shown.reader
    # Anonymous readers sent nothing, not even messages without a sender.
    is_own = sender_id is not None and sender_id == reader.user.pk
    document = {
        "related_question": message.related_question_id,
        "updated": reader.timestamp(message.updated),
        "meta": message.meta,
        "created": reader.timestamp(message.created),
        "is_read": is_own or pk not in shown.unread,
        "has_attachments": message.has_attachments,
        "thread": message.thread_id,
        "sender": sender_id,
        "id": pk,
        "text": message.text,
        "text_format": format_of(message.text_format, by_script=message.asks),
        "type": message.type,
        "sender_data": shown.senders.get(sender_id),
        "attachments_data": []
        if shown.attachment is None
        else [
            attachment_document(attachment, shown.attachment) for attachment in shown.attachments.get(pk, ())
        ],
        "is_own": is_own,
        "predecessor": message.predecessor_id,
        "client_id": None if message.client_id is None else str(message.client_id),
    }
    if message.instance is not None:
        document["instance"] = message.instance
    if isinstance(message, Message) and message.superseded:
        document["superseded"] = True
    if shown.highlights is not None:
        document["highlight"] = shown.highlights.get(pk, "")
    return shown.selection.of(document) if shown.selection.only else document


def sent_message_document(
    message: Message, shown: MessageContext, *, answer_ids: Sequence[int], thread: Callable[[], Document]
) -> Document:
    """Return a message just posted, with the chosen answers and the thread as its sender sees it now."""
    document, selection = message_document(message, shown), shown.selection
    if not selection.only or selection.wants("answers"):
        document["answers"] = list(answer_ids)
    if not selection.only or selection.wants("thread_data"):
        document["thread_data"] = thread()
    return document


@dataclass(frozen=True, slots=True)
class ThreadContext:
    """Data of threads in addition to the columns of the membership, looked up for one reader; see `MessageContext`."""

    reader: Reader
    selection: Selection
    #: By thread, how many messages the reader has not read; threads without any are left out.
    unread: Mapping[int, int]
    #: By thread.
    crowds: Mapping[int, Crowd]
    accounts: Accounts
    #: The visible last messages, by id, of the threads whose messages the reader can read.
    last_messages: Mapping[int, AnyMessage]
    #: None without last messages.
    last_message: MessageContext | None
    #: By membership, the current question with its text and meta as the member sees them.
    questions: Mapping[int, Document]


def _wants_thread(selection: Selection) -> bool:
    """Return whether a field is selected that the thread itself has, as opposed to the membership."""
    return selection.wants("title") or selection.wants("assigned_to")


def thread_document(row: UserThread, shown: ThreadContext) -> Document:
    """Return the thread as one member sees it: the member's own `UserThread`."""
    timestamp, selection = shown.reader.timestamp, shown.selection
    crowd = shown.crowds.get(row.thread_id, NOBODY)
    question, last = shown.questions.get(row.pk), shown.last_messages.get(row.last_message_id or 0)
    # The thread is another row, perhaps not loaded yet.
    thread = row.thread if not selection.only or _wants_thread(selection) else None
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
        "title": None if thread is None else thread.title,
        "users_data": shown.accounts.documents(crowd.users) if crowd.users else [],
        "users_count": crowd.count,
        "frequency_unit": row.frequency_unit,
        "frequency_value": row.frequency_value,
        "next_restart": None if row.next_restart is None else timestamp(row.next_restart),
        "automated_sender": row.automated_sender_id,
        "initial_question": row.initial_question_id,
        "repeat_until": None if row.repeat_until is None else timestamp(row.repeat_until),
        "question_data": None if question is None else cut(question, selection.inside("question_data")),
        "related_message": row.related_message_id,
        "last_message_data": None
        if last is None or shown.last_message is None
        else message_document(last, shown.last_message),
        "variables_pool": row.variables_pool,
        "paused": row.paused,
        "assigned_to": None if thread is None else thread.assigned_to_id,
    }
    if crowd.users is None:
        # Not selected, or more than THREAD_USERS_DATA_MAX.
        del document["users_data"]
    return selection.of(document) if selection.only else document


@dataclass(frozen=True, slots=True)
class MemberContext:
    """The user to whom members are shown: `requester` is their membership."""

    requester: UserThread
    reader: Reader
    selection: Selection
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
        "repeat_until": shown.reader.timestamp(row.repeat_until),
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
    return shown.selection.of(document) if shown.selection.only else document


def flag_event_document(flag: Flag, language: str | None) -> Document:
    """Return the data of the event of a flag that was raised in a run, its label in that language if translated."""
    member = None if flag.run is None else flag.run.user_thread
    return {
        "thread": None if member is None else member.thread_id,
        "run": flag.run_id,
        "user": None if member is None else member.user_id,
        **flag_document(flag, language),
    }


def run_document(run: ScriptRun, parts: Collection[str]) -> Document:
    """Return the run with those parts of its results; its membership, schema and, if shown, flags are loaded."""
    member = run.user_thread
    stored = member.values if run.finished is None and member.run_id == run.pk else run.values
    stored = stored if isinstance(stored, dict) else {}
    schema = compiled(run.schema)
    logic = logic_of(schema.script)
    return {
        "id": run.pk,
        "schema": run.schema_id,
        "user": member.user_id,
        "started": run.started,
        "finished": run.finished,
        "outcome": run.outcome,
        "final": run.outcome == RunOutcome.COMPLETED,
        **results_document(
            schema,
            values=lambda: RunState.from_json(logic, stored).values_outside(),
            scores=lambda: stored.get("scores", {}),
            flags=run.flags.all(),
            parts=parts,
        ),
        **(_instances(RunState.from_json(logic, stored)) if "values" in parts and logic.group_keys else {}),
    }


def _instances(state: RunState) -> Document:
    """Return the values of each round of the repeated groups."""
    found = {} if state.rounds is None else state.rounds.values_by_round()
    shown = {
        key: [
            {"instance": number, "values": {name: value_to_json(value) for name, value in values.items()}}
            for number, values in rounds
        ]
        for key, rounds in found.items()
    }
    return {"instances": shown}
