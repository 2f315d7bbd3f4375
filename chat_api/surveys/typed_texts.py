"""Typed texts that choose answers of a survey's questions, where its schema has `match_text`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chat_api.engine.question_types.base import CheckedReply, Reply
from chat_api.engine.script import CHOICE_TYPES, Question
from chat_api.lib.errors import InvalidInput
from chat_api.schemas.compiled import compiled
from chat_api.schemas.explanations import add_explanation
from chat_api.schemas.typed_choices import choice_in_text
from chat_api.surveys import validation
from chat_api.surveys.answers import Answers
from chat_api.surveys.instances import Place
from chat_api.surveys.models import Survey
from chat_api.surveys.script_context import context_for


def checked_answer(
    survey: Survey, known: Answers, place: Place, reply: Reply, *, confirms: bool
) -> tuple[Sequence[int], validation.Problems, CheckedReply | None]:
    """Check a new answer as `known.check` does, after its text has chosen among the answers that are offered now.

    The chosen answers come first. With errors nothing is accepted.
    """
    try:
        reply = understood(survey, known, place, reply)
    except InvalidInput as refusal:
        return reply.answer_ids, {**refusal.errors}, None
    return (reply.answer_ids, *known.check(place, reply, confirms=confirms))


def understood(survey: Survey, known: Answers, place: Place, reply: Reply) -> Reply:
    """Return a new reply with the answers that its text chooses among those that are offered now.

    Raises `InvalidInput`: `text` is AMBIGUOUS, or WRONG_VALUE if it chooses nothing.
    """
    question = _chooses(survey, place[0], reply)
    if question is None:
        return reply
    try:
        return _matched(survey, known.offered(question, place[1]), place[1], reply)
    except InvalidInput as error:
        add_explanation(error, compiled(survey.schema), question, context_for(survey, place))
        raise


def new_item_problems(
    survey: Survey, question_id: int | None, reply: Reply, *, instance: int = 0
) -> validation.Problems:
    """Return all errors of a request that answers a question, see `validation.request_problems`."""
    question = _chooses(survey, question_id, reply)
    if question is not None:
        if any(answer.show_if for answer in question.answers):
            # Which answers are offered depends on others; `checked_answer` finds out under the lock.
            return {}
        try:
            reply = _matched(survey, question, instance, reply)
        except InvalidInput as refusal:
            return {**refusal.errors, **validation.already_answered(survey, question.id)}
    return validation.request_problems(survey, question_id, reply, is_new=True)


def _chooses(survey: Survey, question_id: int | None, reply: Reply) -> Question | None:
    """Return the question if the text of its new item chooses answers; with answers, it stays a text."""
    if reply.answer_ids or not survey.schema.match_text or not reply.text.strip():
        return None
    question = compiled(survey.schema).script.questions_by_id.get(question_id or 0)
    return question if question is not None and question.type in CHOICE_TYPES else None


def _matched(survey: Survey, question: Question, instance: int, reply: Reply) -> Reply:
    """Return the reply with those of the question's answers that its text chooses, and the text beside them.

    Raises `InvalidInput`: `text` is AMBIGUOUS, or WRONG_VALUE if it chooses nothing.
    """
    context = context_for(survey, (question.id, instance))
    found = choice_in_text(compiled(survey.schema), question, reply.text, context)
    return replace(reply, answer_ids=tuple(found.answer_ids), text=found.text)
