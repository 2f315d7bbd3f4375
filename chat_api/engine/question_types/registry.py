"""Registry of question types: one validator for each, one module for each kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chat_api.engine.question_types import choice, dates, numbers, steps, text
from chat_api.engine.question_types.base import AnswerRefused, CheckedReply, Reply, Validator
from chat_api.engine.question_types.number_texts import NumberFormat
from chat_api.engine.script import Question, QuestionType

#: Every type has its cases in `tests/engine/cases/question_types`.
VALIDATORS: Final[dict[QuestionType, Validator]] = {
    **choice.VALIDATORS,
    **dates.VALIDATORS,
    **numbers.VALIDATORS,
    **steps.VALIDATORS,
    **text.VALIDATORS,
}


def check_reply(
    question: Question, reply: Reply, number_format: Callable[[], NumberFormat | None] = lambda: None
) -> CheckedReply:
    """Validate a reply to the question.

    `number_format` returns that of the author's language; it is called only for a number that is ambiguous without it.
    Raises `AnswerRefused` with all errors.
    """
    typed = checked = reply.text.strip()
    if question.type in numbers.VALIDATORS:
        checked = numbers.in_plain_notation(typed, number_format)
    errors, answers = VALIDATORS[question.type](question, Reply(checked, reply.answer_ids))
    if errors:
        raise AnswerRefused(errors)
    return CheckedReply(checked, answers, None if typed == checked else typed)
