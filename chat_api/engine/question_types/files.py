"""Questions for files: the answer is what is attached to it."""

from __future__ import annotations

from chat_api.engine.expressions.values import Kind
from chat_api.engine.question_types.base import BaseQuestionType, CheckedReply, Errors, Notation, Reply
from chat_api.engine.question_types.limit_checks import Limits, Measured
from chat_api.engine.question_types.limits import broken
from chat_api.engine.script import Question, QuestionType


class FileQuestion(BaseQuestionType):
    """One or more files; a text beside them is a comment."""

    name = QuestionType.FILE
    label = "File"
    summary = "One or more attachments; the value is how many."
    kind = Kind.NUMBER
    limits = frozenset({"accept", "max_size", "max_files"})
    control = "file"

    def check(self, question: Question, reply: Reply, notation: Notation, limits: Limits) -> CheckedReply:
        """Require at least one attachment. Raises `AnswerRefused`."""
        errors: Errors = {}
        files = reply.attachments
        if reply.answer_ids:
            errors["answers"] = ["WRONG_STATE"]
        if not files:
            errors["attachments"] = ["REQUIRED"]
        elif limits and (codes := broken(self.limits, limits, Measured(len(files), files=files))):
            errors["attachments"] = codes
        if errors:
            raise self.refusal(question, errors, limits)
        return CheckedReply(reply.text, value=len(files))
