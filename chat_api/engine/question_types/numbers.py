"""Questions for a number: `int`, `float`, and `range`, a number between two bounds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from chat_api.engine.expressions.values import Kind, Value
from chat_api.engine.numbers import PLAIN
from chat_api.engine.question_types.base import BaseQuestionType, Notation
from chat_api.engine.question_types.limit_checks import Limits, Measured, is_accepted_beside
from chat_api.engine.question_types.number_texts import (
    LENGTH_MAX,
    NumberFormat,
    is_ambiguous,
    read_number,
)
from chat_api.engine.question_types.stored_values import INT_MAX
from chat_api.engine.script import Question, QuestionType

_INT: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)


def in_plain_notation(text: str, number_format: Callable[[], NumberFormat | None]) -> str:
    """Return the number in the plain notation that the types read; other texts unchanged.

    `number_format` returns that of the author's language; it is called only if the text is ambiguous.
    """
    return read_number(text, number_format() if is_ambiguous(text) else None) or text


class _Numbers(BaseQuestionType):
    kind = Kind.NUMBER
    limits = frozenset({"min", "max", "step", "decimals", "also"})
    control = "number"

    def normalize(self, text: str, notation: Notation) -> str:
        """Return the number in plain notation; other texts unchanged."""
        return in_plain_notation(text, notation.number_format)

    def read(self, question: Question, text: str, notation: Notation) -> Value:
        """Return the number. Raises `ValueError` if the text is none in plain notation."""
        if len(text) > LENGTH_MAX or PLAIN.fullmatch(text) is None:
            raise ValueError("not a number")
        return float(text)


class IntQuestion(_Numbers):
    """A whole number."""

    name = QuestionType.INT
    label = "Whole number"
    summary = "A whole number."
    limits = frozenset({"min", "max", "step", "also"})

    def read(self, question: Question, text: str, notation: Notation) -> Value:
        """Return the number; a double where that cannot be exact. Raises `ValueError` if the text is none."""
        if len(text) > LENGTH_MAX or _INT.fullmatch(text) is None:
            raise ValueError("not a whole number")
        number = int(text)
        return number if abs(number) <= INT_MAX else float(number)


class FloatQuestion(_Numbers):
    """A number."""

    name = QuestionType.FLOAT
    label = "Number"
    summary = "A number."


class RangeQuestion(_Numbers):
    """A number between the bounds of the question."""

    name = QuestionType.RANGE
    label = "Range"
    summary = "A number from ``range_from`` to ``range_to``, both included."
    control = "slider"

    def codes_beyond(self, question: Question, measured: Measured, limits: Limits) -> list[str]:
        """Return the codes of the limits that the number is beyond, first those of the bounds of the question."""
        number, low, high = float(measured.text), question.range_from, question.range_to
        is_within = (low is None or number >= low) and (high is None or number <= high)
        if not is_within and not is_accepted_beside(limits, measured):
            return ["WRONG_VALUE"]
        return super().codes_beyond(question, replace(measured, start=low or 0), limits)

    def expected(self, question: Question, limits: Limits) -> dict[str, Any]:
        """Return what the question expects, its bounds as `min` and `max`."""
        bounds = {"min": question.range_from, "max": question.range_to}
        own = super().expected(question, limits)
        return {**{name: bound for name, bound in bounds.items() if bound is not None}, **own}
