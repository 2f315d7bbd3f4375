"""Replies to a script's questions: checked, and as they are stored for its rules."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chat_api.attachments.sent_files import sent_files
from chat_api.chat.actions.drafts import Draft
from chat_api.chat.models import UserThread
from chat_api.chat.script_context import context_at
from chat_api.engine.given_answers import GivenAnswer, given_to_json
from chat_api.engine.judge import judge
from chat_api.engine.question_types.base import SKIPPED, AnswerRefused, CheckedReply, Reply
from chat_api.engine.question_types.registry import check_reply
from chat_api.engine.rules import Variables
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Question as ScriptQuestion
from chat_api.lib.db.timezones import in_utc
from chat_api.lib.errors import InvalidInput
from chat_api.lib.languages import notation_of
from chat_api.lib.time_zones import time_zone_key
from chat_api.schemas.compiled import compiled
from chat_api.schemas.explanations import explanations
from chat_api.schemas.rendering import TextContext


def check_draft(
    member: UserThread,
    question: ScriptQuestion,
    draft: Draft,
    state: RunState | None,
    variables: Variables | None = None,
) -> CheckedReply:
    """Return the draft as an accepted reply to the question; `state` is what the rules of the run see.

    `variables` are those at the question, by default the member's.

    Raises `InvalidInput` with codes by field.
    """
    if draft.skip:
        return _skipped(question, draft)
    reply = Reply(draft.text, draft.answer_ids, sent_files(draft.attachments))
    notation = notation_of(member.user)
    try:
        if state is None:
            return check_reply(question, reply, notation)
        environment = state.environment(member.variables if variables is None else variables)
        return judge(state.logic, question, reply, environment, notation=notation, confirms=draft.confirm)
    except AnswerRefused as refusal:
        # Where the run stands now, before anything else moves it.
        context = context_at(member, question, state)
        raise _explained(member, question, refusal, context, is_blank=not draft.text.strip()) from refusal


def _explained(
    member: UserThread,
    question: ScriptQuestion,
    refusal: AnswerRefused,
    context: TextContext,
    *,
    is_blank: bool,
) -> InvalidInput:
    error = InvalidInput(refusal.errors)

    def explain() -> list[dict[str, Any]]:
        if member.schema is None:
            return []
        return explanations(compiled(member.schema), question.id, context, refusal, is_blank=is_blank)

    error.explain = explain
    return error


def _skipped(question: ScriptQuestion, draft: Draft) -> CheckedReply:
    errors: dict[str, list[str]] = {}
    if question.skip is None:
        errors["skip"] = ["NOT_OFFERED"]
    if draft.text:
        errors["text"] = ["WRONG_STATE"]
    if draft.answer_ids:
        errors["answers"] = ["WRONG_STATE"]
    if errors:
        raise InvalidInput(errors)
    return SKIPPED


def reply_of(
    member: UserThread,
    question: ScriptQuestion,
    checked: CheckedReply,
    state: RunState | None,
    *,
    now: datetime,
    asking: int | None = None,
) -> dict[str, Any] | None:
    """Return the answer as it is stored; None where no rule reads it.

    `asking` is the id of the message that asked; without it, it is the latest to ask the question.
    """
    if state is None and not checked.is_skipped:
        return None
    zone = time_zone_key(member.user) if state is None else state.zone
    is_confirmed = state is not None and state.confirms
    given = GivenAnswer.of(checked, in_utc(now), zone, is_confirmed=is_confirmed)
    document = given_to_json(question, given)
    return document if asking is None else {**document, "asking": asking}
