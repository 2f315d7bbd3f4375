"""Sending, changing and deleting messages."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from chat_api.attachments.sizes import refuse_above_bytes_max
from chat_api.chat import selectors
from chat_api.chat.actions import answers, endings
from chat_api.chat.actions.deletion import remove
from chat_api.chat.actions.drafts import Draft, Sent
from chat_api.chat.actions.questions import question_message
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.actions.typed_lines import understood
from chat_api.chat.choices import Permission, State
from chat_api.chat.default_membership import default_membership
from chat_api.chat.models import IdempotencyKey, Message, UserThread
from chat_api.chat.script_context import context_for, language_for
from chat_api.engine.script import SILENT_TYPES, QuestionType
from chat_api.lib.db.transactions import atomic
from chat_api.lib.errors import NON_FIELD, Gone, InvalidInput
from chat_api.lib.text_formats import text_to_store
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.settings import chat_settings


def earlier_sending(*, author: UserThread, client_id: uuid.UUID) -> Sent | None:
    """Return what an earlier request with this client_id created. Raises `Gone` if that message was deleted since."""
    found = selectors.already_sent(user=author.user, thread_id=author.thread_id, client_id=client_id)
    if found is None:
        return None
    if isinstance(found, IdempotencyKey):
        return Sent(message=None, created=False, member=author)
    if found.deleted:
        raise Gone({"client_id": ["DELETED"]})
    answers = tuple(found.answer_links.order_by("answer__position").values_list("answer_id", flat=True))
    return Sent(message=found, created=False, member=author, answer_ids=answers)


@atomic
def send_message(*, author: UserThread, draft: Draft, previews: bool = False) -> Sent:
    """Post `draft` as `author` and advance the author's script, if there is one.

    `author` is the membership as the caller loaded it: if the script has moved since, the answer is rejected. A user
    who is not a member posts as `DEFAULT_USER_THREAD` permits and does not become one. With `previews` the result
    has the thread's preview for the author, where there is one. Locks the thread, then the author's membership. Raises
    `InvalidInput` (codes by field) and `Gone`; nothing is written then.
    """
    change, member = ThreadChange.open_by(author)
    member = member or _visitor(change, author)
    take_over(member, author)
    if draft.client_id is not None:
        earlier = earlier_sending(author=member, client_id=draft.client_id)
        if earlier is not None:
            return earlier
    if member.has_moved_since(author):
        raise InvalidInput.field("question", "ALREADY_ANSWERED")
    if draft.has_seen_asked and draft.asked_id != member.related_message_id:
        # A message is not an answer to a question that its author has not seen, nor to one that was asked again.
        raise InvalidInput.field("asked", "ALREADY_ANSWERED")
    errors = _break(change, member) if draft.break_state else {}
    try:
        sent = _post(change, member, draft)
    except InvalidInput as refusal:
        raise refusal.and_also(errors) from refusal
    if errors:
        raise InvalidInput(errors)
    preview = change.write(preview_for=member if previews and member.pk is not None else None)
    if member.pk is None:
        sent = replace(sent, member=default_membership(user=author.user, thread=change.thread))
    return replace(sent, messages=tuple(change.messages.new), preview=preview)


def _visitor(change: ThreadChange, author: UserThread) -> UserThread:
    """Return the default membership of a non-member. Raises `InvalidInput` for members who have just left."""
    if author.pk is not None:
        raise InvalidInput.field(NON_FIELD, "THREAD_IS_CLOSED")
    return default_membership(user=author.user, thread=change.thread, writes=True)


def take_over(member: UserThread, author: UserThread) -> None:
    """Reuse the caller's loaded `user` and `schema`; neither can change under the lock."""
    member.user = author.user
    if "schema" in author._state.fields_cache and author.schema_id == member.schema_id:
        member.schema = author.schema


def open_if_closed(change: ThreadChange, member: UserThread) -> None:
    """Open all closed members if this one is closed and has THREAD_REOPEN. Raises `InvalidInput` without it."""
    refuse_closed(member)
    if member.state == State.CLOSED:
        open_all(change)
        if member.pk is None:
            member.state = State.OPEN


def refuse_closed(member: UserThread) -> None:
    """Raise `InvalidInput` (THREAD_IS_CLOSED) if the member is closed and cannot reopen the thread."""
    if member.state == State.CLOSED and not member.may(Permission.THREAD_REOPEN):
        raise InvalidInput.field(NON_FIELD, "THREAD_IS_CLOSED")


def open_all(change: ThreadChange) -> None:
    """Open all closed members."""
    for other in change.members:
        if other.state == State.CLOSED:
            change.update(other, state=State.OPEN)
    change.note_thread_updated()


def _break(change: ThreadChange, member: UserThread) -> dict[str, list[str]]:
    if not member.may(Permission.THREAD_BREAK_STATE):
        return {"break_state": ["NO_PERMISSIONS"]}
    endings.break_all(change)
    return {}


def _post(change: ThreadChange, member: UserThread, draft: Draft) -> Sent:
    # Escaping turns a character into at most six bytes.
    if draft.meta is not None or 6 * len(draft.text) > chat_settings.MESSAGE_BYTES_MAX:
        # Checked again with the attachments, after the host's functions have processed them.
        refuse_above_bytes_max(text_to_store(draft.text)[0], draft.meta)
    open_if_closed(change, member)
    if member.state == State.SCRIPTED:
        return answers.answer_current(change, member, understood(change, member, draft))
    if member.state == State.SCRIPTED_FE_CONTROLLED:
        return answers.answer_any(change, member, understood(change, member, draft))
    if draft.is_typed:
        raise InvalidInput.field(NON_FIELD, "NO_CURRENT_QUESTION")
    return _post_plain(change, member, draft)


def _post_plain(change: ThreadChange, member: UserThread, draft: Draft) -> Sent:
    errors: dict[str, list[str]] = {}
    if draft.answer_ids:
        errors["answers"] = ["WRONG_STATE"]
    if draft.question_id is not None:
        question_error = _question_error(member, draft.question_id)
        if question_error:
            errors["question"] = [question_error]
        elif draft.text:
            errors["text"] = ["WRONG_STATE"]
    if errors:
        raise InvalidInput(errors)
    if draft.question_id is not None and member.schema is not None:
        message = _own_question(change, member, compiled(member.schema), draft.question_id, draft)
    else:
        text, text_format = text_to_store(draft.text)
        message = change.messages.add(
            Message(
                sender_id=member.user_id,
                text=text,
                text_format=text_format,
                type=draft.type,
                meta=draft.meta,
                client_id=draft.client_id,
            ),
            attachments=draft.attachments,
        )
    return Sent(message=message, created=True, member=member)


def _question_error(member: UserThread, question_id: int) -> str | None:
    if member.state != State.ASSISTED or member.schema is None:
        return "QUESTION_FROM_WRONG_SCHEMA"
    question = compiled(member.schema).script.questions_by_id.get(question_id)
    if question is None:
        return "QUESTION_FROM_WRONG_SCHEMA"
    is_never_shown = question.type in SILENT_TYPES or question.type == QuestionType.CONTROL
    return "NOT_A_QUESTION" if is_never_shown else None


def _own_question(
    change: ThreadChange, member: UserThread, schema: CompiledSchema, question_id: int, draft: Draft
) -> Message:
    message, attachments = question_message(
        schema,
        question_id,
        context_for(member, language=language_for(member)),
        sender_id=member.user_id,
    )
    message.client_id = draft.client_id
    return change.messages.add(message, attachments=[*attachments, *draft.attachments])


@atomic
def change_message(*, editor: UserThread, message_id: int, changes: dict[str, Any]) -> Message:
    """Set `text` and `meta` from `changes` and publish the event.

    Locks the thread. Raises `Message.DoesNotExist`, and `InvalidInput`: THREAD_IS_CLOSED for a closed editor,
    MESSAGE_TOO_LARGE above MESSAGE_BYTES_MAX, `text` USE_CORRECT for an answer that rules read.
    """
    change = ThreadChange.open(thread_id=editor.thread_id, actor_id=editor.user_id)
    open_if_closed(change, change.member(editor.user_id) or editor)
    message: Message = Message.objects.select_related("sender").get(pk=message_id, thread_id=editor.thread_id)
    if "text" in changes:
        if message.reply is not None:
            raise InvalidInput.field("text", "USE_CORRECT")
        message.text, message.text_format = text_to_store(changes["text"])
        message.typed_text = None
    if "meta" in changes:
        message.meta = changes["meta"]
    attached = message.attachments.all() if message.has_attachments else ()
    refuse_above_bytes_max(message.text, message.meta, attached)
    message.thread = change.thread
    message.updated = change.now
    message.save(update_fields=("text", "text_format", "typed_text", "meta", "updated"))
    change.rewrite(message)
    change.write()
    return message


@atomic
def delete_message(*, by: UserThread, message_id: int) -> None:
    """Soft-delete one message, with its unread rows; if it was a last message, the one before takes its place.

    Locks the thread. Raises `Message.DoesNotExist`.
    """
    change = ThreadChange.open(thread_id=by.thread_id, actor_id=by.user_id)
    message = Message.objects.filter(pk=message_id, thread_id=by.thread_id)
    if not message.exists():
        raise Message.DoesNotExist
    remove(change, message)
    change.write()
