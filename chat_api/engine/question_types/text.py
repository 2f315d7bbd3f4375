"""Questions for a text: anything that is not blank."""

from __future__ import annotations

from chat_api.engine.question_types.base import BaseQuestionType
from chat_api.engine.script import QuestionType


class TextQuestion(BaseQuestionType):
    """A text."""

    name = QuestionType.TEXT
    label = "Text"
    summary = "A text that is not empty."
    limits = frozenset({"min_length", "max_length", "pattern", "format", "also"})
