"""Steps of a script that ask nothing: a `control` is confirmed, the others cannot be answered."""

from __future__ import annotations

from chat_api.engine.expressions.values import Kind
from chat_api.engine.question_types.base import (
    AnswerRefused,
    BaseQuestionType,
    CheckedReply,
    Notation,
    Reply,
)
from chat_api.engine.question_types.limit_checks import Limits
from chat_api.engine.script import Question, QuestionType


class ControlStep(BaseQuestionType):
    """A confirmation."""

    name = QuestionType.CONTROL
    label = "Control"
    summary = "A confirmation: any reply, which is not stored."
    is_answerable = False
    kind = Kind.EMPTY
    control = "button"

    def check(self, question: Question, reply: Reply, notation: Notation, limits: Limits) -> CheckedReply:
        """Accept any reply; chosen answers are ignored."""
        return CheckedReply(reply.text)


class UnaskedStep(BaseQuestionType):
    """A step at which no script waits."""

    is_asked = False
    is_answerable = False
    kind: Kind | None = Kind.EMPTY
    control = "none"

    def check(self, question: Question, reply: Reply, notation: Notation, limits: Limits) -> CheckedReply:
        """Reject every reply."""
        raise AnswerRefused({"question": ["NOT_A_QUESTION"]})


class MessageStep(UnaskedStep):
    """A message."""

    name = QuestionType.MESSAGE
    label = "Message"
    summary = "Says its text; the script goes on at once."


class ForkStep(UnaskedStep):
    """A fork."""

    name = QuestionType.FORK
    label = "Fork"
    summary = "Is never shown; its rules choose the next question."


class CalculationStep(UnaskedStep):
    """A calculation."""

    name = QuestionType.CALCULATION
    label = "Calculation"
    summary = "Is never shown; its value is that of the expression in ``calculate``."
    kind = None
