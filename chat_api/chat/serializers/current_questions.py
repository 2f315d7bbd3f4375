"""The current questions of members, with the answers that they suggest."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import prefetch_related_objects

from chat_api.chat.choices import State
from chat_api.chat.documents import Document
from chat_api.chat.models import UserThread
from chat_api.chat.script_context import answers_once, context_for, language_for, stored_state
from chat_api.engine.progress import progress_at
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.script import Question
from chat_api.engine.suggestions import suggestion
from chat_api.schemas.compiled import CompiledSchema, compiled
from chat_api.schemas.rendering import shown_question, with_default


def questions_of(rows: Sequence[UserThread], *, in_their_languages: bool = False) -> dict[int, Document]:
    """Return, by membership, the current question with its text and meta as that member sees them.

    It is in the language of the request or, without a request, `in_their_languages`.
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
        row.pk: _for_member(
            shown_question(
                schema,
                question_id,
                context_for(row, answers=answers, language=language_for(row) if in_their_languages else None),
            ),
            row,
            schema,
        )
        for row, schema, question_id in asked
        if question_id in schema.question_documents
    }


def _for_member(document: Document, member: UserThread, schema: CompiledSchema) -> Document:
    """Return the document of the member's current question with what it has for them.

    That is `default`, the answer that it suggests, if any, and `progress` where the script leads.
    """
    question = schema.script.questions_by_id.get(document["id"])
    if question is None:
        return document
    document = _with_default(document, question, member)
    if member.state != State.SCRIPTED:
        return document
    return {**document, "progress": progress_at(schema.script, question)}


def _with_default(document: Document, question: Question, member: UserThread) -> Document:
    if not (question.default or _is_prefilled(member)):
        return document
    state = stored_state(member)
    if state is None:
        return document
    value = suggestion(state, question, member.variables)
    return with_default(document, None if value is None else question_type(question.type).to_json(value))


def _is_prefilled(member: UserThread) -> bool:
    return isinstance(member.values, dict) and "prefill" in member.values
