"""Ranges of expressions of the questionnaire language, from those of the names in them; and kinds that never fit."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from chat_api.engine.analysis.interval_arithmetic import EXACT_MAX
from chat_api.engine.analysis.typed_functions import misfits, result_of
from chat_api.engine.analysis.typed_ranges import (
    ANY,
    NOTHING,
    Range,
    calculated,
    compare,
    numbers,
    of_values,
    truths,
    union,
)
from chat_api.engine.expressions.grammar import Tree, dotted
from chat_api.engine.expressions.language import EMPTY as EMPTY_WORD
from chat_api.engine.expressions.language import FUNCTIONS
from chat_api.engine.expressions.values import Kind, Value

#: Deeper expressions are taken to give anything.
_DEPTH_MAX: Final = 60
#: The maximum relative difference of numbers that compare equal.
_EQUAL_WITHIN: Final = 1e-14
_ARITHMETIC: Final = frozenset({Kind.NUMBER})


class Meanings(Protocol):
    """The meaning of names at one place of a script."""

    def named(self, name: str) -> Range:
        """Return the values of a dotted name: a question, a word, a variable, what the host knows."""

    def is_word(self, name: str) -> bool:
        """Return whether the name is a word of the language here."""

    def weight(self, name: str) -> Range:
        """Return what the answers to the question can count for."""

    def score(self, name: str) -> Range:
        """Return the values of the score."""


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates one expression; `misfits` collects, in words, what never fits together."""

    tree: Tree
    meanings: Meanings
    misfits: dict[str, None] = field(default_factory=dict)
    #: Smaller ranges of names, known from a condition that is true here.
    narrowed: Mapping[str, Range] = field(default_factory=dict)

    def range(self, node: ast.expr | None = None, depth: int = 0) -> Range:
        """Return the range of a node; of the whole expression without one."""
        node = self.tree.root if node is None else node
        if depth > _DEPTH_MAX:
            return ANY
        match node:
            case ast.Constant(value=bool() | int() | float() as number):
                return of_values([number])
            case ast.Name() | ast.Attribute():
                return self._name(dotted(node) or "")
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                given = self.range(operand, depth + 1)
                return truths(None if given.truth is None else not given.truth, given)
            case ast.UnaryOp(op=sign, operand=operand):
                zero = numbers(0, 0, is_whole=True)
                operator = ast.Sub() if isinstance(sign, ast.USub) else ast.Add()
                return self._arithmetic(operator, zero, self.range(operand, depth + 1))
            case ast.BinOp():
                return self._chain_of_operations(node, depth)
            case ast.BoolOp():
                return self._boolean(node, depth)
            case ast.Compare():
                return self._comparison(node, depth)
            case ast.IfExp(test=test, body=body, orelse=other):
                return self._conditional(test, body, other, depth)
            case ast.List(elts=items):
                found = [self.range(item, depth + 1) for item in items]
                may_fail = any(each.may_fail for each in found)
                kinds = frozenset({Kind.LIST})
                return Range(kinds=kinds, may_fail=may_fail, items=union(*found) if found else None)
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, node, depth)
        return ANY

    def _name(self, name: str) -> Range:
        if name in self.tree.texts:
            return of_values([self.tree.texts[name]])
        return self.narrowed[name] if name in self.narrowed else self.meanings.named(name)

    def _chain_of_operations(self, node: ast.BinOp, depth: int) -> Range:
        """Return the range of a sum like `a + b + c`, which is a tree as deep as it is long."""
        operations = [(node.op, node.right)]
        left = node.left
        while isinstance(left, ast.BinOp):
            operations.append((left.op, left.right))
            left = left.left
        found = self.range(left, depth + 1)
        for operator, right in reversed(operations):
            found = self._arithmetic(operator, found, self.range(right, depth + 1))
        return found

    def _arithmetic(self, operator: ast.operator, left: Range, right: Range) -> Range:
        for side in (left, right):
            if side.families and Kind.NUMBER not in side.families:
                self.misfits[f"it calculates with a {_kinds(side)}"] = None
        return calculated(operator, left, right)

    def _boolean(self, node: ast.BoolOp, depth: int) -> Range:
        evaluator, found = self, []
        deciding = isinstance(node.op, ast.Or)
        for value in node.values:
            found.append(evaluator.range(value, depth + 1))
            if not deciding:
                evaluator = evaluator.assuming(value)
        given = [each.truth for each in found]
        truth = None
        if deciding in given:
            truth = deciding
        elif all(each is (not deciding) for each in given):
            truth = not deciding
        return replace(union(*found), known_truth=truth, values=None)

    def _comparison(self, node: ast.Compare, depth: int) -> Range:
        nodes = [node.left, *node.comparators]
        ranges = [self.range(each, depth + 1) for each in nodes]
        found = []
        for operator, one, other, left, right in zip(
            node.ops, nodes, nodes[1:], ranges, ranges[1:], strict=False
        ):
            if isinstance(operator, ast.Eq | ast.NotEq) and (self._is_empty(one) or self._is_empty(other)):
                found.append(_with_empty(operator, right if self._is_empty(one) else left))
                continue
            self._check_kinds(operator, left, right)
            found.append(compare(operator, left, right))
        if len(found) == 1:
            return found[0]
        given = [each.truth for each in found]
        return truths(False if False in given else True if all(given) else None, *found)

    def _check_kinds(self, operator: ast.cmpop, left: Range, right: Range) -> None:
        if isinstance(operator, ast.In | ast.NotIn):
            if right.families and Kind.LIST not in right.families:
                self.misfits[f"it looks for something in a {_kinds(right)}"] = None
                return
            right = right.items or Range()
        if left.families and right.families and left.families.isdisjoint(right.families):
            self.misfits[f"it compares a {_kinds(left)} with a {_kinds(right)}"] = None

    def _is_empty(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == EMPTY_WORD and self.meanings.is_word(EMPTY_WORD)

    def _conditional(self, test: ast.expr, body: ast.expr, other: ast.expr, depth: int) -> Range:
        condition = self.range(test, depth + 1)
        found = self.assuming(test).range(body, depth + 1), self.range(other, depth + 1)
        if condition.truth is not None:
            found = (found[0 if condition.truth else 1],) * 2
        return replace(union(*found), may_fail=condition.may_fail or any(each.may_fail for each in found))

    def _call(self, name: str, node: ast.Call, depth: int) -> Range:
        if name in ("weight", "score"):
            given = dotted(node.args[0]) if len(node.args) == 1 else None
            if given is None:
                return NOTHING
            return (
                self.meanings.weight(given)
                if name == "weight"
                else self.meanings.score(self.tree.texts.get(given, ""))
            )
        args = [self.range(arg, depth + 1) for arg in node.args]
        for keyword in node.keywords:
            self.range(keyword.value, depth + 1)
        if name not in FUNCTIONS:
            return NOTHING
        for kind in misfits(name, args):
            self.misfits[f"{name} takes no {kind}"] = None
        if name == "selected" and len(args) == 2:
            self._check_kinds(ast.In() if args[0].kinds == {Kind.LIST} else ast.Eq(), args[1], args[0])
        return result_of(name, args)

    # What is known where a condition is true.

    def assuming(self, test: ast.expr) -> Evaluator:
        """Return an evaluator for where the test is true: a name is answered, or lies on one side of a number."""
        match test:
            case ast.BoolOp(op=ast.And(), values=values):
                evaluator = self
                for value in values:
                    evaluator = evaluator.assuming(value)
                return evaluator
            case ast.Name(id=name):
                return self._narrow(name, is_true=True)
            case ast.Call(func=ast.Name(id="answered"), args=[ast.Name(id=name)]):
                return self._narrow(name)
            case ast.Compare(left=ast.Name(id=name), ops=[ast.NotEq()], comparators=[right]) if (
                self._is_empty(right)
            ):
                return self._narrow(name)
            case ast.Compare(left=ast.Name(id=name), ops=ops, comparators=[ast.Constant() as right]):
                return self._beside(name, ops[0], right)
        return self

    def _beside(self, name: str, operator: ast.cmpop, constant: ast.Constant) -> Evaluator:
        number = constant.value
        if not isinstance(number, int | float) or abs(number) > EXACT_MAX:
            return self
        slack = abs(number) * _EQUAL_WITHIN
        match operator:
            case ast.Gt():
                return self._narrow(name, low=float(number), is_true=number >= 0)
            case ast.GtE():
                return self._narrow(name, low=number - slack)
            case ast.Lt():
                return self._narrow(name, high=float(number), is_true=number <= 0)
            case ast.LtE():
                return self._narrow(name, high=number + slack)
            case ast.Eq():
                return self._narrow(name, low=number - slack, high=number + slack)
            case ast.NotEq() if number == 0:
                return self._narrow(name, is_true=True)
        return self

    def _narrow(
        self, name: str, *, low: float | None = None, high: float | None = None, is_true: bool = False
    ) -> Evaluator:
        if name in self.tree.texts or self.meanings.is_word(name):
            return self
        known = self._name(name).present()
        number = known.number
        if number is not None and not number.may_be_nan and (low is not None or high is not None or is_true):
            least = number.low if low is None else max(number.low, low)
            most = number.high if high is None else min(number.high, high)
            if least > most:
                return self
            truth = True if is_true else number.known_truth
            known = replace(
                known,
                number=replace(number, low=least, high=most, known_truth=truth),
                values=_within(known.values, least, most),
            )
        return replace(self, narrowed={**self.narrowed, name: known})


def _within(values: frozenset[Value] | None, low: float, high: float) -> frozenset[Value] | None:
    if values is None:
        return None
    return frozenset(value for value in values if not isinstance(value, int | float) or low <= value <= high)


def _with_empty(operator: ast.cmpop, other: Range) -> Range:
    """Return the range of a comparison with the word `empty`."""
    is_empty = True if not other.families else None if other.may_be_empty else False
    truth = is_empty if isinstance(operator, ast.Eq) or is_empty is None else not is_empty
    return truths(truth, other)


def _kinds(given: Range) -> str:
    return " or ".join(sorted(given.families))


def evaluated(tree: Tree, meanings: Meanings) -> tuple[Range, Sequence[str]]:
    """Return the range of the expression, and in words what never fits together in it."""
    evaluator = Evaluator(tree, meanings)
    found = evaluator.range()
    return found, list(evaluator.misfits)
