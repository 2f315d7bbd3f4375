"""What each type of question takes as an answer: one validator a type, in a registry."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from dateutil import parser as dateutil_parser

from chat_api.engine.question_types.number_texts import (
    LENGTH_MAX,
    PLAIN,
    NumberFormat,
    is_open_to_doubt,
    read_number,
)
from chat_api.engine.script import Answer, Question, QuestionType

Errors = dict[str, list[str]]
Validator = Callable[[Question, "Reply"], "tuple[Errors, tuple[Answer, ...]]"]

#: A longer text is no date.
_VALUE_MAX: Final = 100
_NUMBER_TYPES: Final = frozenset({QuestionType.INT, QuestionType.FLOAT, QuestionType.RANGE})
_INT: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
#: What stands for a year in strptime's formats.
_YEARS: Final = ("%Y", "%y", "%G", "%c", "%x", "%D", "%F")
#: Fills in what a date leaves out, so that the same text always means the same.
_DEFAULT_DATE: Final = datetime(2000, 1, 1)  # noqa: DTZ001  (only whether the text can be read counts)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came as the answer: a text and the ids of chosen answers, in the order given."""

    text: str = ""
    answer_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedReply:
    """An accepted reply: the text (stripped; a number in plain notation) and the answers chosen, in the order given.

    `typed` is the text as it was typed (stripped), where that is another one.
    """

    text: str
    answers: tuple[Answer, ...] = ()
    typed: str | None = None

    def stored_text(
        self, escape: Callable[[str], str], shown: Callable[[Answer], str] = lambda answer: answer.text
    ) -> str:
        """Give the text of a message: the answers' texts, then the typed one `escape`d, joined by commas.

        `shown` gives an answer's text as the member saw it.
        """
        typed = [escape(self.text)] if self.text else []
        return ", ".join([shown(answer) for answer in self.answers] + typed)


class AnswerRefused(ValueError):
    """The reply does not answer the question; `errors` maps `text` and `answers` to codes."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(errors)
        self.errors = errors


def check_reply(question: Question, reply: Reply, numbers: NumberFormat | None = None) -> CheckedReply:
    """Accept the reply; `numbers` is how the writer's language writes numbers, where that decides.

    Raises `AnswerRefused` with everything that is wrong with it, at once.
    """
    typed = text = reply.text.strip()
    if question.type in _NUMBER_TYPES:
        text = read_number(typed, numbers) or typed
    errors, answers = VALIDATORS[question.type](question, Reply(text, reply.answer_ids))
    if errors:
        raise AnswerRefused(errors)
    return CheckedReply(text, answers, None if typed == text else typed)


def needs_language(question: Question, text: str) -> bool:
    """Return whether the language of the writer decides what number the text is."""
    return question.type in _NUMBER_TYPES and is_open_to_doubt(text.strip())


def _choice(question: Question, reply: Reply) -> tuple[Errors, tuple[Answer, ...]]:
    errors, answers = _chosen(question, reply)
    if len(reply.answer_ids) > 1:
        errors["answers"] = ["TOO_MANY"]
    return errors, answers


def _multichoice(question: Question, reply: Reply) -> tuple[Errors, tuple[Answer, ...]]:
    errors, answers = _chosen(question, reply)
    if "answers" not in errors and len(answers) > 1 and any(answer.exclusive for answer in answers):
        errors["answers"] = ["EXCLUSIVE"]
    return errors, answers


def _chosen(question: Question, reply: Reply) -> tuple[Errors, tuple[Answer, ...]]:
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


def _typed(accepts: Callable[[Question, str], bool], *, blank: str) -> Validator:
    def validate(question: Question, reply: Reply) -> tuple[Errors, tuple[Answer, ...]]:
        errors: Errors = {}
        if reply.answer_ids:
            errors["answers"] = ["WRONG_STATE"]
        if not reply.text:
            errors["text"] = [blank]
        elif not accepts(question, reply.text):
            errors["text"] = ["WRONG_VALUE"]
        return errors, ()

    return validate


def _is_date(question: Question, text: str) -> bool:
    if len(text) > _VALUE_MAX:
        return False
    wanted = question.meta.get("format") if isinstance(question.meta, dict) else None
    try:
        if wanted == "iso":
            return _ISO[question.type](text)
        if isinstance(wanted, str) and wanted:
            has_year = any(directive in wanted for directive in _YEARS)
            # Without a year Python takes 1900, which has no 29 February, and warns.
            datetime.strptime(  # noqa: DTZ007  (only whether the text can be read counts)
                text if has_year else f"2000 {text}", wanted if has_year else f"%Y {wanted}"
            )
        else:
            # The zone does not count, and dateutil warns of those that it does not know.
            dateutil_parser.parse(text, default=_DEFAULT_DATE, ignoretz=True)
    except Exception:  # noqa: BLE001  (dateutil raises many kinds for texts that are no dates)
        return False
    return True


def _is_iso_date(text: str) -> bool:
    date.fromisoformat(text)
    return True


def _is_iso_time(text: str) -> bool:
    time.fromisoformat(text)
    return True


def _is_iso_datetime(text: str) -> bool:
    datetime.fromisoformat(text)
    return ":" in text or "T" in text


_ISO: Final[dict[QuestionType, Callable[[str], bool]]] = {
    QuestionType.DATE: _is_iso_date,
    QuestionType.TIME: _is_iso_time,
    QuestionType.DATETIME: _is_iso_datetime,
}


def _is_int(question: Question, text: str) -> bool:
    return len(text) <= LENGTH_MAX and _INT.fullmatch(text) is not None


def _is_float(question: Question, text: str) -> bool:
    return len(text) <= LENGTH_MAX and PLAIN.fullmatch(text) is not None


def _is_in_range(question: Question, text: str) -> bool:
    if not _is_float(question, text):
        return False
    number = float(text)
    return (question.range_from is None or number >= question.range_from) and (
        question.range_to is None or number <= question.range_to
    )


def _anything(question: Question, reply: Reply) -> tuple[Errors, tuple[Answer, ...]]:
    return {}, ()


def _nothing(question: Question, reply: Reply) -> tuple[Errors, tuple[Answer, ...]]:
    return {"question": ["NOT_A_QUESTION"]}, ()


VALIDATORS: Final[dict[QuestionType, Validator]] = {
    QuestionType.CHOICE: _choice,
    QuestionType.MULTICHOICE: _multichoice,
    QuestionType.TEXT: _typed(lambda question, text: True, blank="REQUIRED"),
    QuestionType.DATE: _typed(_is_date, blank="WRONG_VALUE"),
    QuestionType.TIME: _typed(_is_date, blank="WRONG_VALUE"),
    QuestionType.DATETIME: _typed(_is_date, blank="WRONG_VALUE"),
    QuestionType.INT: _typed(_is_int, blank="REQUIRED"),
    QuestionType.FLOAT: _typed(_is_float, blank="REQUIRED"),
    QuestionType.RANGE: _typed(_is_in_range, blank="REQUIRED"),
    QuestionType.CONTROL: _anything,
    QuestionType.MESSAGE: _nothing,
    QuestionType.FORK: _nothing,
}
