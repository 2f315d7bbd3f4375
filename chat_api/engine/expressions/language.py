"""Expressions of the questionnaire language: over answers by the names of their questions, and over variables.

`years(born, today()) >= 18 and selected(symptoms, "fever")`. See `values` for what empty answers do.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Final

from chat_api.engine.expressions import date_functions, number_functions, operators, text_functions, values
from chat_api.engine.expressions.compiler import Closure, Semantics, compile_tree
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.function import Function
from chat_api.engine.expressions.grammar import (
    Dialect,
    ExpressionError,
    Tree,
    dotted,
    parse_tree,
    without_value,
)
from chat_api.engine.expressions.operators import bounded, stored_number
from chat_api.engine.expressions.values import Value

SOURCE_MAX: Final = 2_000
#: The maximum number of names, numbers, texts and operations in an expression.
NODES_MAX: Final = 400

_DIALECT: Final = Dialect(SOURCE_MAX, NODES_MAX, is_typed=True)

FUNCTIONS: Final[Mapping[str, Function]] = {
    **number_functions.FUNCTIONS,
    **text_functions.FUNCTIONS,
    **date_functions.FUNCTIONS,
}
#: Functions of what a question or a score is called, not of a value.
_OF_NAMES: Final = frozenset({"weight", "score"})
#: Words that mean something where no variable of the schema has that name.
EMPTY: Final = "empty"
WORDS: Final = frozenset({"true", "false", EMPTY, "value", "index"})
#: What the text beside the choices of a question is called, after the question's name.
OTHER: Final = "other"

_NEVER_EMPTY: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Scope:
    """The names that mean something at one place of a schema; all others are variables."""

    #: Names of questions, calculations among them.
    questions: frozenset[str] = frozenset()
    #: By name of a repeated question, the key of its group.
    groups: Mapping[str, str] = field(default_factory=dict)
    #: Variables that modifications set; they win over words.
    variables: frozenset[str] = frozenset()
    #: First names of what the host knows about the person; None where any first name is one.
    context_roots: frozenset[str] | None = frozenset()
    #: The key of the repeated group that the place is in.
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression, and what it reads."""

    source: str
    tree: Tree = field(repr=False, compare=False)
    #: Names of questions, `name.other` as the name.
    questions: frozenset[str]
    #: Those of them that it reads in all instances of their group (`meds.dose`).
    lists: frozenset[str]
    variables: frozenset[str]
    scores: frozenset[str]
    #: Dotted paths of the host's context.
    context: frozenset[str]
    #: Whether it depends on the time at which it is evaluated.
    reads_clock: bool
    #: Whether it depends on variables at the most: on no answer, no score, no context, and neither on time nor place.
    reads_variables_alone: bool
    _compute: Closure = field(repr=False, compare=False)

    def value(self, environment: Environment) -> Value:
        """Return the value; numbers are floats. Raises `ExpressionError`, in bounded time."""
        try:
            found: Value = self._compute(environment)
            if type(found) is int:
                found = float(found)
        except ExpressionError:
            raise
        except Exception as error:
            raise without_value(error) from error
        if type(found) is float and not isfinite(found):
            raise ExpressionError("the result is not a finite number")
        return found

    def is_true(self, environment: Environment) -> bool:
        """Return whether the value is true: neither false, 0, an empty text or list, nor empty."""
        return bool(self.value(environment))


def parse_typed(source: str) -> Tree:
    """Parse an expression, whatever its names are. Raises `ExpressionError`."""
    return parse_tree(source, _DIALECT)


def compile_expression(source: str, scope: Scope) -> Expression:
    """Compile an expression for one place of a schema. Raises `ExpressionError`."""
    tree = parse_typed(source)
    compiler = _Compiler(scope, tree)
    compute = compile_tree(tree.root, compiler.semantics())
    reads_clock = any(name in FUNCTIONS and FUNCTIONS[name].reads_clock for name in tree.functions)
    return Expression(
        source=source,
        tree=tree,
        questions=frozenset(compiler.questions | compiler.lists),
        lists=frozenset(compiler.lists),
        variables=frozenset(compiler.variables),
        scores=frozenset(compiler.scores),
        context=frozenset(compiler.context),
        reads_clock=reads_clock,
        reads_variables_alone=not (reads_clock or compiler.reads_more()),
        _compute=compute,
    )


@dataclass(slots=True)
class _Compiler:
    """The meaning of names and calls of one expression; collects what it reads."""

    scope: Scope
    tree: Tree
    #: Names of questions read at their own place, and those read in all instances.
    questions: set[str] = field(default_factory=set)
    lists: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    scores: set[str] = field(default_factory=set)
    context: set[str] = field(default_factory=set)
    #: Words of the language other than truths and `empty`.
    words: set[str] = field(default_factory=set)

    def reads_more(self) -> bool:
        """Return whether the expression reads anything but variables and the clock."""
        return bool(self.questions or self.lists or self.scores or self.context or self.words)

    def semantics(self) -> Semantics:
        return Semantics(
            name=self.name,
            call=self.call,
            binary=_BINARY,
            of_numbers=operators.BINARY,
            unary=_UNARY,
            comparison=self.comparison,
        )

    def name(self, name: str) -> Closure:
        if name in self.tree.texts:
            text = self.tree.texts[name]
            return lambda env: text
        if name in self.scope.questions:
            return self._question(name)
        if self._is_word(name):
            if name not in _NEVER_EMPTY and name != EMPTY:
                self.words.add(name)
            return _word(name)
        first, _, rest = name.partition(".")
        if not rest:
            self.variables.add(name)
            return _variable(name)
        if first in self.scope.questions and rest == OTHER:
            self._question(first)
            return lambda env: env.answers.get(name)
        if self.scope.groups.get(rest) == first:
            self.lists.add(rest)
            return lambda env: env.instances.get(name, ())
        if self._is_root(first):
            self.context.add(name)
            return lambda env: env.context.get(name)
        raise ExpressionError(f"nothing is called {name}")

    def _is_root(self, name: str) -> bool:
        scope = self.scope
        if scope.context_roots is not None:
            return name in scope.context_roots
        return name not in scope.questions and name not in scope.groups.values()

    def _question(self, name: str) -> Closure:
        group = self.scope.groups.get(name)
        if group is not None and group != self.scope.group:
            raise ExpressionError(f"{name} is repeated: {group}.{name} is the list of its values")
        self.questions.add(name)
        return lambda env: env.answers.get(name)

    def comparison(self, op: ast.cmpop, left: ast.expr, right: ast.expr) -> Callable[[Any, Any], Any]:
        """Return the comparison; the word `empty` is the one thing that an empty value equals."""
        if isinstance(op, ast.Eq | ast.NotEq) and (self._is_empty(left) or self._is_empty(right)):
            return operator.is_ if isinstance(op, ast.Eq) else operator.is_not
        return _COMPARISONS[type(op)]

    def _is_empty(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == EMPTY and self._is_word(EMPTY)

    def _is_word(self, name: str) -> bool:
        return name in WORDS and name not in self.scope.variables

    def call(
        self,
        name: str,
        args: Sequence[ast.expr],
        keywords: Mapping[str, ast.expr],
        compiled: Callable[[ast.expr], Closure],
    ) -> Closure:
        if name in _OF_NAMES:
            return self._call_of_name(name, args, keywords)
        function = FUNCTIONS.get(name)
        if function is None:
            raise ExpressionError(f"there is no function {name}")
        function.check_count(name, len(args))
        if not function.keywords.issuperset(keywords):
            raise ExpressionError(f"{name} has no such option")
        arguments = [compiled(arg) for arg in args]
        options = {key: compiled(node) for key, node in keywords.items()}
        return lambda env: bounded(
            function.call(
                name,
                env,
                [argument(env) for argument in arguments],
                {key: option(env) for key, option in options.items()},
            )
        )

    def _call_of_name(self, name: str, args: Sequence[ast.expr], keywords: Mapping[str, ast.expr]) -> Closure:
        given = dotted(args[0]) if len(args) == 1 and not keywords else None
        if name == "weight":
            if given is None or given not in self.scope.questions:
                raise ExpressionError("weight takes the name of a question")
            self._question(given)
            return lambda env: env.weights.get(given)
        score = self.tree.texts.get(given or "")
        if score is None:
            raise ExpressionError('score takes the name of a score between quotes: score("risk")')
        self.scores.add(score)
        return lambda env: env.scores.get(score)


def _variable(name: str) -> Closure:
    def read(env: Environment) -> Value:
        value = env.variables.get(name, 0.0)
        return value if type(value) is float else stored_number(value)

    return read


def _word(name: str) -> Closure:
    if name in _NEVER_EMPTY:
        value = _NEVER_EMPTY[name]
        return lambda env: value
    if name == EMPTY:
        return lambda env: None
    return operator.attrgetter(name)


_BINARY: Final = {kind: values.arithmetic(operate) for kind, operate in operators.BINARY.items()}
_UNARY: Final[Mapping[type[ast.unaryop], Callable[[Any], Any]]] = {
    ast.USub: values.sign(operator.neg),
    ast.UAdd: values.sign(operator.pos),
    ast.Not: operator.not_,
}
_COMPARISONS: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: values.is_equal,
    ast.NotEq: values.is_unequal,
    ast.Lt: values.comparison(operator.lt),
    ast.LtE: values.comparison(operator.le),
    ast.Gt: values.comparison(operator.gt),
    ast.GtE: values.comparison(operator.ge),
    ast.In: values.is_in,
    ast.NotIn: values.is_not_in,
}
