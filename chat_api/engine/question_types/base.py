"""Replies to questions, before and after validation, and the interface of a question type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chat_api.engine.script import Answer, Question

#: Error codes by field: `text`, `answers` or `question`.
Errors = dict[str, list[str]]
#: Validates a stripped reply; returns all errors and the chosen answers, in the order given.
Validator = Callable[[Question, "Reply"], "tuple[Errors, tuple[Answer, ...]]"]


@dataclass(frozen=True, slots=True)
class Reply:
    """An unvalidated reply: a text and the ids of the chosen answers, in the order given."""

    text: str = ""
    answer_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedReply:
    """An accepted reply.

    `text` is stripped, and a number is in plain notation; `typed` is the stripped text as typed, where it differs.
    `answers` are the chosen answers, in the order given.
    """

    text: str
    answers: tuple[Answer, ...] = ()
    typed: str | None = None

    def stored_text(
        self, escape: Callable[[str], str], shown: Callable[[Answer], str] = lambda answer: answer.text
    ) -> str:
        """Return the text of the message: the chosen answers' texts and the escaped typed text, joined by commas.

        `shown` returns the text of an answer as it was shown to the member.
        """
        typed = [escape(self.text)] if self.text else []
        return ", ".join([shown(answer) for answer in self.answers] + typed)


class AnswerRefused(ValueError):
    """The reply does not answer the question; `errors` has the codes by field."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(errors)
        self.errors = errors


def validate_typed(is_valid: Callable[[Question, str], bool], *, blank: str) -> Validator:
    """Return a validator for questions that are answered by a text alone; `blank` is the code for an empty one."""

    def validate(question: Question, reply: Reply) -> tuple[Errors, tuple[Answer, ...]]:
        errors: Errors = {}
        if reply.answer_ids:
            errors["answers"] = ["WRONG_STATE"]
        if not reply.text:
            errors["text"] = [blank]
        elif not is_valid(question, reply.text):
            errors["text"] = ["WRONG_VALUE"]
        return errors, ()

    return validate
