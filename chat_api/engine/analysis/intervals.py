"""What an expression may give when variables are known to lie between bounds: never too little."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from chat_api.engine.expressions import ParsedExpression
from chat_api.engine.numbers import canonical, rounded

#: Up to here a float holds every whole number, and arithmetic on bounds is exact enough.
_EXACT_MAX: Final = 2.0**53
#: Numbers that compare as equal are no farther apart than this part of them.
_ALIKE: Final = 1e-14


@dataclass(frozen=True, slots=True)
class Span:
    """Every value lies from `low` to `high`, or is no number (`odd`), or there is none (`fails`).

    `truth` is what all values count as: true, false, or None where both may be. `divides` says that a divisor
    may be 0.
    """

    low: float
    high: float
    odd: bool = False
    fails: bool = False
    divides: bool = False
    known_truth: bool | None = None

    @property
    def truth(self) -> bool | None:
        """Say whether all values count as true or all as false; None where that is open."""
        if self.known_truth is not None:
            return self.known_truth
        if self.low > 0 or self.high < 0:
            return True
        return False if self.low == self.high == 0 and not self.odd else None

    def joined(self, other: Span) -> Span:
        """Give the least span that holds both."""
        return Span(
            min(self.low, other.low),
            max(self.high, other.high),
            self.odd or other.odd,
            self.fails or other.fails,
            self.divides or other.divides,
        )


ANYTHING: Final = Span(-math.inf, math.inf, odd=True, fails=True)
ZERO: Final = Span(0.0, 0.0)


def span_of(parsed: ParsedExpression, variables: Mapping[str, Span]) -> Span:
    """Give a span of all that the expression gives for variables within theirs; an unknown one is 0."""
    return _Reader(variables).read(parsed.tree)


@dataclass(frozen=True, slots=True)
class _Reader:
    variables: Mapping[str, Span]
    #: What is known better of some variables where a test is true.
    narrowed: Mapping[str, Span] = field(default_factory=dict)

    def read(self, node: ast.expr) -> Span:
        match node:
            case ast.Constant(value=bool() | int() | float() as number):
                return _bounded(Span(float(number), float(number)))
            case ast.Name(id=name):
                return self._variable(name)
            case ast.UnaryOp():
                return self._unary(node)
            case ast.BoolOp():
                return self._boolean(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.IfExp():
                test, other = self.read(node.test), self.read(node.orelse)
                body = self.where(node.test).read(node.body)
                either = {True: body, False: other, None: body.joined(other)}[test.truth]
                return _marked(either, test)
            case ast.BinOp():
                return self._binary(node)
            case ast.Call():
                return self._call(node)
        return ANYTHING

    def where(self, test: ast.expr) -> _Reader:
        """Give a reader for where the test is true: a variable is not 0, or lies on one side of a number."""
        match test:
            case ast.BoolOp(op=ast.And(), values=values):
                reader = self
                for value in values:
                    reader = reader.where(value)
                return reader
            case ast.Name(id=name):
                return self._with(name, -math.inf, math.inf, nonzero=True)
            case ast.Compare(
                left=ast.Name(id=name),
                ops=[operation],
                comparators=[ast.Constant(value=bool() | int() | float() as number)],
            ) if abs(number) <= _EXACT_MAX:
                match operation:
                    case ast.NotEq():
                        return self._with(name, -math.inf, math.inf, nonzero=number == 0)
                    case ast.Gt():
                        return self._with(name, float(number), math.inf, nonzero=number >= 0)
                    case ast.GtE():
                        return self._with(name, number - abs(number) * _ALIKE, math.inf, nonzero=False)
                    case ast.Lt():
                        return self._with(name, -math.inf, float(number), nonzero=number <= 0)
                    case ast.LtE():
                        return self._with(name, -math.inf, number + abs(number) * _ALIKE, nonzero=False)
        return self

    def _with(self, name: str, low: float, high: float, *, nonzero: bool) -> _Reader:
        span = self._variable(name)
        low, high = max(span.low, low), min(span.high, high)
        if low > high or span.odd:
            return self
        narrowed = replace(span, low=low, high=high, known_truth=True if nonzero else span.known_truth)
        return _Reader(self.variables, {**self.narrowed, name: narrowed})

    def _variable(self, name: str) -> Span:
        return self.narrowed.get(name) or self.variables.get(name, ZERO)

    def _unary(self, node: ast.UnaryOp) -> Span:
        operand = self.read(node.operand)
        if isinstance(node.op, ast.Not):
            return _verdict(None if operand.truth is None else not operand.truth, operand)
        if isinstance(node.op, ast.USub):
            return _marked(Span(-operand.high, -operand.low), operand)
        return _marked(Span(operand.low, operand.high), operand)

    def _boolean(self, node: ast.BoolOp) -> Span:
        spans, reader = [], self
        for value in node.values:
            spans.append(reader.read(value))
            reader = reader.where(value) if isinstance(node.op, ast.And) else reader
        truths = [span.truth for span in spans]
        decides = isinstance(node.op, ast.Or)
        hull = _hull(spans)
        truth = None
        if decides in truths:
            truth = decides
        elif all(one is (not decides) for one in truths):
            truth = not decides
        if truth is False:
            hull = ZERO
        return Span(hull.low, hull.high, *_marks(*spans), known_truth=truth)

    def _comparison(self, node: ast.Compare) -> Span:
        spans = [self.read(node.left), *(self.read(right) for right in node.comparators)]
        truths = [
            _compare(operation, left, right)
            for operation, left, right in zip(node.ops, spans, spans[1:], strict=False)
        ]
        truth: bool | None = None
        if False in truths:
            truth = False
        elif all(truths):
            truth = True
        return _verdict(truth, *spans)

    def _binary(self, node: ast.BinOp) -> Span:
        left, right = self.read(node.left), self.read(node.right)
        if isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod) and right.low <= 0 <= right.high:
            divides = left.divides or right.divides or right.truth is not True
            return Span(-math.inf, math.inf, odd=True, fails=True, divides=divides)
        operation = _EDGES.get(type(node.op))
        if operation is None or left.odd or right.odd:
            # 0 to a negative power.
            inverts = isinstance(node.op, ast.Pow) and left.truth is not True and right.low < 0
            return _anything(inverts, left, right)
        corners = [operation(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
        no_number = any(math.isnan(corner) for corner in corners) or (
            isinstance(node.op, ast.Mult) and (_may_be_0_by_inf(left, right) or _may_be_0_by_inf(right, left))
        )
        if no_number:
            return _anything(False, left, right)
        return _marked(_bounded(Span(min(corners), max(corners))), left, right)

    def _call(self, node: ast.Call) -> Span:
        spans = [self.read(argument) for argument in node.args]
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if not spans or any(span.odd for span in spans):
            return _anything(False, *spans)
        lows, highs = [span.low for span in spans], [span.high for span in spans]
        if name in ("min", "max") and len(spans) > 1:
            pick: Callable[[list[float]], float] = min if name == "min" else max
            return _marked(Span(pick(lows), pick(highs)), *spans)
        if name == "abs" and len(spans) == 1:
            low = 0.0 if lows[0] <= 0 <= highs[0] else min(abs(lows[0]), abs(highs[0]))
            return _marked(Span(low, max(abs(lows[0]), abs(highs[0]))), *spans)
        if name == "round" and len(spans) == 1 and math.isfinite(lows[0]) and math.isfinite(highs[0]):
            return _marked(Span(float(rounded(lows[0])), float(rounded(highs[0]))), *spans)
        return _anything(False, *spans)


def _anything(divides: bool, *others: Span) -> Span:
    return replace(ANYTHING, divides=divides or any(other.divides for other in others))


def _add(left: float, right: float) -> float:
    return left + right


def _subtract(left: float, right: float) -> float:
    return left - right


def _multiply(left: float, right: float) -> float:
    return left * right


def _divide(left: float, right: float) -> float:
    return left / right


_EDGES: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: _add,
    ast.Sub: _subtract,
    ast.Mult: _multiply,
    ast.Div: _divide,
}


def _may_be_0_by_inf(left: Span, right: Span) -> bool:
    return left.low <= 0 <= left.high and (math.isinf(right.low) or math.isinf(right.high))


def _bounded(span: Span) -> Span:
    """Beyond what is exact only the side is known, and a whole number may be refused as too large."""
    if max(abs(span.low), abs(span.high)) <= _EXACT_MAX:
        return span
    low = -math.inf if span.low < -_EXACT_MAX else min(span.low, _EXACT_MAX)
    high = math.inf if span.high > _EXACT_MAX else max(span.high, -_EXACT_MAX)
    return Span(low, high, fails=True)


def _marks(*spans: Span) -> tuple[bool, bool, bool]:
    return (
        any(span.odd for span in spans),
        any(span.fails for span in spans),
        any(span.divides for span in spans),
    )


def _marked(span: Span, *others: Span) -> Span:
    return Span(span.low, span.high, *_marks(span, *others), known_truth=span.known_truth)


def _hull(spans: list[Span]) -> Span:
    return Span(min(span.low for span in spans), max(span.high for span in spans))


def _verdict(truth: bool | None, *spans: Span) -> Span:
    _, fails, divides = _marks(*spans)
    low, high = {True: (1.0, 1.0), False: (0.0, 0.0), None: (0.0, 1.0)}[truth]
    return Span(low, high, False, fails, divides)


def _compare(operation: ast.cmpop, left: Span, right: Span) -> bool | None:
    if left.odd or right.odd:
        return None
    # Rounding to the digits that are compared never reverses an order, so it may be done to the bounds.
    left_low, left_high = canonical(left.low), canonical(left.high)
    right_low, right_high = canonical(right.low), canonical(right.high)
    match operation:
        case ast.Gt() | ast.GtE():
            flipped = ast.Lt() if isinstance(operation, ast.Gt) else ast.LtE()
            return _compare(flipped, right, left)
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
