"""Answering the questions of a script, one at a time or in the order of the frontend."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from chat_api.chat.actions import scripts
from chat_api.chat.actions.drafts import Draft, Sent
from chat_api.chat.actions.questions import ask
from chat_api.chat.actions.replies import check_draft, reply_of
from chat_api.chat.actions.rounds import go_to_round, refuse_other_round
from chat_api.chat.actions.run_states import is_moved_by_host, rules_of, state_of, variables_kept
from chat_api.chat.actions.settling import settle_answer
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.actions.variables import around_answer
from chat_api.chat.models import IdempotencyKey, Message, UserThread
from chat_api.chat.script_context import context_at, language_for
from chat_api.chat.signals import chosen_answers_signal, question_answered
from chat_api.engine import flow, flow_events, led_by_frontend
from chat_api.engine.led_by_frontend import is_hidden
from chat_api.engine.question_types.base import CheckedReply
from chat_api.engine.run_state import RunState
from chat_api.engine.script import PASSED_TYPES, QuestionType
from chat_api.engine.script import Answer as ScriptAnswer
from chat_api.engine.script import Question as ScriptQuestion
from chat_api.lib.errors import NON_FIELD, InvalidInput
from chat_api.lib.text_formats import TextFormat, text_to_store
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.models import Answer
from chat_api.schemas.rendering import shown_question
from chat_api.settings import chat_settings


def answer_current(change: ThreadChange, member: UserThread, draft: Draft) -> Sent:
    """Answer the current question of the script, and advance it. Raises `InvalidInput`."""
    if member.schema is None or member.question_id is None:
        raise InvalidInput.field(NON_FIELD, "NO_CURRENT_QUESTION")
    schema = compiled(member.schema)
    question = schema.script.questions_by_id.get(member.question_id)
    if question is None:
        raise InvalidInput.field(NON_FIELD, "NO_CURRENT_QUESTION")
    if draft.question_id is not None and draft.question_id != question.id:
        raise InvalidInput.field("question", "ALREADY_ANSWERED")
    state = state_of(change, member, schema)
    refuse_other_round(question, draft, state)
    if question.type == QuestionType.CONTROL:
        return _confirm(change, member, schema, question, draft)
    checked = check_draft(member, question, draft, state)
    # The question may have been asked again since, before a rollback or a correction.
    asking = None if state is None else member.related_message_id
    message = add_answer(change, member, schema, question, draft, checked, asking=asking)
    if state is not None and state.has_kept:
        settle_answer(change, member, schema, state, checked, is_confirmed=draft.confirm)
    else:
        walk = _advance(change, member, schema, question, checked)
        scripts.follow(change, member, schema, walk, reply=message)
    return Sent(message=message, created=True, member=member, answer_ids=by_position(checked))


def answer_any(change: ThreadChange, member: UserThread, draft: Draft) -> Sent:
    """Answer the question that the frontend names: create its message, then the answer's.

    A repeated answer replaces the older one in the variables. Raises `InvalidInput`.
    """
    if member.schema is None or member.next_restart is not None:
        raise InvalidInput.field(NON_FIELD, "NO_CURRENT_QUESTION")
    if draft.question_id is None:
        raise InvalidInput.field("question", "REQUIRED")
    schema = compiled(member.schema)
    question = schema.script.questions_by_id.get(draft.question_id)
    if question is None:
        raise InvalidInput.field("question", "QUESTION_FROM_WRONG_SCHEMA")
    if question.type in PASSED_TYPES:
        raise InvalidInput.field("question", "NOT_A_QUESTION")
    state = state_of(change, member, schema)
    go_to_round(member, schema, question, draft, state)
    if question.type == QuestionType.CONTROL:
        return _confirm(change, member, schema, question, draft)
    if state is not None and is_hidden(state, question, member.variables):
        raise InvalidInput.field("question", "HIDDEN")
    checked = check_draft(member, question, draft, state)
    if state is not None:
        return _answer_any_typed(change, member, schema, question, draft, checked, state)
    around = around_answer(change, member, question.id)
    replaced, variables = None, member.variables
    if around is not None:
        replaced = flow.answer_again(question, checked, *around, only=variables_kept(change.thread.type))
        asked = replaced.asked
    else:
        asked, variables, failures = flow.ask_now(
            question, variables, only=variables_kept(change.thread.type)
        )
        scripts.log_failures(member, schema, failures)
    ask(change, member, schema, asked)
    message = add_answer(change, member, schema, question, draft, checked)
    walk = _advance(change, member, schema, question, checked, variables=variables, replaced=replaced)
    scripts.follow(change, member, schema, walk, reply=message)
    return Sent(message=message, created=True, member=member, answer_ids=by_position(checked))


def _answer_any_typed(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    question: ScriptQuestion,
    draft: Draft,
    checked: CheckedReply,
    state: RunState,
) -> Sent:
    state.confirms = draft.confirm
    state.answered(question, checked)
    only = variables_kept(change.thread.type)
    variables, failures = led_by_frontend.recompute(state, only=only)
    asked = flow_events.Asked(question, None, (), variables, state.round_of(question) or None)
    ask(change, member, schema, asked)
    message = add_answer(change, member, schema, question, draft, checked)
    replaced = flow.Replaced(asked, failures, variables)
    walk = _advance(change, member, schema, question, checked, replaced=replaced)
    scripts.follow(change, member, schema, walk, reply=message)
    return Sent(message=message, created=True, member=member, answer_ids=by_position(checked))


def by_position(checked: CheckedReply) -> tuple[int, ...]:
    """Return the chosen answers' ids in the order in which the question offers them, as they are shown."""
    return tuple(answer.id for answer in sorted(checked.answers, key=attrgetter("position")))


def _confirm(
    change: ThreadChange, member: UserThread, schema: CompiledSchema, question: ScriptQuestion, draft: Draft
) -> Sent:
    if draft.client_id is not None:
        change.store(IdempotencyKey(thread=change.thread, user_id=member.user_id, client_id=draft.client_id))
    _send_answered(change, member, question, None, ())
    state = state_of(change, member, schema)
    if state is not None and state.has_kept:
        settle_answer(change, member, schema, state, None)
    else:
        walk = _advance(change, member, schema, question, None)
        scripts.follow(change, member, schema, walk)
    return Sent(message=None, created=True, member=member)


def _text_to_store(
    member: UserThread,
    schema: CompiledSchema,
    question: ScriptQuestion,
    checked: CheckedReply,
    state: RunState | None,
) -> tuple[str, str]:
    """Return the text of an accepted answer as it is stored, with the chosen answers as shown, and its format.

    Chosen answers alone are what the author of the script wrote, and plain. Where something that a person typed is in
    the text, beside the answers or inserted into one, all of it is stored like a person's.
    """
    if not checked.answers:
        return text_to_store(checked.text)
    language = language_for(member)
    written = {
        answer["id"]: answer["text"]
        for answer in schema.in_language(language).question_documents[question.id]["answers"]
    }
    shown, is_own = written, not checked.text
    if any("{{" in written[answer.id] for answer in checked.answers):
        document = shown_question(schema, question.id, context_at(member, question, state, language=language))
        shown, is_own = {answer["id"]: str(answer["text"]) for answer in document["answers"]}, False
    text = checked.said(lambda answer: shown[answer.id])
    return (text, TextFormat.PLAIN) if is_own else text_to_store(text)


def add_answer(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    question: ScriptQuestion,
    draft: Draft,
    checked: CheckedReply,
    *,
    asking: int | None = None,
) -> Message:
    """Add the message of an accepted answer; `asking` is that of `replies.reply_of`."""
    state = state_of(change, member, schema)
    if state is not None:
        state.confirms = draft.confirm
    reply = reply_of(member, question, checked, state, now=change.now, asking=asking)
    text, text_format = _text_to_store(member, schema, question, checked, state)
    message = Message(
        sender_id=member.user_id,
        reply=reply,
        text=text,
        text_format=text_format,
        typed_text=checked.typed,
        type=draft.type,
        meta=draft.meta,
        related_question_id=question.id,
        instance=None if state is None else state.round_of(question) or None,
        client_id=draft.client_id,
    )
    _send_answered(change, member, question, message, by_position(checked))
    stored: Sequence[ScriptAnswer] = checked.answers
    if checked.answers and chat_settings.thread_switch(
        (change.thread.type, "SEND_SIGNAL_INSTEAD_ADDING_ANSWERS")
    ):
        stored = _worth_storing(change.thread.type, checked.answers)
        _send_chosen(change, message, checked.answers)
    return change.messages.add(
        message,
        answer_ids=[answer.id for answer in stored],
        attachments=draft.attachments,
        of=member,
    )


def _send_answered(
    change: ThreadChange,
    member: UserThread,
    question: ScriptQuestion,
    message: Message | None,
    answer_ids: tuple[int, ...],
) -> None:
    change.signal(
        question_answered,
        sender=Message,
        message=message,
        user_thread=member,
        question_id=question.id,
        answer_ids=answer_ids,
        user_id=change.actor_id,
    )


def _worth_storing(thread_type: str, answers: Sequence[ScriptAnswer]) -> list[ScriptAnswer]:
    limit = variables_kept(thread_type)
    return [
        answer
        for answer in answers
        if any(limit is None or modification.name in limit for modification in answer.modifications)
    ]


def _send_chosen(change: ThreadChange, message: Message, answers: Sequence[ScriptAnswer]) -> None:
    rows = Answer.objects.in_bulk([answer.id for answer in answers])
    chosen = [rows[answer.id] for answer in answers]
    change.signal(chosen_answers_signal, sender=Message, message=message, answers=chosen)


def _advance(
    change: ThreadChange,
    member: UserThread,
    schema: CompiledSchema,
    question: ScriptQuestion,
    checked: CheckedReply | None,
    *,
    variables: dict[str, float] | None = None,
    replaced: flow.Replaced | None = None,
) -> flow_events.Walk:
    return flow.answer(
        schema.script,
        question,
        checked,
        member.variables if variables is None else variables,
        repeat_from=scripts.repeat_from(change, member, schema),
        limit=chat_settings.SCRIPT_STEPS_MAX,
        silently=member.state == member.STATE_SCRIPTED_FE_CONTROLLED,
        stay=is_moved_by_host(change),
        replaced=replaced,
        only=variables_kept(change.thread.type),
        rules=rules_of(state_of(change, member, schema)),
        skip=checked is not None and checked.is_skipped,
    )
