"""Operators on numbers: Python's arithmetic on whole numbers and doubles, with whole numbers bounded."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import Any, Final

from chat_api.engine import numbers
from chat_api.engine.expressions.grammar import NUMBER_MAX, ExpressionError

_DIGITS_MAX: Final = 100


def bounded(value: Any) -> Any:
    """Return the result of an operation. Raises `ExpressionError` if it is complex, or too large a whole number."""
    if type(value) is float:
        return value
    if isinstance(value, complex):
        raise ExpressionError("the result is not a number")
    if isinstance(value, int) and not -NUMBER_MAX <= value <= NUMBER_MAX:
        raise ExpressionError("a number is too large")
    return value


def stored_number(value: Any) -> float | int:
    """Return the value of a variable. Those stored by older releases may be any JSON value: 0 if it is not a number."""
    if type(value) is float:
        return value
    return bounded(value) if isinstance(value, float | int) else 0.0


def power(base: float, exponent: float) -> float:
    """Return the power. Raises `ExpressionError` if it would be too large."""
    if abs(base) > 1 and exponent * math.log10(abs(base)) > _DIGITS_MAX:
        raise ExpressionError("a number is too large")
    return operator.pow(base, exponent)  # type: ignore[no-any-return]


def round_to(number: float, digits: float = 0) -> float:
    """Round halves away from zero. Raises `ExpressionError` for digits that are not a small whole number."""
    if abs(digits) > _DIGITS_MAX or digits != int(digits):
        raise ExpressionError(
            f"the digits to round to must be a whole number from -{_DIGITS_MAX} to {_DIGITS_MAX}"
        )
    return numbers.round_half_away(number, int(digits))


BINARY: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: numbers.floor_divide,
    ast.Mod: numbers.remainder,
    ast.Pow: power,
}
UNARY: Final[dict[type[ast.unaryop], Callable[[Any], Any]]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: numbers.comparison(operator.eq),
    ast.NotEq: numbers.comparison(operator.ne),
    ast.Lt: numbers.comparison(operator.lt),
    ast.LtE: numbers.comparison(operator.le),
    ast.Gt: numbers.comparison(operator.gt),
    ast.GtE: numbers.comparison(operator.ge),
}
