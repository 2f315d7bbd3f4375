"""How functions of the language are described: what they take and give, and what they make of empty values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from chat_api.engine.expressions.grammar import ExpressionError
from chat_api.engine.expressions.values import Kind, Value, kind_of

#: Kinds that a parameter takes; None for any.
Kinds = frozenset[Kind] | None

NUMBERS: Kinds = frozenset({Kind.NUMBER, Kind.BOOLEAN})
TEXTS: Kinds = frozenset({Kind.TEXT})
DAYS: Kinds = frozenset({Kind.DATE, Kind.DATETIME})
ANY: Kinds = None


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language.

    `apply` gets the values of the arguments; with `reads_clock`, the environment before them. It is not called where
    an argument is empty, unless `takes_empty`: the result is then `if_empty`.
    """

    apply: Callable[..., Value]
    #: What each parameter takes; with `is_variadic`, the last one can be repeated.
    parameters: tuple[Kinds, ...]
    gives: Kind | None
    #: How many arguments have to be given.
    required: int
    is_variadic: bool = False
    takes_empty: bool = False
    if_empty: Value = None
    reads_clock: bool = False
    keywords: frozenset[str] = frozenset()

    def check_count(self, name: str, given: int) -> None:
        """Raise `ExpressionError` if the function cannot be called with that number of arguments."""
        if given < self.required or (not self.is_variadic and given > len(self.parameters)):
            raise ExpressionError(f"{name} cannot be called with {given} arguments")

    def call(self, name: str, environment: Any, args: list[Value], keywords: dict[str, Value]) -> Value:
        """Return the value for these arguments. Raises `ExpressionError` for those of another kind."""
        if not self.takes_empty and None in args:
            return self.if_empty
        for position, value in enumerate(args):
            kinds = self.parameters[min(position, len(self.parameters) - 1)]
            if kinds is not None and value is not None and kind_of(value) not in kinds:
                raise ExpressionError(f"{name} takes no {kind_of(value)}")
        if self.reads_clock:
            return self.apply(environment, *args, **keywords)
        return self.apply(*args, **keywords)


def function(
    *parameters: Kinds,
    gives: Kind | None,
    required: int | None = None,
    is_variadic: bool = False,
    takes_empty: bool = False,
    if_empty: Value = None,
    reads_clock: bool = False,
    keywords: Iterable[str] = (),
) -> Callable[[Callable[..., Value]], Function]:
    """Describe a Python function as one of the language; all parameters are required unless `required` is given."""

    def described(apply: Callable[..., Value]) -> Function:
        return Function(
            apply=apply,
            parameters=parameters,
            gives=gives,
            required=len(parameters) if required is None else required,
            is_variadic=is_variadic,
            takes_empty=takes_empty,
            if_empty=if_empty,
            reads_clock=reads_clock,
            keywords=frozenset(keywords),
        )

    return described


def flat(values: Iterable[Value]) -> Iterator[Value]:
    """Yield the values that are not empty, those of lists one by one."""
    for value in values:
        if isinstance(value, tuple):
            yield from flat(value)
        elif value is not None:
            yield value
