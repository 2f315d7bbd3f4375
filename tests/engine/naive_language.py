"""A naive evaluator of the questionnaire language, node by node, as its documentation describes each rule."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from chat_api.engine.expressions.grammar import Tree


class NoValue(Exception):
    """The expression has no value."""


def naive_value(tree: Tree, answers: Mapping[str, Any], variables: Mapping[str, float], today: date) -> Any:
    """Return the value of an expression over numbers, texts, booleans, dates and lists. Raises `NoValue`."""
    value = _Naive(tree.texts, answers, variables, today).value(tree.root)
    if is_number(value) and not isinstance(value, bool):
        value = float(value)
        if not math.isfinite(value):
            raise NoValue
    return value


def is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def exact(value: float) -> Decimal:
    """Return the number as it compares: with 15 significant digits."""
    return Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(f"{float(value):.15g}")


def equal(left: Any, right: Any) -> bool:
    if is_number(left) and is_number(right):
        return exact(left) == exact(right)
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(
            a is b if a is None or b is None else equal(a, b) for a, b in zip(left, right, strict=True)
        )
    return type(left) is type(right) and bool(left == right)


def flat(values: Any) -> list[Any]:
    found: list[Any] = []
    for value in values:
        found += flat(value) if isinstance(value, tuple) else [] if value is None else [value]
    return found


def numbers(values: Any) -> list[Any]:
    found = flat(values)
    if not all(map(is_number, found)):
        raise NoValue
    return found


def anniversary(start: date, months: int) -> date:
    """Return when that many months are completed: in a month without that day, on the first of the next one."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day)
    except ValueError:
        return date(year, month + 2, 1)


def completed(start: date, end: date, step: int) -> int:
    if end < start:
        return -completed(end, start, step)
    count = 0
    while anniversary(start, (count + 1) * step) <= end:
        count += 1
    return count


def month_later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    try:
        return date(year, month + 1, start.day)
    except ValueError:
        raise NoValue from None


def rounded(number: float, digits: float, rounding: str = ROUND_HALF_UP) -> float:
    places = Decimal(1).scaleb(-int(digits))
    return float(exact(number).quantize(places, rounding=rounding))


def best(values: Any, is_better: Callable[[Any, Any], bool]) -> Any:
    found = flat(values)
    if not found:
        return None
    first, *others = found
    for other in others:
        if is_better(other, first):
            first = other
    return first


class _Naive:
    def __init__(
        self,
        texts: Mapping[str, str],
        answers: Mapping[str, Any],
        variables: Mapping[str, float],
        today: date,
    ) -> None:
        self.texts, self.answers, self.variables, self.today = texts, answers, variables, today

    def value(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self.named(node.id)
        if isinstance(node, ast.List):
            return tuple(self.value(item) for item in node.elts)
        if isinstance(node, ast.IfExp):
            return self.value(node.body if self.value(node.test) else node.orelse)
        if isinstance(node, ast.BoolOp):
            for operand in node.values:
                value = self.value(operand)
                if bool(value) == isinstance(node.op, ast.Or):
                    return value
            return value
        if isinstance(node, ast.UnaryOp):
            return self.unary(node)
        if isinstance(node, ast.BinOp):
            return self.arithmetic(type(node.op).__name__, self.value(node.left), self.value(node.right))
        if isinstance(node, ast.Compare):
            operands = [node.left, *node.comparators]
            pairs = zip(node.ops, operands, node.comparators, strict=False)
            return all(self.compared(type(op).__name__, left, right) for op, left, right in pairs)
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        options = {keyword.arg: self.value(keyword.value) for keyword in node.keywords}
        return self.called(node.func.id, [self.value(arg) for arg in node.args], options)

    def named(self, name: str) -> Any:
        words = {"true": True, "false": False, "empty": None}
        if name in self.texts:
            return self.texts[name]
        if name in self.answers:
            return self.answers[name]
        return words[name] if name in words else self.variables.get(name, 0.0)

    def unary(self, node: ast.UnaryOp) -> Any:
        value = self.value(node.operand)
        if isinstance(node.op, ast.Not):
            return not value
        if value is None:
            return None
        if not is_number(value):
            raise NoValue
        return -value if isinstance(node.op, ast.USub) else +value

    def arithmetic(self, op: str, left: Any, right: Any) -> Any:
        if left is None or right is None:
            return None
        if not (is_number(left) and is_number(right)):
            raise NoValue
        try:
            match op:
                case "Add":
                    return left + right
                case "Sub":
                    return left - right
                case "Mult":
                    return left * right
                case "Div":
                    return left / right
            quotient = (exact(left) / exact(right)).to_integral_value(ROUND_FLOOR)
            return float(quotient) if op == "FloorDiv" else float(exact(left) - quotient * exact(right))
        except (ArithmeticError, ValueError):
            raise NoValue from None

    def compared(self, op: str, left_node: ast.expr, right_node: ast.expr) -> bool:
        left, right = self.value(left_node), self.value(right_node)
        says_empty = any(
            isinstance(each, ast.Name) and each.id == "empty" for each in (left_node, right_node)
        )
        if says_empty and op in ("Eq", "NotEq"):
            return (left is right) == (op == "Eq")
        if left is None or right is None:
            return False
        if op in ("Eq", "NotEq"):
            return equal(left, right) == (op == "Eq")
        if op in ("In", "NotIn"):
            if not isinstance(right, tuple):
                raise NoValue
            return any(other is not None and equal(left, other) for other in right) == (op == "In")
        return self.ordered(op, left, right)

    def ordered(self, op: str, left: Any, right: Any) -> bool:
        if is_number(left) and is_number(right):
            left, right = exact(left), exact(right)
        elif type(left) is not type(right) or isinstance(left, tuple):
            raise NoValue
        found: bool = {"Lt": left < right, "LtE": left <= right, "Gt": left > right, "GtE": left >= right}[op]
        return found

    def called(self, name: str, args: list[Any], options: dict[str | None, Any]) -> Any:
        if name in ("min", "max"):
            return best(args, lambda a, b: self.ordered("Lt" if name == "min" else "Gt", a, b))
        if name == "sum":
            return sum(numbers(args))
        if name == "mean":
            found = numbers(args)
            return sum(found) / len(found) if len(found) >= options.get("least", 1) and found else None
        if name == "count":
            return len(flat(args))
        if name == "today":
            return self.today
        if name == "coalesce":
            return next((arg for arg in args if arg is not None), None)
        if name == "answered":
            return args[0] is not None
        if name == "date":
            return date.fromisoformat(args[0])
        if None in args:
            empties = {"selected": False, "contains": False, "starts_with": False, "count_selected": 0}
            return empties.get(name)
        return self.of_values(name, *args)

    def of_values(self, name: str, first: Any, second: Any = None) -> Any:
        wanted: Any = {
            "round": is_number, "floor": is_number, "ceil": is_number, "abs": is_number,
            "lower": lambda value: isinstance(value, str), "contains": lambda value: isinstance(value, str),
            "starts_with": lambda value: isinstance(value, str),
            "length": lambda value: isinstance(value, str | tuple),
        }.get(name, lambda value: True)  # fmt: skip
        if not wanted(first) or (second is not None and not wanted(second)):
            raise NoValue
        of_dates = name in (
            "days",
            "months",
            "years",
            "add_days",
            "add_months",
            "year",
            "month",
            "day",
            "weekday",
        )
        if of_dates and not isinstance(first, date):
            raise NoValue
        return self.computed(name, first, second)

    def computed(self, name: str, first: Any, second: Any) -> Any:
        try:
            return FUNCTIONS[name](first, second) if name in FUNCTIONS else getattr(first, name)
        except (TypeError, OverflowError, AttributeError, ValueError):
            raise NoValue from None


def whole(number: Any) -> int:
    if not is_number(number) or exact(number) != exact(number).to_integral_value():
        raise NoValue
    return int(exact(number))


#: Functions of one or two values that are not empty.
FUNCTIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "round": lambda number, digits: rounded(number, digits or 0),
    "floor": lambda number, _: rounded(number, 0, ROUND_FLOOR),
    "ceil": lambda number, _: rounded(number, 0, ROUND_CEILING),
    "abs": lambda number, _: abs(number),
    "selected": lambda chosen, code: any(
        each is not None and equal(each, code)
        for each in (chosen if isinstance(chosen, tuple) else (chosen,))
    ),
    "count_selected": lambda chosen, _: len(chosen) if isinstance(chosen, tuple) else 1,
    "length": lambda value, _: len(value),
    "lower": lambda text, _: text.lower(),
    "contains": lambda text, part: part in text,
    "starts_with": lambda text, part: text[: len(part)] == part,
    "days": lambda start, end: (end - start).days,
    "months": lambda start, end: completed(start, end, 1),
    "years": lambda start, end: completed(start, end, 12),
    "add_days": lambda start, number: start + timedelta(days=whole(number)),
    "add_months": lambda start, number: month_later(start, whole(number)),
    "weekday": lambda day, _: day.isoweekday(),
}
