"""The columns of a question in an export of surveys whose schema has no rules, and the values of answers in them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from chat_api.engine.script import CHOICE_TYPES, QuestionType
from chat_api.lib.tables import EXACT_MAX, PLAIN_NUMBER, Value
from chat_api.schemas.models import Answer, Question
from chat_api.schemas.results.columns import NUMBERS

_WHOLE: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DIGITS_MAX: Final = 16


class Given(NamedTuple):
    """A stored answer: its plain text, the id and text of each chosen answer in order, the number of its files."""

    text: str
    chosen: list[tuple[int, str]]
    files: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and a function that returns the value of an answer in this column."""

    heading: str
    value: Callable[[Given], Value]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of an export with the answers that it offers; `has_others` if items have other ones."""

    question: Question
    heading: str
    options: Sequence[Answer] = field(default=())
    has_others: bool = False


def columns_of(asked: Asked, *, lists: bool, per_option: bool) -> list[Column]:
    """Return the question's columns: of a multiple choice one for each option with `per_option`, else one list.

    `lists` is whether cells can hold lists; otherwise these are JSON.
    """
    if asked.question.type not in CHOICE_TYPES:
        return [Column(asked.heading, lambda given: _typed_value(asked.question, given, lists=lists))]
    is_open = asked.question.choice_open
    if asked.question.type != QuestionType.MULTICHOICE:
        columns = [Column(asked.heading, lambda given: _one_of(_said(given, is_open), lists=lists))]
    elif per_option:
        columns = list(_option_columns(asked, lists=lists))
    else:
        columns = [Column(asked.heading, lambda given: _list_of(_said(given, is_open), lists=lists))]
    if is_open:
        columns.append(Column(f"{asked.heading} [typed]", lambda given: given.text or None))
    return columns


def _option_columns(asked: Asked, *, lists: bool) -> Iterable[Column]:
    known = frozenset(option.pk for option in asked.options)
    same = Counter(option.text for option in asked.options)
    for number, option in enumerate(asked.options, start=1):
        # Options with the same text are distinguished by their number.
        place = f" ({number})" if same[option.text] > 1 else ""
        yield Column(f"{asked.heading} = {option.text}{place}", _is_chosen(option.pk))
    if asked.has_others:

        def others(given: Given) -> Value:
            unlisted = [text for pk, text in given.chosen if pk not in known]
            more = [given.text] if given.text and not asked.question.choice_open else []
            return _one_of([*unlisted, *more], lists=lists)

        yield Column(f"{asked.heading} [other answers]", others)


def _is_chosen(pk: int) -> Callable[[Given], Value]:
    return lambda given: any(chosen == pk for chosen, _ in given.chosen)


def _said(given: Given, is_open: bool) -> list[str]:
    """Return the texts of the chosen answers, and the extra text that older releases accepted."""
    texts = [text for _, text in given.chosen]
    return [*texts, given.text] if given.text and not is_open else texts


def _one_of(texts: list[str], *, lists: bool) -> Value:
    """Return the only text. Several, which only older releases accepted, become a list, or JSON without `lists`."""
    if len(texts) > 1:
        return texts if lists else json.dumps(texts, ensure_ascii=False)
    return texts[0] if texts else None


def _list_of(texts: list[str], *, lists: bool) -> Value:
    if lists:
        return texts
    return json.dumps(texts, ensure_ascii=False) if texts else None


def _typed_value(question: Question, given: Given, *, lists: bool) -> Value:
    text = given.text
    if question.type == QuestionType.FILE:
        return given.files or None
    if given.chosen:
        return _one_of(_said(given, is_open=False), lists=lists)
    if question.type in NUMBERS and PLAIN_NUMBER.fullmatch(text) and len(text) <= _DIGITS_MAX:
        number = int(text) if _WHOLE.fullmatch(text) else float(text)
        return number if abs(number) < EXACT_MAX else text
    return text
