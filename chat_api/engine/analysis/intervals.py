"""Interval analysis of expressions: a sound over-approximation of their values."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from chat_api.engine.analysis.interval_arithmetic import (
    ANYTHING,
    EXACT_MAX,
    ZERO,
    Interval,
    bounded,
    called,
    combined,
    compared,
    flags,
    hull,
    truth_interval,
    with_flags,
)
from chat_api.engine.expressions import ParsedExpression

__all__ = ["ANYTHING", "Interval", "interval_of"]

#: The maximum relative difference of numbers that compare equal.
_EQUAL_WITHIN: Final = 1e-14


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
                return bounded(Interval(float(number), float(number)))
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
                return with_flags(either, test)
            case ast.BinOp():
                return combined(node.op, self.interval(node.left), self.interval(node.right))
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
            ) if abs(number) <= EXACT_MAX:
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
            return truth_interval(None if operand.truth is None else not operand.truth, operand)
        if isinstance(node.op, ast.USub):
            return with_flags(Interval(-operand.high, -operand.low), operand)
        return with_flags(Interval(operand.low, operand.high), operand)

    def _boolean(self, node: ast.BoolOp) -> Interval:
        intervals, evaluator = [], self
        for value in node.values:
            intervals.append(evaluator.interval(value))
            evaluator = evaluator.assuming(value) if isinstance(node.op, ast.And) else evaluator
        truths = [interval.truth for interval in intervals]
        deciding = isinstance(node.op, ast.Or)
        bounds = hull(intervals)
        truth = None
        if deciding in truths:
            truth = deciding
        elif all(each is (not deciding) for each in truths):
            truth = not deciding
        if truth is False:
            bounds = ZERO
        return Interval(bounds.low, bounds.high, *flags(*intervals), known_truth=truth)

    def _comparison(self, node: ast.Compare) -> Interval:
        intervals = [self.interval(node.left), *(self.interval(right) for right in node.comparators)]
        truths = [
            compared(operation, left, right)
            for operation, left, right in zip(node.ops, intervals, intervals[1:], strict=False)
        ]
        truth: bool | None = None
        if False in truths:
            truth = False
        elif all(truths):
            truth = True
        return truth_interval(truth, *intervals)

    def _call(self, node: ast.Call) -> Interval:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        return called(name, [self.interval(argument) for argument in node.args])
