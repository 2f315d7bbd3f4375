"""The current question of a member as plain text, for text messages, phone lines and agents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from chat_api.chat.choices import State
from chat_api.chat.models import Message, UserThread
from chat_api.chat.script_context import context_for, language_for, stored_state
from chat_api.engine.judge import limits_in, offering
from chat_api.engine.question_types.choice_texts import list_numbers
from chat_api.engine.question_types.registry import plain_limits, question_type
from chat_api.engine.run_state import RunState
from chat_api.engine.script import Question as ScriptQuestion
from chat_api.engine.suggestions import suggestion_in
from chat_api.lib.db.timezones import in_utc
from chat_api.lib.text_formats import plain_text
from chat_api.lib.time_zones import time_zone_key
from chat_api.schemas.compiled import compiled
from chat_api.schemas.rendering import shown_question

Document = dict[str, Any]


def prompt_document(member: UserThread) -> Document | None:
    """Return the question that the script asks the member now; None if there is none.

    Its text is that of the message that asked it. It has the answers that the question offers now, the text that offers
    to skip it, its default and what it expects; `prompt` has all that a reply needs, one line each.
    """
    if member.state != State.SCRIPTED or member.schema is None or member.question_id is None:
        return None
    schema = compiled(member.schema)
    question = schema.script.questions_by_id.get(member.question_id)
    if question is None:
        return None
    state = stored_state(member)
    question, expected, default = _as_it_stands(member, question, state)
    shown = shown_question(schema, question.id, context_for(member, language=language_for(member)))
    text = _asked_text(member, question)
    numbers, texts = list_numbers(question), {answer["id"]: answer["text"] for answer in shown["answers"]}
    document = {
        "question": question.id,
        "qid": question.qid,
        "type": question.type,
        "text": shown["text"] if text is None else text,
        "options": [{"number": numbers[answer.id], "text": texts[answer.id]} for answer in question.answers],
        "skip": shown.get("skip") or None,
        "default": default,
        "expected": expected,
    }
    if state is not None and (instance := state.round_of(question)):
        document["instance"] = instance
    return {**document, "prompt": "\n".join(_lines(document))}


def _lines(document: Document) -> Iterable[str]:
    yield document["text"]
    for option in document["options"]:
        yield f"{option['number']} {option['text']}"
    if document["skip"] is not None:
        yield document["skip"]


def _as_it_stands(
    member: UserThread, question: ScriptQuestion, state: RunState | None
) -> tuple[ScriptQuestion, Document, Any]:
    """Return the question with the answers that it offers now, what it expects, and its default, as JSON."""
    kind = question_type(question.type)
    if state is None:
        return question, kind.expected(question, plain_limits(question)), None
    state.at(in_utc(timezone.now()), time_zone_key(member.user))
    environment = state.environment(member.variables)
    expected = kind.expected(question, limits_in(state.logic, question, environment))
    default = suggestion_in(state.logic, question, environment)
    offered = offering(state.logic, question, environment)
    return offered, expected, None if default is None else kind.to_json(default)


def _asked_text(member: UserThread, question: ScriptQuestion) -> str | None:
    """Return the text of the message that asked the question; None without one."""
    if member.related_message_id is None:
        return None
    asked = Message.objects.filter(pk=member.related_message_id, related_question=question.id)
    found = asked.values_list("text", "text_format").first()
    return None if found is None else plain_text(*found, by_script=True)
