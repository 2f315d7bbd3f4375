"""The answers that questions suggest, in the documents of threads."""

from __future__ import annotations

from chat_api.chat.documents import Document
from chat_api.chat.models import UserThread
from chat_api.chat.script_context import stored_state
from chat_api.engine.question_types.registry import question_type
from chat_api.engine.suggestions import suggestion
from chat_api.schemas import rendering
from chat_api.schemas.compiled import CompiledSchema


def with_default(document: Document, member: UserThread, schema: CompiledSchema) -> Document:
    """Return the document of the member's current question with `default`, the answer that it suggests, if any."""
    question = schema.script.questions_by_id.get(document["id"])
    if question is None or not (question.default or _is_prefilled(member)):
        return document
    state = stored_state(member)
    if state is None:
        return document
    value = suggestion(state, question, member.variables)
    return rendering.with_default(
        document, None if value is None else question_type(question.type).to_json(value)
    )


def _is_prefilled(member: UserThread) -> bool:
    return isinstance(member.values, dict) and "prefill" in member.values
