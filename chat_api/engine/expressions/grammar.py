"""The grammar of expressions: Python's for arithmetic, comparisons and conditions, and only that.

Only known tokens reach Python's parser, and only known nodes leave it. The values and functions of an expression are
those of its dialect: `numbers_only` for rules that read variables, `language` for schemas whose questions have names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

#: Larger whole numbers are not computed, which keeps every step cheap.
NUMBER_MAX: Final = 10**100

# Python's parser warns about `1or 2` and `"\d"`, and accepts brackets and lambdas: it gets none of these.
# Possessive and atomic groups prevent backtracking, so matching takes linear time.
_NUMBER: Final = r"(?:[0-9](?:_?[0-9])*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.])"
_WORD: Final = r"[^\W\d]\w*"
_OPERATOR: Final = r"[<>=!]=|\*\*|//|[-+*/%()<>,]"
#: A text between quotes; a quote inside is written twice.
_TEXT: Final = r"'(?:[^']|'')*+'|\"(?:[^\"]|\"\")*+\""
_TOKENS: Final = re.compile(rf"(?>\s+|{_NUMBER}|{_WORD}|{_OPERATOR})*+")
_TYPED_TOKENS: Final = re.compile(
    rf"(?>\s+|{_NUMBER}|{_WORD}(?:\.{_WORD})*+|{_TEXT}|{_OPERATOR}|[=\[\]])*+", re.DOTALL
)
_TYPED_PARTS: Final = re.compile(rf"(?P<text>{_TEXT})|\s+|[^'\"\s]+", re.DOTALL)

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
    ast.boolop,
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow),
    *(ast.USub, ast.UAdd, ast.Not),
    *(ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
)
_ALSO_TYPED: Final = (ast.In, ast.NotIn, ast.List, ast.Attribute, ast.keyword)
_DIVISIONS: Final = (ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)


class ExpressionError(ValueError):
    """The expression is invalid, or has no value here; the message has the reason."""


class DivisionByZero(ExpressionError):
    """The expression divides by zero with these values."""


def without_value(error: Exception) -> ExpressionError:
    """Return the error of an expression whose evaluation raised another one."""
    if isinstance(error, ZeroDivisionError):
        return DivisionByZero("division by zero")
    return ExpressionError(f"{type(error).__name__}: {error}")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The bounds of expressions, and whether they have texts, lists and dotted names besides numbers and names."""

    length_max: int
    nodes_max: int
    is_typed: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """An expression as Python's parser understood it."""

    source: str
    root: ast.expr
    #: The names that are read, dotted ones as one, without those of functions.
    names: frozenset[str]
    #: The functions that are called.
    functions: frozenset[str]
    divides: bool
    #: The texts between quotes, by the name that stands for each in `root`.
    texts: Mapping[str, str]


def parse_tree(source: str, dialect: Dialect) -> Tree:
    """Parse an expression. Raises `ExpressionError`."""
    if len(source) > dialect.length_max:
        raise ExpressionError(f"it has more than {dialect.length_max} characters")
    tokens = _TYPED_TOKENS if dialect.is_typed else _TOKENS
    if not source.strip() or tokens.fullmatch(source) is None:
        raise ExpressionError("it is not a valid expression")
    text, texts = _without_texts(source) if dialect.is_typed else (" ".join(source.split()), {})
    try:
        root = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("it is not a valid expression") from error
    nodes = list(ast.walk(root))
    if sum(isinstance(node, ast.expr) for node in nodes) > dialect.nodes_max:
        raise ExpressionError(f"it has more than {dialect.nodes_max} names, numbers and operations")
    for node in nodes:
        _check_node(node, dialect)
    called = {id(node.func): node.func.id for node in nodes if isinstance(node, ast.Call)}  # type: ignore[attr-defined]
    return Tree(
        source=source,
        root=root,
        names=frozenset(name for name in _names(root, called) if name not in texts),
        functions=frozenset(called.values()),
        divides=any(isinstance(node, _DIVISIONS) for node in nodes),
        texts=texts,
    )


def dotted(node: ast.expr) -> str | None:
    """Return the name `a.b.c` that the node reads; None for other nodes."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def _names(node: ast.AST, called: Mapping[int, str]) -> Iterator[str]:
    if id(node) in called:
        return
    name = dotted(node) if isinstance(node, ast.Name | ast.Attribute) else None
    if name is not None:
        yield name
        return
    for child in ast.iter_child_nodes(node):
        yield from _names(child, called)


def _without_texts(source: str) -> tuple[str, dict[str, str]]:
    """Return the source on one line with a name in place of each text, and the texts by these names."""
    prefix = "text"
    while prefix in source:
        prefix += "_"
    texts: dict[str, str] = {}
    parts = []
    for part in _TYPED_PARTS.finditer(source):
        if part["text"] is None:
            parts.append(" " if part[0].isspace() else part[0])
            continue
        quote = part[0][0]
        name = f"{prefix}{len(texts)}"
        texts[name] = part[0][1:-1].replace(quote * 2, quote)
        parts.append(f" {name} ")
    return "".join(parts).strip(), texts


def _check_node(node: ast.AST, dialect: Dialect) -> None:
    if not isinstance(node, _ALLOWED) and not (dialect.is_typed and isinstance(node, _ALSO_TYPED)):
        raise ExpressionError(f"{type(node).__name__} is not allowed")
    if isinstance(node, ast.Constant):
        number = node.value
        if not isinstance(number, bool | int | float):
            raise ExpressionError("only numbers are allowed")
        if number > NUMBER_MAX:
            raise ExpressionError("a number is too large")
    if isinstance(node, ast.Call) and not isinstance(node.func, ast.Name):
        raise ExpressionError("only functions can be called")
    if isinstance(node, ast.Attribute) and dotted(node) is None:
        raise ExpressionError("it is not a valid expression")
