"""Texts that choose answers: typed lines of the text door, and texts of messages where the schema has `match_text`."""

from __future__ import annotations

from dataclasses import replace

from chat_api.chat.actions.drafts import Draft
from chat_api.chat.actions.run_states import state_of
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.choices import State
from chat_api.chat.models import UserThread
from chat_api.chat.script_context import context_for, language_for
from chat_api.engine.expressions.values import Value, text_of
from chat_api.engine.judge import default_of, offering
from chat_api.engine.question_types.choice import answers_with
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.run_state import RunState
from chat_api.engine.script import CHOICE_TYPES
from chat_api.engine.script import Question as ScriptQuestion
from chat_api.lib.errors import InvalidInput
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.rendering import TextContext
from chat_api.schemas.typed_choices import choice_in_text, is_skip_text


def understood(change: ThreadChange, member: UserThread, draft: Draft) -> Draft:
    """Return the draft with the answers that its text chooses, if it answers a question of the member's script.

    A typed line can also be the number of an answer in the prompt, skip the question, or be empty, which takes the
    default. Other texts choose answers only where the schema has `match_text`. Raises `InvalidInput`: `text` is
    AMBIGUOUS, or WRONG_VALUE if it chooses nothing.
    """
    if draft.answer_ids or draft.skip or member.schema is None:
        return draft
    if not (draft.is_typed or member.schema.match_text):
        return draft
    schema = compiled(member.schema)
    question = _question(member, schema, draft)
    if question is None or not question_type(question.type).is_answerable:
        return draft
    state = state_of(change, member, schema)
    text = draft.text.strip()
    if not text:
        return _with_default(member, question, draft, state) if draft.is_typed else draft
    context = context_for(member, language=language_for(member))
    skips = draft.is_typed and is_skip_text(schema, question, text, context)
    if question.type in CHOICE_TYPES:
        try:
            return _with_choice(schema, offered(member, question, state), draft, context, closed=skips)
        except InvalidInput:
            if not skips:
                raise
    return replace(draft, text="", skip=True) if skips else draft


def _question(member: UserThread, schema: CompiledSchema, draft: Draft) -> ScriptQuestion | None:
    """Return the question that the draft answers; None for those that `answers` refuses."""
    asked = draft.question_id if member.state == State.SCRIPTED_FE_CONTROLLED else member.question_id
    if draft.question_id not in (None, asked):
        return None
    return schema.script.questions_by_id.get(asked or 0)


def offered(member: UserThread, question: ScriptQuestion, state: RunState | None) -> ScriptQuestion:
    """Return the question with the answers that it offers to the member now."""
    return question if state is None else offering(state.logic, question, state.environment(member.variables))


def suggested(member: UserThread, question: ScriptQuestion, state: RunState | None) -> Value:
    """Return the default value of the question; None if there is none."""
    if state is None:
        return None
    return default_of(state.logic, question, state.environment(member.variables))


def _with_choice(
    schema: CompiledSchema, question: ScriptQuestion, draft: Draft, context: TextContext, *, closed: bool
) -> Draft:
    """Return the draft with the answers; with `closed`, a text that chooses nothing is not a free text."""
    asked = replace(question, choice_open=False) if closed else question
    found = choice_in_text(schema, asked, draft.text, context, numbers=draft.is_typed)
    return replace(draft, answer_ids=found.answer_ids, text=found.text)


def _with_default(
    member: UserThread, question: ScriptQuestion, draft: Draft, state: RunState | None
) -> Draft:
    value = suggested(member, question, state)
    if value is None:
        return draft
    if question.type not in CHOICE_TYPES:
        return replace(draft, text=text_of(value))
    answers = answers_with(offered(member, question, state), value)
    return replace(draft, answer_ids=tuple(answer.id for answer in answers))
