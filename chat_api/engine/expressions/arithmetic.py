"""Expressions over variables that are numbers: `x + 1`, `x > 3 and not y`, `round(x / 7, 1)`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite
from typing import Any, Final

from chat_api.engine.expressions import operators
from chat_api.engine.expressions.compiler import Closure, Semantics, compile_tree
from chat_api.engine.expressions.grammar import Dialect, ExpressionError, parse_tree, without_value
from chat_api.engine.expressions.operators import bounded, stored_number

SOURCE_MAX: Final = 500
#: The maximum number of names, numbers and operations in an expression.
NODES_MAX: Final = 100

_DIALECT: Final = Dialect(SOURCE_MAX, NODES_MAX, is_typed=False)
_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "round": operators.round_to,
}


@dataclass(frozen=True, slots=True)
class ParsedExpression:
    """An expression ready for evaluation; `names` are the variables it reads, `divides` whether it has a division."""

    source: str
    tree: ast.expr
    names: frozenset[str]
    divides: bool
    #: The expression as a function of the variables.
    value: Closure = field(repr=False, compare=False)


@lru_cache(maxsize=4096)
def parse(source: str) -> ParsedExpression:
    """Parse an expression, cached. Raises `ExpressionError`."""
    return parse_uncached(source)


def parse_uncached(source: str) -> ParsedExpression:
    """Parse an expression without adding it to the cache. Raises `ExpressionError`."""
    tree = parse_tree(source, _DIALECT)
    if tree.names & _FUNCTIONS.keys():
        raise ExpressionError("a function name cannot be used as a variable")
    return ParsedExpression(source, tree.root, tree.names, tree.divides, compile_tree(tree.root, _SEMANTICS))


def evaluate(source: str, variables: Mapping[str, float]) -> float:
    """Return the value of the expression as a float; unknown variables are 0, true is 1.

    Takes bounded time for any source and variables. Raises `ExpressionError`.
    """
    return evaluate_compiled(parse(source).value, variables)


def evaluate_parsed(parsed: ParsedExpression, variables: Mapping[str, float]) -> float:
    """Evaluate a parsed expression, like `evaluate`. Raises `ExpressionError`."""
    return evaluate_compiled(parsed.value, variables)


def evaluate_compiled(compiled: Closure, variables: Mapping[str, float]) -> float:
    """Evaluate the function of a parsed expression, like `evaluate`. Raises `ExpressionError`."""
    try:
        result = compiled(variables)
        if type(result) is not float:
            result = float(result)
    except ExpressionError:
        raise
    except Exception as error:
        raise without_value(error) from error
    if not isfinite(result):
        raise ExpressionError("the result is not a finite number")
    return result


def names_in(source: str) -> frozenset[str]:
    """Return the variables that the expression reads. Raises `ExpressionError`."""
    return parse(source).names


def _variable(name: str) -> Closure:
    def read(variables: Mapping[str, float]) -> float:
        value = variables.get(name, 0.0)
        # Nearly all are floats, which need no further look.
        return value if type(value) is float else stored_number(value)

    return read


def _call(
    name: str,
    args: Sequence[ast.expr],
    keywords: Mapping[str, ast.expr],
    compiled: Callable[[ast.expr], Closure],
) -> Closure:
    if name not in _FUNCTIONS or keywords:
        raise ExpressionError("only min, max, abs and round can be called")
    function, arguments = _FUNCTIONS[name], tuple(map(compiled, args))
    return lambda variables: bounded(function(*[argument(variables) for argument in arguments]))


_SEMANTICS: Final = Semantics(
    name=_variable,
    call=_call,
    binary=operators.BINARY,
    of_numbers={},
    unary=operators.UNARY,
    comparison=lambda op, left, right: operators.COMPARISONS[type(op)],
)
