"""Compilation of expressions into closures: each node of the tree is a function of what the expression reads from."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chat_api.engine.expressions.grammar import ExpressionError, dotted
from chat_api.engine.expressions.operators import bounded

#: A compiled node: what it reads from is the caller's, variables by name or an environment.
Closure = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Semantics:
    """The meanings of names, operators and functions."""

    #: Returns the closure of a name, dotted ones as one.
    name: Callable[[str], Closure]
    #: Returns the closure of a call, by the function's name.
    call: Callable[[str, Sequence[ast.expr], Mapping[str, ast.expr], Callable[[ast.expr], Closure]], Closure]
    binary: Mapping[type[ast.operator], Callable[[Any, Any], Any]]
    #: What `binary` does with two numbers, without its look at what they are; empty where it is the same.
    of_numbers: Mapping[type[ast.operator], Callable[[Any, Any], Any]]
    unary: Mapping[type[ast.unaryop], Callable[[Any], Any]]
    #: Returns the comparison of what the two nodes give.
    comparison: Callable[[ast.cmpop, ast.expr, ast.expr], Callable[[Any, Any], Any]]


def compile_tree(root: ast.expr, meaning: Semantics) -> Closure:
    """Return the tree as a function. Raises `ExpressionError` for what has no meaning here.

    Nodes are compiled from the leaves on, without recursion: a sum of 200 numbers is a tree of 200 levels.
    """
    closures: dict[int, Closure] = {}

    def compiled(inner: ast.expr) -> Closure:
        return closures[id(inner)]

    for node in reversed(_with_operands(root)):
        closures[id(node)] = _compile(node, meaning, compiled)
    return closures[id(root)]


def _with_operands(root: ast.expr) -> list[ast.expr]:
    """Return the nodes of the tree, each before its operands."""
    found = [root]
    for node in found:
        match node:
            case ast.Call(args=args, keywords=keywords):
                found += [*args, *(keyword.value for keyword in keywords)]
            case ast.Name() | ast.Attribute():
                # The name before a dot is part of the name.
                pass
            case _:
                found += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return found


def _compile(node: ast.expr, meaning: Semantics, compiled: Callable[[ast.expr], Closure]) -> Closure:
    match node:
        case ast.Constant(value=number):
            return lambda env: number
        case ast.Name() | ast.Attribute():
            return meaning.name(dotted(node) or "")
        case ast.BinOp() | ast.UnaryOp() | ast.BoolOp() | ast.Compare():
            return _operation(node, meaning, compiled)
        case ast.IfExp(test=test, body=body, orelse=other):
            return _conditional(compiled(test), compiled(body), compiled(other))
        case ast.List(elts=items):
            return _list([compiled(item) for item in items])
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
            return meaning.call(name, args, _by_name(keywords), compiled)
    raise ExpressionError(f"{type(node).__name__} is not allowed")


def _operation(node: ast.expr, meaning: Semantics, compiled: Callable[[ast.expr], Closure]) -> Closure:
    match node:
        case ast.BinOp(left=left, op=op, right=ast.Constant(value=int() | float() as number)) if (
            type(op) in meaning.of_numbers
        ):
            plain = meaning.of_numbers[type(op)]
            return _with_number(meaning.binary[type(op)], plain, compiled(left), number)
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(meaning.binary[type(op)], compiled(left), right, compiled)
        case ast.UnaryOp(op=unary, operand=operand):
            return _unary(meaning.unary[type(unary)], compiled(operand))
        case ast.BoolOp(op=ast.And(), values=values):
            return _all([compiled(value) for value in values])
        case ast.BoolOp(values=values):
            return _any([compiled(value) for value in values])
        case ast.Compare(left=left, ops=[single], comparators=[right]):
            return _binary(meaning.comparison(single, left, right), compiled(left), right, compiled)
        case ast.Compare(left=left, ops=ops, comparators=others):
            nodes = [left, *others]
            compares = [meaning.comparison(*each) for each in zip(ops, nodes, others, strict=False)]
            return _chain(compares, [compiled(each) for each in nodes])
    raise ExpressionError(f"{type(node).__name__} is not allowed")


def _by_name(keywords: Sequence[ast.keyword]) -> dict[str, ast.expr]:
    named = {keyword.arg: keyword.value for keyword in keywords if keyword.arg is not None}
    if len(named) < len(keywords):
        raise ExpressionError("it is not a valid expression")
    return named


def _binary(
    operate: Callable[[Any, Any], Any],
    left: Closure,
    right: ast.expr,
    compiled: Callable[[ast.expr], Closure],
) -> Closure:
    if isinstance(right, ast.Constant):
        return _with_constant(operate, left, right.value)
    other = compiled(right)

    def evaluate(env: Any) -> Any:
        value = operate(left(env), other(env))
        # Most values are floats or truths, which need no bound.
        kind = type(value)
        return value if kind is float or kind is bool else bounded(value)

    return evaluate


def _with_constant(operate: Callable[[Any, Any], Any], left: Closure, right: Any) -> Closure:
    """Return `_binary` for a number on the right, as in most expressions."""

    def evaluate(env: Any) -> Any:
        value = operate(left(env), right)
        kind = type(value)
        return value if kind is float or kind is bool else bounded(value)

    return evaluate


def _with_number(
    operate: Callable[[Any, Any], Any], plain: Callable[[Any, Any], Any], left: Closure, right: float
) -> Closure:
    """Return `_with_constant` where a number on the left needs no further look, as in most modifications."""

    def evaluate(env: Any) -> Any:
        value = left(env)
        value = plain(value, right) if type(value) is float else operate(value, right)
        kind = type(value)
        return value if kind is float or kind is bool else bounded(value)

    return evaluate


def _unary(operate: Callable[[Any], Any], operand: Closure) -> Closure:
    return lambda env: bounded(operate(operand(env)))


def _all(operands: Sequence[Closure]) -> Closure:
    def evaluate(env: Any) -> Any:
        value: Any = True
        for operand in operands:
            value = operand(env)
            if not value:
                break
        return value

    return evaluate


def _any(operands: Sequence[Closure]) -> Closure:
    def evaluate(env: Any) -> Any:
        value: Any = False
        for operand in operands:
            value = operand(env)
            if value:
                break
        return value

    return evaluate


def _chain(compares: Sequence[Callable[[Any, Any], Any]], operands: Sequence[Closure]) -> Closure:
    first, rest = operands[0], tuple(zip(compares, operands[1:], strict=True))

    def evaluate(env: Any) -> bool:
        left = first(env)
        for compare, operand in rest:
            right = operand(env)
            if not compare(left, right):
                return False
            left = right
        return True

    return evaluate


def _conditional(test: Closure, body: Closure, other: Closure) -> Closure:
    return lambda env: body(env) if test(env) else other(env)


def _list(items: Sequence[Closure]) -> Closure:
    return lambda env: tuple(item(env) for item in items)
