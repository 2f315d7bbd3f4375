"""Typed texts that choose answers of a survey's questions, where its schema has `match_text`."""

from __future__ import annotations

from collections.abc import Sequence

from chat_api.engine.script import CHOICE_TYPES
from chat_api.lib.errors import InvalidInput
from chat_api.schemas.compiled import compiled
from chat_api.schemas.typed_choices import choice_in_text
from chat_api.surveys import validation
from chat_api.surveys.models import Survey
from chat_api.surveys.script_context import context_for


def matched(
    survey: Survey, question_id: int | None, answers: Sequence[int], text: str
) -> tuple[Sequence[int], str]:
    """Return the answers that the text of a new item chooses, and the text beside them; unchanged with answers.

    Raises `InvalidInput`: `text` is AMBIGUOUS, or WRONG_VALUE if it chooses nothing.
    """
    if answers or not survey.schema.match_text or not text.strip():
        return answers, text
    schema = compiled(survey.schema)
    question = schema.script.questions_by_id.get(question_id or 0)
    if question is None or question.type not in CHOICE_TYPES:
        return answers, text
    found = choice_in_text(schema, question, text, context_for(survey))
    return found.answer_ids, found.text


def new_item_problems(
    survey: Survey, question_id: int | None, answers: Sequence[int], text: str
) -> validation.Problems:
    """Return all errors of a request that answers a question, see `validation.request_problems`."""
    try:
        answers, text = matched(survey, question_id, answers, text)
    except InvalidInput as refusal:
        return {**refusal.errors, **validation.already_answered(survey, question_id or 0)}
    return validation.request_problems(survey, question_id, answers, text, is_new=True)
