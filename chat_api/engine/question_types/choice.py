"""Questions with a list of answers: `choice` takes one of them, `multichoice` one or more."""

from __future__ import annotations

from typing import Final

from chat_api.engine.question_types.base import Errors, Reply, Validator
from chat_api.engine.script import Answer, Question, QuestionType


def validate_choice(question: Question, reply: Reply) -> tuple[Errors, tuple[Answer, ...]]:
    """Require exactly one of the offered answers."""
    errors, answers = _chosen_answers(question, reply)
    if len(reply.answer_ids) > 1:
        errors["answers"] = ["TOO_MANY"]
    return errors, answers


def validate_multichoice(question: Question, reply: Reply) -> tuple[Errors, tuple[Answer, ...]]:
    """Require at least one of the offered answers; an exclusive answer must be the only one."""
    errors, answers = _chosen_answers(question, reply)
    if "answers" not in errors and len(answers) > 1 and any(answer.exclusive for answer in answers):
        errors["answers"] = ["EXCLUSIVE"]
    return errors, answers


def _chosen_answers(question: Question, reply: Reply) -> tuple[Errors, tuple[Answer, ...]]:
    errors: Errors = {}
    if reply.text and not question.choice_open:
        errors["text"] = ["WRONG_STATE"]
    offered = {answer.id: answer for answer in question.answers}
    ids = reply.answer_ids
    if not ids:
        errors["answers"] = ["REQUIRED"]
    elif len(set(ids)) < len(ids) or not offered.keys() >= set(ids):
        errors["answers"] = ["WRONG_VALUE"]
    return errors, tuple(offered[pk] for pk in ids if pk in offered)


VALIDATORS: Final[dict[QuestionType, Validator]] = {
    QuestionType.CHOICE: validate_choice,
    QuestionType.MULTICHOICE: validate_multichoice,
}
