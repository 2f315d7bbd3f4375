"""The question that an answer of a member replied to, as they would be asked it, and the answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from typing import Any

from django.utils import timezone

from chat_api.chat.models import Message, UserThread
from chat_api.chat.script_context import context_for
from chat_api.engine import flow, flow_events
from chat_api.engine.given_answers import GivenAnswer, given_from_json
from chat_api.engine.judge import offering
from chat_api.engine.rules import Variables
from chat_api.engine.run_state import RunState
from chat_api.engine.script import CHOICE_TYPES
from chat_api.engine.script import Question as ScriptQuestion
from chat_api.lib.db.timezones import in_utc
from chat_api.lib.time_zones import time_zone_key
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.expression_context import logic_of
from chat_api.schemas.rendering import shown_question

Document = dict[str, Any]


def asked_document(
    member: UserThread, message: Message, before: tuple[RunState, Variables] | None
) -> Document:
    """Return what the member's answer `message` replied to.

    `before` are state and variables of the run at the question, None where they are not known: then the question is
    shown as the run stands now. The document has the question with the answers that it offered, the ids of the chosen
    answers and the text that was typed; `question` is null where the script no longer has it.
    """
    answered: Any = message.related_question
    member = _in_run_of(member, message, answered.schema)
    schema = compiled(answered.schema)
    question = schema.script.questions_by_id.get(answered.pk)
    linked = [link.answer_id for link in message.answer_links.all()]
    if question is None or question.id not in schema.question_documents:
        return {"question": None, "answers": sorted(linked), "text": _typed(message)}
    given = given_from_json(question, message.reply)
    chosen = set(linked) if given is None else {*linked, *given.chosen}
    shown = _shown(member, schema, question, message, before, chosen)
    return {
        "question": shown,
        "answers": [answer.id for answer in question.answers if answer.id in chosen],
        "text": _text(question, message, given, shown, chosen),
    }


def _in_run_of(member: UserThread, message: Message, schema: Any) -> UserThread:
    """Return the member as in the run of the message; a copy, never saved, if that is not the current one."""
    if message.run_id == member.run_id and member.schema_id == schema.pk:
        return member
    run = message.run
    past = copy(member)
    past.schema, past.run, past.question, past.values = schema, run, None, None
    if run is not None and run.schema_id == schema.pk:
        past.values, past.variables_pool = run.values, run.variables
    return past


def _shown(
    member: UserThread,
    schema: CompiledSchema,
    question: ScriptQuestion,
    message: Message,
    before: tuple[RunState, Variables] | None,
    chosen: Collection[int],
) -> Document:
    state, variables = _now(member, schema, question, message) if before is None else before
    asked = flow_events.Asked(question, None, (), variables, message.instance)
    context = context_for(member, variables=variables, state=state, asked=asked)
    document = shown_question(schema, question.id, context)
    if state is None:
        return document
    offered = offering(state.logic, question, state.environment(variables)).answers
    # An answer that was chosen is shown, even if the run has made it impossible since.
    kept = {answer.id for answer in offered} | set(chosen)
    return {**document, "answers": [answer for answer in document["answers"] if answer["id"] in kept]}


def _now(
    member: UserThread, schema: CompiledSchema, question: ScriptQuestion, message: Message
) -> tuple[RunState | None, Variables]:
    """Return state and variables of the run as they are stored, in the round of the answer."""
    script, variables = schema.script, member.variables
    if not script.is_typed:
        return None, variables
    state = RunState.from_json(logic_of(script), member.values)
    state.at(in_utc(timezone.now()), time_zone_key(member.user))
    flow.stand_at(script, question, variables, rules=state, instance=message.instance)
    return state, variables


def _text(
    question: ScriptQuestion,
    message: Message,
    given: GivenAnswer | None,
    shown: Mapping[str, Any],
    chosen: Collection[int],
) -> str:
    """Return what was typed: beside chosen answers, the text without theirs."""
    if given is not None and given.is_skipped:
        return ""
    if question.type not in CHOICE_TYPES or not chosen:
        return _typed(message)
    if given is not None:
        return given.other or ""
    return _beside(
        message.plain_text, [answer["text"] for answer in shown["answers"] if answer["id"] in chosen]
    )


def _typed(message: Message) -> str:
    return message.plain_text if message.typed_text is None else message.typed_text


def _beside(text: str, choices: Iterable[str]) -> str:
    """Return the end of a stored answer, after the texts of its choices in any order; empty if there is none."""
    left = sorted(choices, key=len, reverse=True)
    while left:
        found = next((choice for choice in left if f"{text}, ".startswith(f"{choice}, ")), None)
        if found is None:
            return ""
        left.remove(found)
        text = text[len(found) + 2 :]
    return text
