"""Intervals of numbers, and what operations on them give: sound over-approximations."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from chat_api.engine.numbers import canonical, round_half_away

#: Floats up to here represent every whole number, and arithmetic on bounds is exact enough.
EXACT_MAX: Final = 2.0**53


@dataclass(frozen=True, slots=True)
class Interval:
    """The values from `low` to `high`.

    With `may_be_nan` a value may also be NaN; with `may_fail` evaluation may raise instead, with `zero_division`
    because a divisor may be 0. `known_truth` is set if all values are true, or all false, for another reason than
    the bounds.
    """

    low: float
    high: float
    may_be_nan: bool = False
    may_fail: bool = False
    zero_division: bool = False
    known_truth: bool | None = None

    @property
    def truth(self) -> bool | None:
        """True if all values are true, False if all are false, None if that is undecided."""
        if self.known_truth is not None:
            return self.known_truth
        if self.low > 0 or self.high < 0:
            return True
        return False if self.low == self.high == 0 and not self.may_be_nan else None

    def union(self, other: Interval) -> Interval:
        """Return the smallest interval that contains both."""
        return Interval(
            min(self.low, other.low),
            max(self.high, other.high),
            self.may_be_nan or other.may_be_nan,
            self.may_fail or other.may_fail,
            self.zero_division or other.zero_division,
        )


ANYTHING: Final = Interval(-math.inf, math.inf, may_be_nan=True, may_fail=True)
ZERO: Final = Interval(0.0, 0.0)


def combined(operator: ast.operator, left: Interval, right: Interval) -> Interval:
    """Return an interval of all results of an operation on numbers of the two."""
    if isinstance(operator, ast.Div | ast.FloorDiv | ast.Mod) and right.low <= 0 <= right.high:
        zero_division = left.zero_division or right.zero_division or right.truth is not True
        return Interval(-math.inf, math.inf, may_be_nan=True, may_fail=True, zero_division=zero_division)
    operation = _MONOTONIC.get(type(operator))
    if operation is None or left.may_be_nan or right.may_be_nan:
        # 0 to a negative power.
        zero_division = isinstance(operator, ast.Pow) and left.truth is not True and right.low < 0
        return anything(zero_division, left, right)
    corners = [operation(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    may_be_nan = any(math.isnan(corner) for corner in corners) or (
        isinstance(operator, ast.Mult)
        and (_may_be_zero_times_infinity(left, right) or _may_be_zero_times_infinity(right, left))
    )
    if may_be_nan:
        return anything(False, left, right)
    return with_flags(bounded(Interval(min(corners), max(corners))), left, right)


def called(name: str, intervals: list[Interval]) -> Interval:
    """Return an interval of all results of a function of numbers, for arguments in these."""
    if not intervals or any(interval.may_be_nan for interval in intervals):
        return anything(False, *intervals)
    lows, highs = [interval.low for interval in intervals], [interval.high for interval in intervals]
    if name in ("min", "max") and len(intervals) > 1:
        pick: Callable[[list[float]], float] = min if name == "min" else max
        return with_flags(Interval(pick(lows), pick(highs)), *intervals)
    if name == "abs" and len(intervals) == 1:
        low = 0.0 if lows[0] <= 0 <= highs[0] else min(abs(lows[0]), abs(highs[0]))
        return with_flags(Interval(low, max(abs(lows[0]), abs(highs[0]))), *intervals)
    if name == "round" and len(intervals) == 1 and math.isfinite(lows[0]) and math.isfinite(highs[0]):
        return with_flags(
            Interval(float(round_half_away(lows[0])), float(round_half_away(highs[0]))), *intervals
        )
    return anything(False, *intervals)


def anything(zero_division: bool, *others: Interval) -> Interval:
    """Return the interval of all numbers, of an operation that may fail."""
    return replace(ANYTHING, zero_division=zero_division or any(other.zero_division for other in others))


def _add(left: float, right: float) -> float:
    return left + right


def _subtract(left: float, right: float) -> float:
    return left - right


def _multiply(left: float, right: float) -> float:
    return left * right


def _divide(left: float, right: float) -> float:
    return left / right


_MONOTONIC: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: _add,
    ast.Sub: _subtract,
    ast.Mult: _multiply,
    ast.Div: _divide,
}


def _may_be_zero_times_infinity(left: Interval, right: Interval) -> bool:
    return left.low <= 0 <= left.high and (math.isinf(right.low) or math.isinf(right.high))


def bounded(interval: Interval) -> Interval:
    """Widen inexact bounds to infinity; such whole numbers may also be rejected as too large."""
    if max(abs(interval.low), abs(interval.high)) <= EXACT_MAX:
        return interval
    low = -math.inf if interval.low < -EXACT_MAX else min(interval.low, EXACT_MAX)
    high = math.inf if interval.high > EXACT_MAX else max(interval.high, -EXACT_MAX)
    return Interval(low, high, may_fail=True)


def flags(*intervals: Interval) -> tuple[bool, bool, bool]:
    """Return whether any of them may be NaN, may fail, and may divide by zero."""
    return (
        any(interval.may_be_nan for interval in intervals),
        any(interval.may_fail for interval in intervals),
        any(interval.zero_division for interval in intervals),
    )


def with_flags(interval: Interval, *others: Interval) -> Interval:
    """Return the interval with what may go wrong in the others."""
    return Interval(interval.low, interval.high, *flags(interval, *others), known_truth=interval.known_truth)


def hull(intervals: list[Interval]) -> Interval:
    """Return the smallest interval that contains all."""
    return Interval(min(interval.low for interval in intervals), max(interval.high for interval in intervals))


def truth_interval(truth: bool | None, *intervals: Interval) -> Interval:
    """Return the interval of a comparison of the intervals; `truth` is None where it is undecided."""
    _, may_fail, zero_division = flags(*intervals)
    low, high = {True: (1.0, 1.0), False: (0.0, 0.0), None: (0.0, 1.0)}[truth]
    return Interval(low, high, False, may_fail, zero_division)


def compared(operation: ast.cmpop, left: Interval, right: Interval) -> bool | None:
    """Return what the comparison gives for all numbers of the two; None if that differs."""
    if left.may_be_nan or right.may_be_nan:
        return None
    # Comparisons round to `canonical` values; that is monotonic, so the bounds can be rounded instead.
    left_low, left_high = canonical(left.low), canonical(left.high)
    right_low, right_high = canonical(right.low), canonical(right.high)
    match operation:
        case ast.Gt() | ast.GtE():
            mirrored = ast.Lt() if isinstance(operation, ast.Gt) else ast.LtE()
            return compared(mirrored, right, left)
        case ast.NotEq():
            same = compared(ast.Eq(), left, right)
            return None if same is None else not same
        case ast.Lt():
            return True if left_high < right_low else False if left_low >= right_high else None
        case ast.LtE():
            return True if left_high <= right_low else False if left_low > right_high else None
    if left_high < right_low or right_high < left_low:
        return False
    return True if left_low == left_high == right_low == right_high else None
