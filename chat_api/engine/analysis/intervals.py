"""Interval analysis of expressions: a sound over-approximation of their values."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from chat_api.engine.expressions import ParsedExpression
from chat_api.engine.numbers import canonical, round_half_away

#: Floats up to here represent every whole number, and arithmetic on bounds is exact enough.
_EXACT_MAX: Final = 2.0**53
#: The maximum relative difference of numbers that compare equal.
_EQUAL_WITHIN: Final = 1e-14


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


def interval_of(parsed: ParsedExpression, variables: Mapping[str, Interval]) -> Interval:
    """Return an interval of all values that the expression has for variables in theirs; unknown variables are 0."""
    return _Evaluator(variables).interval(parsed.tree)


@dataclass(frozen=True, slots=True)
class _Evaluator:
    variables: Mapping[str, Interval]
    #: Smaller intervals of variables, known from a condition that is true here.
    narrowed: Mapping[str, Interval] = field(default_factory=dict)

    def interval(self, node: ast.expr) -> Interval:
        match node:
            case ast.Constant(value=bool() | int() | float() as number):
                return _bounded(Interval(float(number), float(number)))
            case ast.Name(id=name):
                return self._variable(name)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BoolOp():
                return self._boolean(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp():
                test, other = self.interval(node.test), self.interval(node.orelse)
                body = self.assuming(node.test).interval(node.body)
                either = {True: body, False: other, None: body.union(other)}[test.truth]
                return _with_flags(either, test)
            case ast.BinOp():
                return self._binary(node)
            case ast.Call():
                return self._call(node)
        return ANYTHING

    def assuming(self, test: ast.expr) -> _Evaluator:
        """Return an evaluator for where the test is true: a variable is not 0, or lies on one side of a number."""
        match test:
            case ast.BoolOp(op=ast.And(), values=values):
                evaluator = self
                for value in values:
                    evaluator = evaluator.assuming(value)
                return evaluator
            case ast.Name(id=name):
                return self._narrow(name, -math.inf, math.inf, nonzero=True)
            case ast.Compare(
                left=ast.Name(id=name),
                ops=[operation],
                comparators=[ast.Constant(value=bool() | int() | float() as number)],
            ) if abs(number) <= _EXACT_MAX:
                match operation:
                    case ast.NotEq():
                        return self._narrow(name, -math.inf, math.inf, nonzero=number == 0)
                    case ast.Gt():
                        return self._narrow(name, float(number), math.inf, nonzero=number >= 0)
                    case ast.GtE():
                        return self._narrow(
                            name, number - abs(number) * _EQUAL_WITHIN, math.inf, nonzero=False
                        )
                    case ast.Lt():
                        return self._narrow(name, -math.inf, float(number), nonzero=number <= 0)
                    case ast.LtE():
                        return self._narrow(
                            name, -math.inf, number + abs(number) * _EQUAL_WITHIN, nonzero=False
                        )
        return self

    def _narrow(self, name: str, low: float, high: float, *, nonzero: bool) -> _Evaluator:
        interval = self._variable(name)
        low, high = max(interval.low, low), min(interval.high, high)
        if low > high or interval.may_be_nan:
            return self
        narrowed = replace(
            interval, low=low, high=high, known_truth=True if nonzero else interval.known_truth
        )
        return _Evaluator(self.variables, {**self.narrowed, name: narrowed})

    def _variable(self, name: str) -> Interval:
        return self.narrowed.get(name) or self.variables.get(name, ZERO)

    def _unary(self, node: ast.UnaryOp) -> Interval:
        operand = self.interval(node.operand)
        if isinstance(node.op, ast.Not):
            return _truth_interval(None if operand.truth is None else not operand.truth, operand)
        if isinstance(node.op, ast.USub):
            return _with_flags(Interval(-operand.high, -operand.low), operand)
        return _with_flags(Interval(operand.low, operand.high), operand)

    def _boolean(self, node: ast.BoolOp) -> Interval:
        intervals, evaluator = [], self
        for value in node.values:
            intervals.append(evaluator.interval(value))
            evaluator = evaluator.assuming(value) if isinstance(node.op, ast.And) else evaluator
        truths = [interval.truth for interval in intervals]
        deciding = isinstance(node.op, ast.Or)
        hull = _hull(intervals)
        truth = None
        if deciding in truths:
            truth = deciding
        elif all(each is (not deciding) for each in truths):
            truth = not deciding
        if truth is False:
            hull = ZERO
        return Interval(hull.low, hull.high, *_flags(*intervals), known_truth=truth)

    def _comparison(self, node: ast.Compare) -> Interval:
        intervals = [self.interval(node.left), *(self.interval(right) for right in node.comparators)]
        truths = [
            _compare(operation, left, right)
            for operation, left, right in zip(node.ops, intervals, intervals[1:], strict=False)
        ]
        truth: bool | None = None
        if False in truths:
            truth = False
        elif all(truths):
            truth = True
        return _truth_interval(truth, *intervals)

    def _binary(self, node: ast.BinOp) -> Interval:
        left, right = self.interval(node.left), self.interval(node.right)
        if isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod) and right.low <= 0 <= right.high:
            zero_division = left.zero_division or right.zero_division or right.truth is not True
            return Interval(-math.inf, math.inf, may_be_nan=True, may_fail=True, zero_division=zero_division)
        operation = _MONOTONIC.get(type(node.op))
        if operation is None or left.may_be_nan or right.may_be_nan:
            # 0 to a negative power.
            zero_division = isinstance(node.op, ast.Pow) and left.truth is not True and right.low < 0
            return _anything(zero_division, left, right)
        corners = [operation(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
        may_be_nan = any(math.isnan(corner) for corner in corners) or (
            isinstance(node.op, ast.Mult)
            and (_may_be_zero_times_infinity(left, right) or _may_be_zero_times_infinity(right, left))
        )
        if may_be_nan:
            return _anything(False, left, right)
        return _with_flags(_bounded(Interval(min(corners), max(corners))), left, right)

    def _call(self, node: ast.Call) -> Interval:
        intervals = [self.interval(argument) for argument in node.args]
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if not intervals or any(interval.may_be_nan for interval in intervals):
            return _anything(False, *intervals)
        lows, highs = [interval.low for interval in intervals], [interval.high for interval in intervals]
        if name in ("min", "max") and len(intervals) > 1:
            pick: Callable[[list[float]], float] = min if name == "min" else max
            return _with_flags(Interval(pick(lows), pick(highs)), *intervals)
        if name == "abs" and len(intervals) == 1:
            low = 0.0 if lows[0] <= 0 <= highs[0] else min(abs(lows[0]), abs(highs[0]))
            return _with_flags(Interval(low, max(abs(lows[0]), abs(highs[0]))), *intervals)
        if name == "round" and len(intervals) == 1 and math.isfinite(lows[0]) and math.isfinite(highs[0]):
            return _with_flags(
                Interval(float(round_half_away(lows[0])), float(round_half_away(highs[0]))), *intervals
            )
        return _anything(False, *intervals)


def _anything(zero_division: bool, *others: Interval) -> Interval:
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


def _bounded(interval: Interval) -> Interval:
    """Widen inexact bounds to infinity; such whole numbers may also be rejected as too large."""
    if max(abs(interval.low), abs(interval.high)) <= _EXACT_MAX:
        return interval
    low = -math.inf if interval.low < -_EXACT_MAX else min(interval.low, _EXACT_MAX)
    high = math.inf if interval.high > _EXACT_MAX else max(interval.high, -_EXACT_MAX)
    return Interval(low, high, may_fail=True)


def _flags(*intervals: Interval) -> tuple[bool, bool, bool]:
    return (
        any(interval.may_be_nan for interval in intervals),
        any(interval.may_fail for interval in intervals),
        any(interval.zero_division for interval in intervals),
    )


def _with_flags(interval: Interval, *others: Interval) -> Interval:
    return Interval(interval.low, interval.high, *_flags(interval, *others), known_truth=interval.known_truth)


def _hull(intervals: list[Interval]) -> Interval:
    return Interval(min(interval.low for interval in intervals), max(interval.high for interval in intervals))


def _truth_interval(truth: bool | None, *intervals: Interval) -> Interval:
    _, may_fail, zero_division = _flags(*intervals)
    low, high = {True: (1.0, 1.0), False: (0.0, 0.0), None: (0.0, 1.0)}[truth]
    return Interval(low, high, False, may_fail, zero_division)


def _compare(operation: ast.cmpop, left: Interval, right: Interval) -> bool | None:
    if left.may_be_nan or right.may_be_nan:
        return None
    # Comparisons round to `canonical` values; that is monotonic, so the bounds can be rounded instead.
    left_low, left_high = canonical(left.low), canonical(left.high)
    right_low, right_high = canonical(right.low), canonical(right.high)
    match operation:
        case ast.Gt() | ast.GtE():
            mirrored = ast.Lt() if isinstance(operation, ast.Gt) else ast.LtE()
            return _compare(mirrored, right, left)
        case ast.NotEq():
            same = _compare(ast.Eq(), left, right)
            return None if same is None else not same
        case ast.Lt():
            return True if left_high < right_low else False if left_low >= right_high else None
        case ast.LtE():
            return True if left_high <= right_low else False if left_low > right_high else None
    if left_high < right_low or right_high < left_low:
        return False
    return True if left_low == left_high == right_low == right_high else None
