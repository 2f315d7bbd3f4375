"""Results of the functions of the questionnaire language, and arguments that they never take."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from chat_api.engine.analysis.interval_arithmetic import Interval, called
from chat_api.engine.analysis.typed_ranges import (
    ANY,
    NOTHING,
    Range,
    calculated_sum,
    compare_equal,
    numbers,
    of_kind,
    truths,
    union,
)
from chat_api.engine.expressions.function import Function
from chat_api.engine.expressions.language import FUNCTIONS
from chat_api.engine.expressions.values import Kind

_NUMBER: Final = frozenset({Kind.NUMBER})
_MAX_MONTH: Final = 12
_MAX_DAY: Final = 31
_MAX_YEAR: Final = 9999
_DAYS_OF_WEEK: Final = 7


def misfits(name: str, args: Sequence[Range]) -> Iterator[str]:
    """Yield the kinds of arguments that the function never takes, in words."""
    function = FUNCTIONS[name]
    for position, given in enumerate(args):
        taken = _taken(name, function, position)
        found = given.items.families if name in _OF_NUMBERS and given.items is not None else given.families
        if taken is not None and found and found.isdisjoint(taken):
            yield " or ".join(sorted(found))


def _taken(name: str, function: Function, position: int) -> frozenset[Kind] | None:
    if name in _OF_NUMBERS:
        return _NUMBER
    if name == "length":
        return frozenset({Kind.TEXT, Kind.LIST})
    return function.parameters[min(position, len(function.parameters) - 1)] if function.parameters else None


def result_of(name: str, args: Sequence[Range]) -> Range:
    """Return the range of a call of the function with such arguments."""
    function = FUNCTIONS[name]
    may_be_empty = any(each.may_be_empty for each in args)
    if any(each.never_has_value for each in args) or any(misfits(name, [each.present() for each in args])):
        empty = _if_empty(function) if may_be_empty and not function.takes_empty else NOTHING
        return replace(empty, may_fail=True)
    refined = _RESULTS.get(name)
    found = refined(args) if refined is not None else of_kind(function.gives, may_fail=True)
    found = replace(
        found, may_fail=found.may_fail or any(each.may_fail for each in args) or _may_misfit(name, args)
    )
    if function.takes_empty or not may_be_empty:
        return found
    return union(found, _if_empty(function))


def _if_empty(function: Function) -> Range:
    if function.if_empty is None:
        return Range(may_be_empty=True)
    return truths(False) if function.if_empty is False else numbers(0, 0, is_whole=True)


def _may_misfit(name: str, args: Sequence[Range]) -> bool:
    """Return whether an argument can be of a kind that the function does not take."""
    function = FUNCTIONS[name]
    if name in _OF_NUMBERS:
        return any(not flat.families <= _NUMBER for flat in _flat(args))
    taken = [_taken(name, function, position) for position in range(len(args))]
    return any(
        kinds is not None and not given.families <= kinds for kinds, given in zip(taken, args, strict=True)
    )


def _flat(args: Sequence[Range]) -> list[Range]:
    """Return the ranges of the arguments, of lists that of their items."""
    found = []
    for given in args:
        if Kind.LIST in given.kinds:
            others = replace(given, kinds=given.kinds - {Kind.LIST}, items=None, values=None)
            items = replace(given.items or Range(), may_be_empty=True)
            found.append(union(others, items) if others.families else items)
        else:
            found.append(given)
    return found


def _of_numbers(name: str) -> Callable[[Sequence[Range]], Range]:
    def result(args: Sequence[Range]) -> Range:
        intervals = [each.number for each in args if each.number is not None]
        if len(intervals) < len(args):
            return of_kind(Kind.NUMBER, may_fail=True)
        interval = called(name, intervals)
        is_whole = (name != "abs" and len(args) == 1) or all(each.is_whole for each in args)
        return Range(number=interval, is_whole=is_whole, may_fail=interval.may_fail)

    return result


def _extreme(name: str) -> Callable[[Sequence[Range]], Range]:
    def result(args: Sequence[Range]) -> Range:
        flat = _flat(args)
        merged = replace(union(*flat), values=None, known_truth=None)
        families = merged.families
        always = [each for each in flat if not each.may_be_empty]
        may_fail = merged.may_fail or len(families) > 1 or bool(families & {Kind.LOCATION})
        if len(always) == len(flat) > 1 and families == _NUMBER:
            interval = called(name, [each.number for each in flat if each.number is not None])
            return Range(number=interval, is_whole=merged.is_whole, may_fail=may_fail or interval.may_fail)
        return replace(merged, may_be_empty=not always, may_fail=may_fail)

    return result


def _sum(args: Sequence[Range]) -> Range:
    total = numbers(0, 0, is_whole=True)
    for given, flat in zip(args, _flat(args), strict=True):
        if flat.number is None:
            continue
        low, high = flat.number.low, flat.number.high
        if Kind.LIST in given.kinds:
            low, high = -math.inf if low < 0 else 0.0, math.inf if high > 0 else 0.0
        elif flat.may_be_empty:
            low, high = min(low, 0.0), max(high, 0.0)
        part = Range(
            number=replace(flat.number, low=low, high=high, known_truth=None), is_whole=flat.is_whole
        )
        total = calculated_sum(total, part)
    return total


def _mean(args: Sequence[Range]) -> Range:
    merged = union(*_flat(args))
    if merged.number is None:
        return Range(may_be_empty=True)
    slack = max(abs(merged.number.low), abs(merged.number.high)) * 1e-9
    low, high = merged.number.low - slack, merged.number.high + slack
    interval = replace(merged.number, low=low, high=high, known_truth=None)
    # An option can ask for more values than there are.
    return Range(number=interval, may_be_empty=True, may_fail=True)


def _count(args: Sequence[Range]) -> Range:
    has_list = any(Kind.LIST in each.kinds for each in args)
    return numbers(0, math.inf if has_list else len(args), is_whole=True)


def _count_selected(args: Sequence[Range]) -> Range:
    return numbers(0, math.inf, is_whole=True) if Kind.LIST in args[0].kinds else numbers(1, 1, is_whole=True)


def _coalesce(args: Sequence[Range]) -> Range:
    found = union(*(each.present() for each in args))
    return replace(found, may_be_empty=all(each.may_be_empty for each in args), known_truth=None)


def _answered(args: Sequence[Range]) -> Range:
    given = args[0]
    return truths(False if not given.families else None if given.may_be_empty else True)


def _selected(args: Sequence[Range]) -> Range:
    chosen, code = args
    candidates = [replace(chosen, kinds=chosen.kinds - {Kind.LIST}, values=None, items=None)]
    if Kind.LIST not in chosen.kinds:
        candidates = [chosen]
    elif chosen.items is not None:
        candidates.append(chosen.items)
    can_be_true = any(compare_equal(each.present(), code.present()) is not False for each in candidates)
    return truths(None if can_be_true else False)


def _number(args: Sequence[Range]) -> Range:
    given = args[0]
    if given.families == _NUMBER:
        return replace(given, may_be_empty=False)
    return replace(numbers(), may_be_empty=True)


def _between(low: float, high: float) -> Callable[[Sequence[Range]], Range]:
    return lambda args: numbers(low, high, is_whole=True)


def _rounded(args: Sequence[Range]) -> Range:
    number = args[0].number
    if number is None or number.may_be_nan:
        return replace(ANY, kinds=frozenset(), is_whole=True)
    return Range(number=Interval(number.low - 1, number.high + 1), is_whole=True, may_fail=True)


_OF_NUMBERS: Final = frozenset({"sum", "mean"})
_RESULTS: Final[Mapping[str, Callable[[Sequence[Range]], Range]]] = {
    "abs": _of_numbers("abs"),
    "round": _of_numbers("round"),
    "floor": _rounded,
    "ceil": _rounded,
    "min": _extreme("min"),
    "max": _extreme("max"),
    "sum": _sum,
    "mean": _mean,
    "count": _count,
    "count_selected": _count_selected,
    "coalesce": _coalesce,
    "answered": _answered,
    "selected": _selected,
    "number": _number,
    "length": _between(0, math.inf),
    "days": lambda args: replace(numbers(is_whole=True), may_fail=True),
    "months": lambda args: replace(numbers(is_whole=True), may_fail=True),
    "years": lambda args: replace(numbers(is_whole=True), may_fail=True),
    "year": _between(1, _MAX_YEAR),
    "month": _between(1, _MAX_MONTH),
    "day": _between(1, _MAX_DAY),
    "weekday": _between(1, _DAYS_OF_WEEK),
    # What is added to keeps its kind.
    "add_days": lambda args: Range(kinds=args[0].kinds & {Kind.DATE, Kind.DATETIME}, may_fail=True),
    "add_months": lambda args: Range(kinds=args[0].kinds & {Kind.DATE, Kind.DATETIME}, may_fail=True),
    "date": lambda args: Range(kinds=frozenset({Kind.DATE}), may_be_empty=True, may_fail=True),
}
