"""Reading of typed lines as answers to a choice: by their number in a list, their text or their value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from chat_api.engine.question_types.number_texts import read_number, to_ascii
from chat_api.engine.script import Answer, Code, Question, QuestionType

#: By id of the answer, its text in every language.
Texts = Mapping[int, Sequence[str]]

#: Longer numbers are numbers of no answer.
_DIGITS_MAX: Final = 20
_WHOLE: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_COMMA: Final = re.compile("[,\u060c\uff0c\u3001]")
#: Dashes and signs are not among them: A+ and A- are two answers.
_FINAL_PUNCTUATION: Final = (
    ".,;:!?\u2026\u060c\u061b\u061f\u06d4\u0964\u3002\uff0c\uff0e\uff1b\uff1a\uff01\uff1f"
)


class AmbiguousChoice(ValueError):
    """A typed line fits two answers."""


@dataclass(frozen=True, slots=True)
class TypedChoice:
    """The answers that a typed line chooses, in the order typed, and the text beside them."""

    answer_ids: tuple[int, ...] = ()
    text: str = ""


def folded(text: str) -> str:
    """Return the text as typed lines are compared: without case, and with one space for several."""
    return normalize("NFC", normalize("NFD", " ".join(text.split())).casefold())


def without_final_punctuation(text: str) -> str:
    """Return a folded text without punctuation at its end; unchanged if it is nothing else."""
    return text.rstrip(f"{_FINAL_PUNCTUATION} ") or text


def list_numbers(question: Question) -> dict[int, int]:
    """Return the numbers of the answers in a list, by id: their values if distinct whole numbers, else 1, 2, 3."""
    values = [number for answer in question.answers if (number := _whole(answer.value)) is not None]
    if len({*values}) < len(question.answers):
        values = [*range(1, len(question.answers) + 1)]
    return {answer.id: number for answer, number in zip(question.answers, values, strict=True)}


def chosen_by_text(
    question: Question, typed: str, texts: Texts, *, numbers: bool = False
) -> TypedChoice | None:
    """Return the answers that a typed line chooses; None if it fits none of them.

    It is an answer's text, or else its value; in a multiple choice also several, separated by commas. With `numbers` a
    whole number is a number of `list_numbers`, and nothing else. Where the choice is open, what follows the chosen
    answers after a comma is the text beside them, and a line that fits no answer is that text. Raises
    `AmbiguousChoice`.
    """
    line = typed.strip()
    reader = _Reader(question, texts, list_numbers(question) if numbers else None)
    whole = reader.one(line)
    if whole is not None:
        return TypedChoice((whole,))
    is_multiple = question.type == QuestionType.MULTICHOICE
    if not is_multiple and not question.choice_open:
        return None
    chosen, rest = reader.leading(line, at_most=None if is_multiple else 1)
    if rest and not question.choice_open:
        return None
    return TypedChoice(chosen, rest) if chosen or rest else None


class _Reader:
    """Finds the answers of one question."""

    def __init__(self, question: Question, texts: Texts, numbers: Mapping[int, int] | None) -> None:
        self._answers = question.answers
        self._by_number = None if numbers is None else {number: pk for pk, number in numbers.items()}
        self._exact: dict[str, set[int]] = {}
        self._loose: dict[str, set[int]] = {}
        commas = 0
        for answer in question.answers:
            for text in texts.get(answer.id, (answer.text,)):
                exact = folded(text)
                if exact:
                    commas = max(commas, len(_COMMA.findall(exact)))
                    self._exact.setdefault(exact, set()).add(answer.id)
                    self._loose.setdefault(without_final_punctuation(exact), set()).add(answer.id)
        #: How many parts between commas a text of an answer has at most.
        self._parts_max = commas + 1

    def one(self, line: str) -> int | None:
        """Return the answer that is meant by all of the line. Raises `AmbiguousChoice`."""
        exact = folded(line)
        if not exact:
            return None
        loose = without_final_punctuation(exact)
        if self._by_number is not None:
            ascii_line = to_ascii(loose)
            if ascii_line is not None and _WHOLE.fullmatch(ascii_line):
                return self._by_number.get(int(ascii_line)) if len(ascii_line) <= _DIGITS_MAX else None
        found = self._exact.get(exact) or self._loose.get(loose) or self._by_value(exact, loose)
        if len(found) > 1:
            raise AmbiguousChoice(line)
        return next(iter(found), None)

    def leading(self, line: str, *, at_most: int | None) -> tuple[tuple[int, ...], str]:
        """Return the answers at the start of the line, longest texts first, and the rest from the first other part."""
        ends = [*(match.start() for match in _COMMA.finditer(line)), len(line)]
        chosen: list[int] = []
        start, part = 0, 0
        while part < len(ends) and (at_most is None or len(chosen) < at_most):
            for last in range(min(part + self._parts_max, len(ends)) - 1, part - 1, -1):
                found = self.one(line[start : ends[last]])
                if found is not None:
                    chosen.append(found)
                    start, part = ends[last] + 1, last + 1
                    break
            else:
                break
        return tuple(chosen), line[start:].strip()

    def _by_value(self, exact: str, loose: str) -> set[int]:
        plain = read_number(loose)
        number = None if plain is None else float(plain)
        return {answer.id for answer in self._answers if _is_value(answer, exact, loose, number)}


def _is_value(answer: Answer, exact: str, loose: str, number: float | None) -> bool:
    value = answer.value
    if value is None:
        return False
    if isinstance(value, bool):
        return loose == str(value).lower()
    if isinstance(value, str):
        return bool(value.strip()) and folded(value) in (exact, loose)
    return number is not None and value == number


def _whole(value: Code | None) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == value // 1 else None
