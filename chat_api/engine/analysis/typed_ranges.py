"""The values that an expression of the questionnaire language can have: more than it has, never fewer."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from chat_api.engine.analysis.interval_arithmetic import ANYTHING, Interval, combined, compared
from chat_api.engine.expressions.values import Kind, Value, equal, kind_of

#: Larger whole numbers are not distinguished from others.
_WHOLE_MAX: Final = 1e14
_ORDERED: Final = frozenset({Kind.TEXT, Kind.DATE, Kind.TIME, Kind.DATETIME})
_ALWAYS_TRUE: Final = frozenset({Kind.DATE, Kind.TIME, Kind.DATETIME, Kind.LOCATION})
#: Powers of larger numbers, and larger powers, can have any value.
_POWER_MAX: Final = 1e6
#: More values than these are not kept one by one.
VALUES_MAX: Final = 64
#: The maximum number of pairs of values that are compared one by one.
_PAIRS_MAX: Final = 256


@dataclass(frozen=True, slots=True)
class Range:
    """Values: numbers and booleans in `number` (None: none), values of the other `kinds`, and perhaps empty.

    `values` are all that are not empty, where they are known one by one. `items` are those of a list. With `may_fail`
    evaluation may raise instead of giving a value. A range without any value is that of an expression that always does.
    """

    number: Interval | None = None
    kinds: frozenset[Kind] = frozenset()
    may_be_empty: bool = False
    may_fail: bool = False
    #: Whether all numbers are whole.
    is_whole: bool = False
    values: frozenset[Value] | None = None
    items: Range | None = None
    #: Set if all values are true, or none, for another reason than the bounds.
    known_truth: bool | None = None

    @property
    def families(self) -> frozenset[Kind]:
        """The kinds, booleans counted as numbers, without empty."""
        return self.kinds if self.number is None else self.kinds | {Kind.NUMBER}

    @property
    def never_has_value(self) -> bool:
        """Return whether evaluation always fails."""
        return not self.families and not self.may_be_empty

    @property
    def truth(self) -> bool | None:
        """True if all values are true, False if none is, None if that is undecided."""
        if self.known_truth is not None:
            return self.known_truth
        if self.values is not None:
            truths = {bool(value) for value in self.values}
        else:
            of_numbers = set() if self.number is None else {self.number.truth}
            truths = {True, False} if None in of_numbers else {bool(each) for each in of_numbers}
            if self.kinds - _ALWAYS_TRUE:
                truths = {True, False}
            elif self.kinds:
                truths.add(True)
        if self.may_be_empty:
            truths.add(False)
        if not truths:
            return False
        return truths.pop() if len(truths) == 1 else None

    @property
    def divides_by_zero(self) -> bool:
        """Return whether a divisor may be zero."""
        return self.number is not None and self.number.zero_division

    def as_read(self) -> Range:
        """Return the range as the value of something else: it may be empty, and what failed is over."""
        number = self.number
        if number is not None:
            number = replace(number, may_fail=False, zero_division=False)
        return replace(self, number=number, may_be_empty=True, may_fail=False, known_truth=None)

    def present(self) -> Range:
        """Return the range without empty."""
        return replace(self, may_be_empty=False, known_truth=None) if self.may_be_empty else self


NOTHING: Final = Range(may_fail=True)
EMPTY: Final = Range(may_be_empty=True)
ANY: Final = Range(
    number=ANYTHING,
    kinds=frozenset(Kind) - {Kind.NUMBER, Kind.BOOLEAN, Kind.EMPTY},
    may_be_empty=True,
    may_fail=True,
)


def numbers(
    low: float = -math.inf, high: float = math.inf, *, is_whole: bool = False, may_fail: bool = False
) -> Range:
    """Return the range of the numbers from `low` to `high`."""
    return Range(number=Interval(low, high), is_whole=is_whole, may_fail=may_fail)


def of_kind(kind: Kind | None, *, may_fail: bool = False) -> Range:
    """Return all values of the kind; of any if it is None."""
    match kind:
        case None:
            return ANY
        case Kind.NUMBER:
            return numbers(may_fail=may_fail)
        case Kind.BOOLEAN:
            return numbers(0, 1, is_whole=True, may_fail=may_fail)
        case Kind.EMPTY:
            return replace(EMPTY, may_fail=may_fail)
        case Kind.LIST:
            return Range(kinds=frozenset({kind}), may_fail=may_fail, items=ANY)
    return Range(kinds=frozenset({kind}), may_fail=may_fail)


def of_values(values: Iterable[Value]) -> Range:
    """Return the range of exactly these values, empty ones among them."""
    found = list(values)
    given = [value for value in found if value is not None]
    plain = [float(value) for value in given if isinstance(value, int | float)]
    items = [item for value in given if isinstance(value, tuple) for item in value]
    return Range(
        number=Interval(min(plain), max(plain)) if plain else None,
        kinds=frozenset(kind_of(value) for value in given) - {Kind.NUMBER, Kind.BOOLEAN},
        may_be_empty=len(given) < len(found),
        is_whole=all(is_whole_number(value) for value in plain),
        values=frozenset(given) if len(given) <= VALUES_MAX else None,
        items=of_values(items) if items else None,
    )


def is_whole_number(value: float) -> bool:
    """Return whether the number is whole."""
    return abs(value) < _WHOLE_MAX and value == int(value)


def union(*ranges: Range) -> Range:
    """Return the range of the values of all; it may fail where one of them may."""
    intervals = [each.number for each in ranges if each.number is not None]
    values: frozenset[Value] | None = frozenset()
    for each in ranges:
        known = frozenset[Value]() if not each.families else each.values
        values = None if values is None or known is None else values | known
    items = [each.items for each in ranges if each.items is not None]
    number = intervals[0] if len(intervals) == 1 else None
    for interval in intervals[1:]:
        number = interval.union(intervals[0] if number is None else number)
    return Range(
        number=number,
        kinds=frozenset[Kind]().union(*(each.kinds for each in ranges)),
        may_be_empty=any(each.may_be_empty for each in ranges),
        may_fail=any(each.may_fail for each in ranges),
        is_whole=all(each.is_whole for each in ranges if each.number is not None),
        values=None if values is None or len(values) > VALUES_MAX else values,
        items=union(*items) if items else None,
    )


def truths(truth: bool | None, *operands: Range, may_fail: bool = False) -> Range:
    """Return the range of a comparison or condition; `truth` is None where it is undecided."""
    low, high = {True: (1.0, 1.0), False: (0.0, 0.0), None: (0.0, 1.0)}[truth]
    divides = any(each.divides_by_zero for each in operands)
    return Range(
        number=Interval(low, high, zero_division=divides),
        may_fail=may_fail or any(each.may_fail for each in operands),
        is_whole=True,
        known_truth=truth,
    )


def calculated(operator: ast.operator, left: Range, right: Range) -> Range:
    """Return the range of an operation on numbers."""
    may_be_empty = left.may_be_empty or right.may_be_empty
    may_fail = left.may_fail or right.may_fail or bool(left.kinds or right.kinds)
    if left.number is None or right.number is None:
        return Range(may_be_empty=may_be_empty, may_fail=may_fail)
    powers = _powers(left.number, right.number) if isinstance(operator, ast.Pow) else None
    number = powers or combined(operator, left.number, right.number)
    both_whole = left.is_whole and right.is_whole
    is_whole = both_whole and isinstance(operator, ast.Add | ast.Sub | ast.Mult | ast.Mod)
    return Range(
        number=number,
        may_be_empty=may_be_empty,
        may_fail=may_fail or number.may_fail,
        is_whole=is_whole or isinstance(operator, ast.FloorDiv),
    )


def _powers(base: Interval, exponent: Interval) -> Interval | None:
    """Return the interval of the powers of positive numbers; None where it is not known."""
    bounds = (base.low, base.high, exponent.low, exponent.high)
    if base.low <= 0 or base.may_be_nan or exponent.may_be_nan or max(map(abs, bounds)) > _POWER_MAX:
        return None
    try:
        corners = [each**other for each in bounds[:2] for other in bounds[2:]]
    except OverflowError:
        return None
    # Powers are not exact to the last digit.
    low, high = min(corners) * (1 - 1e-12), max(corners) * (1 + 1e-12)
    divides = base.zero_division or exponent.zero_division
    return Interval(low, high, may_fail=True, zero_division=divides) if low > 0 and high < math.inf else None


def compare(operator: ast.cmpop, left: Range, right: Range) -> Range:
    """Return the range of a comparison of two values, neither of which is the word `empty`."""
    if isinstance(operator, ast.In | ast.NotIn):
        return _contained(operator, left, right)
    may_be_empty = left.may_be_empty or right.may_be_empty
    if not left.families or not right.families:
        return truths(False, left, right)
    is_order = not isinstance(operator, ast.Eq | ast.NotEq)
    common = left.families & right.families
    mismatch = len(left.families | right.families) > 1
    can_be_true, can_be_false = not is_order and isinstance(operator, ast.NotEq) and mismatch, may_be_empty
    if isinstance(operator, ast.Eq) and mismatch:
        can_be_false = True
    for family in common:
        if is_order and family not in _ORDERED | {Kind.NUMBER}:
            continue
        truth = _compared_of_kind(operator, left, right, family)
        can_be_true, can_be_false = can_be_true or truth is not False, can_be_false or truth is not True
    truth = None if can_be_true and can_be_false else can_be_true
    unordered = is_order and (mismatch or bool(common - _ORDERED - {Kind.NUMBER}))
    return truths(truth, left, right, may_fail=unordered)


def _compared_of_kind(operator: ast.cmpop, left: Range, right: Range, family: Kind) -> bool | None:
    """Return what comparing values of one kind gives; None where that differs."""
    is_equality = isinstance(operator, ast.Eq | ast.NotEq)
    ones, others = left.values, right.values
    if is_equality and ones is not None and others is not None and len(ones) * len(others) <= _PAIRS_MAX:
        equals = any(equal(one, other) for one in ones for other in others)
        single = len(ones) == len(others) == 1
        if not equals or single:
            return equals if isinstance(operator, ast.Eq) else not equals
    if family is not Kind.NUMBER or left.number is None or right.number is None:
        return None
    if is_equality and (_misses(left, right) or _misses(right, left)):
        return isinstance(operator, ast.NotEq)
    return compared(operator, left.number, right.number)


def _misses(whole: Range, other: Range) -> bool:
    """Return whether all numbers of one range are whole, and the other is a single one that is not."""
    number = other.number
    if not whole.is_whole or number is None or number.may_be_nan or number.low != number.high:
        return False
    return (
        abs(number.low) < _WHOLE_MAX / 1e6
        and not number.low.is_integer()
        and round(number.low, 6) == number.low
    )


def _contained(operator: ast.cmpop, item: Range, container: Range) -> Range:
    """Return the range of `in` and `not in`."""
    may_fail = bool(container.families - {Kind.LIST})
    if Kind.LIST not in container.kinds or not (item.families):
        return truths(False, item, container, may_fail=may_fail)
    if container.items is None:
        inside: bool | None = False
    else:
        found = compare(ast.Eq(), item.present(), container.items.present())
        inside = False if found.truth is False else None
    truth = inside if isinstance(operator, ast.In) else None if inside is None else not inside
    if truth and (item.may_be_empty or container.may_be_empty):
        truth = None
    return truths(truth, item, container, may_fail=may_fail)


def calculated_sum(left: Range, right: Range) -> Range:
    """Return the range of the sum of two numbers."""
    return calculated(ast.Add(), left, right)


def compare_equal(left: Range, right: Range) -> bool | None:
    """Return whether values of the two are equal; None where that differs."""
    return compare(ast.Eq(), left, right).truth
