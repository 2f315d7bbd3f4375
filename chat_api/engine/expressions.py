"""Safe, bounded arithmetic expressions: names, numbers, operators, and `min`, `max`, `abs`, `round`."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import local
from typing import Any, Final

from simpleeval import SimpleEval

from chat_api.engine import numbers

SOURCE_MAX: Final = 500
#: The maximum number of names, numbers and operations in an expression.
NODES_MAX: Final = 100
#: Evaluation stops at larger whole numbers, which keeps every step cheap.
NUMBER_MAX: Final = 10**100
_DIGITS_MAX: Final = 100

# Only these tokens reach Python's parser: it warns about `1or 2` and `"\d"`, and accepts strings, brackets and lambdas.
# Possessive and atomic groups prevent backtracking, so matching takes linear time.
_TOKENS: Final = re.compile(
    r"(?>\s+"
    r"|(?:[0-9](?:_?[0-9])*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.])"
    r"|[^\W\d]\w*"
    r"|[<>=!]=|\*\*|//|[-+*/%()<>,])*+"
)

_ALLOWED: Final = (
    ast.Expression,
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Name,
    ast.Load,
    ast.Constant,
    ast.Call,
    ast.operator,
    ast.unaryop,
    ast.boolop,
    ast.cmpop,
)


_DIVISIONS: Final = (ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)


class ExpressionError(ValueError):
    """The expression is invalid, or has no value for these variables; the message has the reason."""


class DivisionByZero(ExpressionError):
    """The expression divides by zero with these variables."""


@dataclass(frozen=True, slots=True)
class ParsedExpression:
    """An expression ready for evaluation; `names` are the variables it reads, `divides` whether it has a division."""

    source: str
    tree: ast.expr
    names: frozenset[str]
    divides: bool


def _power(base: float, exponent: float) -> float:
    if abs(base) > 1 and exponent * math.log10(abs(base)) > _DIGITS_MAX:
        raise ExpressionError("a number is too large")
    return operator.pow(base, exponent)  # type: ignore[no-any-return]


def _round(number: float, digits: float = 0) -> float:
    if abs(digits) > _DIGITS_MAX or digits != int(digits):
        raise ExpressionError(
            f"the digits to round to must be a whole number from -{_DIGITS_MAX} to {_DIGITS_MAX}"
        )
    return numbers.round_half_away(number, int(digits))


_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {"min": min, "max": max, "abs": abs, "round": _round}

_OPERATORS: Final[dict[type[ast.AST], Callable[..., Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: numbers.floor_divide,
    ast.Mod: numbers.remainder,
    ast.Pow: _power,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Eq: numbers.comparison(operator.eq),
    ast.NotEq: numbers.comparison(operator.ne),
    ast.Lt: numbers.comparison(operator.lt),
    ast.LtE: numbers.comparison(operator.le),
    ast.Gt: numbers.comparison(operator.gt),
    ast.GtE: numbers.comparison(operator.ge),
}


@lru_cache(maxsize=4096)
def parse(source: str) -> ParsedExpression:
    """Parse an expression, cached. Raises `ExpressionError`."""
    return parse_uncached(source)


def parse_uncached(source: str) -> ParsedExpression:
    """Parse an expression without adding it to the cache. Raises `ExpressionError`."""
    if len(source) > SOURCE_MAX:
        raise ExpressionError(f"it has more than {SOURCE_MAX} characters")
    text = " ".join(source.split())
    if not text or _TOKENS.fullmatch(text) is None:
        raise ExpressionError("it is not a valid expression")
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("it is not a valid expression") from error
    nodes = list(ast.walk(tree))
    if sum(isinstance(node, ast.expr) for node in nodes) > NODES_MAX:
        raise ExpressionError(f"it has more than {NODES_MAX} names, numbers and operations")
    called, named, divides = set(), [], False
    for node in nodes:
        _check_node(node)
        if isinstance(node, ast.Call):
            called.add(id(node.func))
        elif isinstance(node, ast.Name):
            named.append(node)
        elif isinstance(node, _DIVISIONS):
            divides = True
    names = frozenset(node.id for node in named if id(node) not in called)
    if names & _FUNCTIONS.keys():
        raise ExpressionError("a function name cannot be used as a variable")
    return ParsedExpression(source, tree.body, names, divides)


def _check_node(node: ast.AST) -> None:
    if not isinstance(node, _ALLOWED):
        raise ExpressionError(f"{type(node).__name__} is not allowed")
    if isinstance(node, ast.operator | ast.unaryop | ast.cmpop) and type(node) not in _OPERATORS:
        raise ExpressionError(f"{type(node).__name__} is not allowed")
    if isinstance(node, ast.Constant):
        number = node.value
        if not isinstance(number, bool | int | float):
            raise ExpressionError("only numbers are allowed")
        if number > NUMBER_MAX:
            raise ExpressionError("a number is too large")
    if isinstance(node, ast.Call) and (
        not isinstance(node.func, ast.Name) or node.func.id not in _FUNCTIONS or node.keywords
    ):
        raise ExpressionError("only min, max, abs and round can be called")


class _Evaluator(SimpleEval):  # type: ignore[misc]
    """simpleeval with the operators above; all intermediate whole numbers are bounded."""

    variables: Mapping[str, float]

    def __init__(self) -> None:
        super().__init__(operators=_OPERATORS, functions=_FUNCTIONS, allowed_attrs={})
        self.names = self._value_of

    def _value_of(self, node: ast.Name) -> float:
        value = self.variables.get(node.id, 0.0)
        # Variables stored by older releases may be any JSON value.
        return value if isinstance(value, float | int) else 0.0

    def _eval(self, node: ast.AST) -> Any:
        value = super()._eval(node)
        if isinstance(value, complex):
            raise ExpressionError("the result is not a number")
        if isinstance(value, int) and abs(value) > NUMBER_MAX:
            raise ExpressionError("a number is too large")
        return value


class _ThreadLocal(local):
    """One evaluator for each thread: creating one changes the warning filters of the whole process."""

    def __init__(self) -> None:
        self.evaluator = _Evaluator()


_thread_local: Final = _ThreadLocal()


def evaluate(source: str, variables: Mapping[str, float]) -> float:
    """Return the value of the expression as a float; unknown variables are 0, true is 1.

    Takes bounded time for any source and variables. Raises `ExpressionError`.
    """
    return evaluate_parsed(parse(source), variables)


def evaluate_parsed(parsed: ParsedExpression, variables: Mapping[str, float]) -> float:
    """Evaluate a parsed expression, like `evaluate`. Raises `ExpressionError`."""
    evaluator = _thread_local.evaluator
    evaluator.variables = variables
    try:
        result = float(evaluator.eval(parsed.source, previously_parsed=parsed.tree))
    except ExpressionError:
        raise
    except ZeroDivisionError as error:
        raise DivisionByZero("division by zero") from error
    except Exception as error:
        raise ExpressionError(f"{type(error).__name__}: {error}") from error
    if not math.isfinite(result):
        raise ExpressionError("the result is not a finite number")
    return result


def names_in(source: str) -> frozenset[str]:
    """Return the variables that the expression reads. Raises `ExpressionError`."""
    return parse(source).names
