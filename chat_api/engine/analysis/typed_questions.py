"""The values that answers to a question can have, by its type, its limits and what it offers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from chat_api.engine.analysis.interval_arithmetic import Interval
from chat_api.engine.analysis.typed_ranges import (
    VALUES_MAX,
    Range,
    is_whole_number,
    numbers,
    of_kind,
    of_values,
    union,
)
from chat_api.engine.expressions.values import Kind, Value
from chat_api.engine.numbers import is_number
from chat_api.engine.question_types.choice import code_of, weight_of
from chat_api.engine.question_types.registry import plain_limits, question_type
from chat_api.engine.script import Answer, Question, QuestionType

#: All choices of so many answers are tried.
_ANSWERS_MAX: Final = 6


def answered_range(question: Question) -> Range:
    """Return the values of answers to the question; a calculation has none of its own."""
    kind = question_type(question.type)
    match question.type:
        case QuestionType.CHOICE:
            return of_values(code_of(answer) for answer in question.answers)
        case QuestionType.MULTICHOICE:
            return _lists(question)
        case QuestionType.INT | QuestionType.FLOAT | QuestionType.RANGE:
            return _limited_numbers(question)
        case QuestionType.FILE:
            most = plain_limits(question).get("max_files")
            return numbers(1, most if is_number(most) and most >= 1 else math.inf, is_whole=True)
    return of_kind(kind.kind_of(question))


def _limited_numbers(question: Question) -> Range:
    limits = plain_limits(question)
    is_whole = question.type == QuestionType.INT
    least = [bound for bound in (limits.get("min"), question.range_from) if is_number(bound)]
    most = [bound for bound in (limits.get("max"), question.range_to) if is_number(bound)]
    if question.type != QuestionType.RANGE:
        least, most = least[: limits.get("min") is not None], most[: limits.get("max") is not None]
    low, high = max(map(float, least), default=-math.inf), min(map(float, most), default=math.inf)
    if is_whole:
        low, high = _up(low), _down(high)
    beside = limits.get("also")
    also = [float(value) for value in beside if is_number(value)] if isinstance(beside, tuple) else []
    also = [value for value in also if not is_whole or is_whole_number(value)]
    inside = _whole_numbers(low, high) if is_whole else None
    if inside is not None:
        return of_values([*inside, *also])
    if low > high:
        return of_values(also)
    found = Range(number=Interval(low, high), is_whole=is_whole)
    return replace(union(found, of_values(also)), values=None) if also else found


def _up(bound: float) -> float:
    # Limits compare by 15 digits: what is a little less than a whole number counts as that.
    return bound if math.isinf(bound) else float(math.ceil(bound - abs(bound) * 1e-14))


def _down(bound: float) -> float:
    return bound if math.isinf(bound) else float(math.floor(bound + abs(bound) * 1e-14))


def _whole_numbers(low: float, high: float) -> Sequence[float] | None:
    """Return the whole numbers from `low` to `high`, if they are few."""
    if math.isinf(low) or math.isinf(high) or high - low >= VALUES_MAX:
        return None
    return [low + step for step in range(int(high - low) + 1)] if low <= high else []


def _lists(question: Question) -> Range:
    """Return the lists of values that can be chosen together."""
    answers = sorted(question.answers, key=lambda answer: answer.position)
    items = of_values(code_of(answer) for answer in answers)
    found = Range(kinds=frozenset({Kind.LIST}), items=items)
    if len(answers) > _ANSWERS_MAX:
        return found
    lists = [_codes(chosen) for chosen in _chosen_together(question, answers)]
    return replace(found, values=frozenset(lists)) if len(lists) <= VALUES_MAX else found


def _chosen_together(question: Question, answers: Sequence[Answer]) -> Iterable[tuple[Answer, ...]]:
    limits = plain_limits(question)
    least, most = limits.get("min_selected"), limits.get("max_selected")
    for size in range(1, len(answers) + 1):
        for chosen in combinations(answers, size):
            is_exclusive = any(answer.exclusive for answer in chosen)
            if is_exclusive and size > 1:
                continue
            too_few = is_number(least) and size < least
            too_many = is_number(most) and 0 <= most < size
            if is_exclusive or not (too_few or too_many):
                yield chosen


def _codes(chosen: Iterable[Answer]) -> tuple[Value, ...]:
    return tuple(code_of(answer) for answer in chosen)


def weight_range(question: Question | None) -> Range:
    """Return what the answers to the question can count for; empty without weights."""
    answers = () if question is None else question.answers
    weights = [weight for answer in answers if (weight := weight_of([answer])) is not None]
    if question is None or not weights:
        return Range(may_be_empty=True)
    if question.type == QuestionType.CHOICE:
        return of_values([*weights, None])
    low, high = sum(min(0.0, each) for each in weights), sum(max(0.0, each) for each in weights)
    is_whole = all(is_whole_number(each) for each in weights)
    return Range(number=Interval(float(low), float(high)), is_whole=is_whole, may_be_empty=True)
