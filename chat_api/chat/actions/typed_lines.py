"""Texts that choose answers: typed lines of the text door, and texts of messages where the schema has `match_text`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chat_api.chat.actions.drafts import Draft
from chat_api.chat.actions.rounds import go_to_round, is_of_other_round
from chat_api.chat.actions.run_states import state_of
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.choices import State
from chat_api.chat.models import UserThread
from chat_api.chat.script_context import context_at, language_for
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.judge import offering
from chat_api.engine.logic import Logic
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.rules import Variables
from chat_api.engine.run_state import RunState
from chat_api.engine.script import CHOICE_TYPES
from chat_api.engine.script import Question as ScriptQuestion
from chat_api.engine.suggestions import reply_with, suggestion_in
from chat_api.lib.errors import InvalidInput
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.explanations import add_explanation
from chat_api.schemas.models import Schema
from chat_api.schemas.rendering import TextContext
from chat_api.schemas.typed_choices import choice_in_text, is_skip_text


def understood(change: ThreadChange, member: UserThread, draft: Draft) -> Draft:
    """Return the draft with the answers that its text chooses, if it answers a question of the member's script.

    A typed line can also be the number of an answer in the prompt, skip the question, or be empty, which takes the
    default. Other texts choose answers only where the schema has `match_text`. Raises `InvalidInput`: `text` is
    AMBIGUOUS, or WRONG_VALUE if it chooses nothing; the errors of `go_to_round`.
    """
    if member.schema is None or not _chooses(member.schema, draft):
        return draft
    schema = compiled(member.schema)
    question = _question(member, schema, draft)
    if question is None:
        return draft
    state = state_of(change, member, schema)
    if member.state == State.SCRIPTED_FE_CONTROLLED:
        go_to_round(member, schema, question, draft, state)
    elif is_of_other_round(question, draft, state):
        # `answers` refuses it.
        return draft
    return understood_as(member, schema, question, draft, state)


def understood_as(
    member: UserThread,
    schema: CompiledSchema,
    question: ScriptQuestion,
    draft: Draft,
    state: RunState | None,
    variables: Variables | None = None,
) -> Draft:
    """Return the draft as an answer to this question, see `understood`.

    `variables` are those at the question, by default the member's. Raises `InvalidInput`.
    """
    if not question_type(question.type).is_answerable or member.schema is None:
        return draft
    if not _chooses(member.schema, draft):
        return draft
    place = _Place(question, None, None)
    if state is not None:
        environment = state.environment(member.variables if variables is None else variables)
        place = _Place(offering(state.logic, question, environment), state.logic, environment)
    text = draft.text.strip()
    if not text:
        return _with_default(place, draft) if draft.is_typed else draft
    context = context_at(member, question, state, language=language_for(member))
    skips = draft.is_typed and is_skip_text(schema, question, text, context)
    if question.type in CHOICE_TYPES:
        try:
            return _with_choice(schema, place.question, draft, context, closed=skips)
        except InvalidInput as error:
            if not skips:
                add_explanation(error, schema, question, context_at(member, question, state))
                raise
    return replace(draft, text="", skip=True) if skips else draft


@dataclass(frozen=True, slots=True)
class _Place:
    """A question with the answers that it offers, and what its rules see; both None without names."""

    question: ScriptQuestion
    logic: Logic | None
    environment: Environment | None


def _chooses(schema: Schema, draft: Draft) -> bool:
    """Return whether the text of the draft can choose answers."""
    return not draft.answer_ids and not draft.skip and (draft.is_typed or schema.match_text)


def _question(member: UserThread, schema: CompiledSchema, draft: Draft) -> ScriptQuestion | None:
    """Return the question that the draft answers; None for those that `answers` refuses."""
    asked = draft.question_id if member.state == State.SCRIPTED_FE_CONTROLLED else member.question_id
    if draft.question_id not in (None, asked):
        return None
    return schema.script.questions_by_id.get(asked or 0)


def _with_choice(
    schema: CompiledSchema, question: ScriptQuestion, draft: Draft, context: TextContext, *, closed: bool
) -> Draft:
    """Return the draft with the answers; with `closed`, a text that chooses nothing is not a free text."""
    asked = replace(question, choice_open=False) if closed else question
    found = choice_in_text(schema, asked, draft.text, context, numbers=draft.is_typed)
    return replace(draft, answer_ids=found.answer_ids, text=found.text)


def _with_default(place: _Place, draft: Draft) -> Draft:
    if place.logic is None or place.environment is None:
        return draft
    value = suggestion_in(place.logic, place.question, place.environment)
    if value is None:
        return draft
    reply = reply_with(place.question, value)
    return replace(draft, text=reply.text, answer_ids=reply.answer_ids)
