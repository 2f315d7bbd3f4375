"""Steps of a script that ask nothing: a `control` is confirmed, a `message` or `fork` cannot be answered."""

from __future__ import annotations

from typing import Final

from chat_api.engine.question_types.base import Errors, Reply, Validator
from chat_api.engine.script import Answer, Question, QuestionType


def validate_confirmation(question: Question, reply: Reply) -> tuple[Errors, tuple[Answer, ...]]:
    """Accept any reply; chosen answers are ignored."""
    return {}, ()


def refuse_reply(question: Question, reply: Reply) -> tuple[Errors, tuple[Answer, ...]]:
    """Reject every reply."""
    return {"question": ["NOT_A_QUESTION"]}, ()


VALIDATORS: Final[dict[QuestionType, Validator]] = {
    QuestionType.CONTROL: validate_confirmation,
    QuestionType.MESSAGE: refuse_reply,
    QuestionType.FORK: refuse_reply,
}
