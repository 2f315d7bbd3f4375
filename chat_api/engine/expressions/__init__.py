"""Safe, bounded expressions of scripts: parsed once, and compiled into closures."""

from chat_api.engine.expressions.arithmetic import (
    NODES_MAX,
    SOURCE_MAX,
    ParsedExpression,
    evaluate,
    evaluate_compiled,
    evaluate_parsed,
    names_in,
    parse,
    parse_uncached,
)
from chat_api.engine.expressions.grammar import NUMBER_MAX, DivisionByZero, ExpressionError

__all__ = [
    "NODES_MAX",
    "NUMBER_MAX",
    "SOURCE_MAX",
    "DivisionByZero",
    "ExpressionError",
    "ParsedExpression",
    "evaluate",
    "evaluate_compiled",
    "evaluate_parsed",
    "names_in",
    "parse",
    "parse_uncached",
]
