"""Questions for a number: `int`, `float`, and `range`, a number between two bounds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from chat_api.engine.numbers import PLAIN
from chat_api.engine.question_types.base import Validator, validate_typed
from chat_api.engine.question_types.number_texts import (
    LENGTH_MAX,
    NumberFormat,
    is_ambiguous,
    read_number,
)
from chat_api.engine.script import Question, QuestionType

_INT: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)


def in_plain_notation(text: str, number_format: Callable[[], NumberFormat | None]) -> str:
    """Return the number in the plain notation that the validators read; other texts unchanged.

    `number_format` returns that of the author's language; it is called only if the text is ambiguous.
    """
    return read_number(text, number_format() if is_ambiguous(text) else None) or text


def is_int(question: Question, text: str) -> bool:
    """Return whether the text is a whole number in plain notation."""
    return len(text) <= LENGTH_MAX and _INT.fullmatch(text) is not None


def is_float(question: Question, text: str) -> bool:
    """Return whether the text is a number in plain notation."""
    return len(text) <= LENGTH_MAX and PLAIN.fullmatch(text) is not None


def is_in_range(question: Question, text: str) -> bool:
    """Return whether the text is a number from `range_from` to `range_to`, both included, where these are set."""
    if not is_float(question, text):
        return False
    number = float(text)
    return (question.range_from is None or number >= question.range_from) and (
        question.range_to is None or number <= question.range_to
    )


VALIDATORS: Final[dict[QuestionType, Validator]] = {
    QuestionType.INT: validate_typed(is_int, blank="REQUIRED"),
    QuestionType.FLOAT: validate_typed(is_float, blank="REQUIRED"),
    QuestionType.RANGE: validate_typed(is_in_range, blank="REQUIRED"),
}
