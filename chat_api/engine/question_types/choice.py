"""Questions with a list of answers: `choice` takes one of them, `multichoice` one or more."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from chat_api.engine.expressions.values import Kind, Value, kind_of
from chat_api.engine.question_types.base import BaseQuestionType, CheckedReply, Errors, Notation, Reply
from chat_api.engine.question_types.limit_checks import Limits, Measured
from chat_api.engine.question_types.limits import broken
from chat_api.engine.script import Answer, Question, QuestionType


class _Choices(BaseQuestionType):
    offers_answers = True

    def check(self, question: Question, reply: Reply, notation: Notation, limits: Limits) -> CheckedReply:
        """Require answers that the question offers, and a text only with `choice_open`. Raises `AnswerRefused`."""
        errors: Errors = {}
        if reply.text and not question.choice_open:
            errors["text"] = ["WRONG_STATE"]
        ids = reply.answer_ids
        answers = _chosen(question, ids)
        if not ids:
            errors["answers"] = ["REQUIRED"]
        elif len(answers) < len(ids):
            errors["answers"] = ["WRONG_VALUE"]
        if limits or len(ids) > 1:
            self.check_number(errors, reply, answers, limits)
        if errors:
            raise self.refusal(question, errors, limits)
        return CheckedReply(reply.text, answers, None, self.value_of(answers), reply.text or None)

    def check_number(self, errors: Errors, reply: Reply, answers: tuple[Answer, ...], limits: Limits) -> None:
        """Add the errors of answers that cannot be chosen together; a single one without limits is not asked about."""
        raise NotImplementedError


class ChoiceQuestion(_Choices):
    """One of the answers."""

    name = QuestionType.CHOICE
    label = "Choice"
    summary = "One of the answers; with ``choice_open`` also a text."
    kind = None
    control = "radio"

    def check_number(self, errors: Errors, reply: Reply, answers: tuple[Answer, ...], limits: Limits) -> None:
        """Require at most one answer."""
        if len(reply.answer_ids) > 1:
            errors["answers"] = ["TOO_MANY"]

    def value_of(self, answers: tuple[Answer, ...]) -> Value:
        """Return what stands for the chosen answer."""
        only = answers[0]
        return only.text if only.value is None else only.value

    def kind_of(self, question: Question) -> Kind | None:
        """Return the kind of the answers' values, if it is the same for all."""
        kinds = {kind_of(code_of(answer)) for answer in question.answers}
        return kinds.pop() if len(kinds) == 1 else None


class MultichoiceQuestion(_Choices):
    """One or more of the answers."""

    name = QuestionType.MULTICHOICE
    label = "Multiple choice"
    summary = "One or more of the answers, an ``exclusive`` one only alone; with ``choice_open`` also a text."
    kind = Kind.LIST
    limits = frozenset({"min_selected", "max_selected"})
    control = "checkboxes"

    def check_number(self, errors: Errors, reply: Reply, answers: tuple[Answer, ...], limits: Limits) -> None:
        """Require an exclusive answer to be the only one, and apply the limits of several."""
        if "answers" in errors:
            return
        is_exclusive = any(answer.exclusive for answer in answers)
        if is_exclusive and len(answers) > 1:
            errors["answers"] = ["EXCLUSIVE"]
        elif limits and not is_exclusive:
            codes = broken(self.limits, limits, Measured(None, chosen=len(answers)))
            if codes:
                errors["answers"] = codes

    def value_of(self, answers: tuple[Answer, ...]) -> Value:
        """Return what stands for the chosen answers, in the order of the question."""
        return tuple(code_of(answer) for answer in sorted(answers, key=attrgetter("position")))


def _chosen(question: Question, ids: tuple[int, ...]) -> tuple[Answer, ...]:
    """Return the answers of the question with these ids, in the order of the ids."""
    if len(ids) == 1:
        # Nearly all replies choose one answer.
        only = ids[0]
        for answer in question.answers:
            if answer.id == only:
                return (answer,)
        return ()
    wanted = set(ids)
    answers = [answer for answer in question.answers if answer.id in wanted]
    return tuple(sorted(answers, key=lambda answer: ids.index(answer.id)))


def code_of(answer: Answer) -> Value:
    """Return what stands for the answer in expressions: its value, else its text as the author wrote it."""
    return answer.text if answer.value is None else answer.value


def weight_of(answers: Sequence[Answer]) -> float | None:
    """Return what the answers count for in scores, together; None if none of them counts."""
    if len(answers) == 1:
        return weight_of_one(answers[0])
    weights = [weight for answer in answers if (weight := weight_of_one(answer)) is not None]
    return sum(weights) if weights else None


def weight_of_one(answer: Answer) -> float | None:
    """Return what the answer counts for in scores: its weight, else its value if that is a number."""
    if answer.weight is not None:
        return answer.weight
    value = answer.value
    return None if isinstance(value, (str, bool)) else value
