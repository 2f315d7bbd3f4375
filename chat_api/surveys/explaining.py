"""Refused answers of surveys in words."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from chat_api.engine.question_types.base import AnswerRefused, Reply
from chat_api.lib.errors import InvalidInput
from chat_api.schemas.compiled import compiled
from chat_api.schemas.explanations import explanations
from chat_api.surveys import validation
from chat_api.surveys.answers import Answers
from chat_api.surveys.instances import Place
from chat_api.surveys.models import Survey
from chat_api.surveys.script_context import context_for
from chat_api.surveys.stored_answers import answers_of
from chat_api.surveys.typed_texts import understood


def explanations_of(
    survey: Survey, place: Place, reply: Reply, *, confirms: bool, known: Answers | None = None
) -> list[dict[str, Any]]:
    """Return the explanations of an answer that would be refused now; none if it would be accepted.

    See `schemas.explanations`. `known` are the other answers; without it, it takes one query. It always takes those of
    the texts' context.
    """
    schema = compiled(survey.schema)
    question_id, instance = place
    if validation.question_problems(schema.script, question_id):
        return []
    question = schema.script.questions_by_id[question_id]
    known = known or answers_of(survey, now=timezone.now())
    try:
        reply = understood(survey, known, place, reply)
        known.judged(question, reply, confirms=confirms, instance=instance)
    except InvalidInput as error:
        return [] if error.explain is None else error.explain()
    except AnswerRefused as refusal:
        return explanations(
            schema, question_id, context_for(survey, place), refusal, is_blank=not reply.text.strip()
        )
    return []
