"""The values that names and expressions of a script with names can have, for any answers in any order."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final

from chat_api.engine.analysis.interval_arithmetic import Interval
from chat_api.engine.analysis.typed_evaluator import evaluated
from chat_api.engine.analysis.typed_places import Place, environment_for
from chat_api.engine.analysis.typed_questions import answered_range, weight_range
from chat_api.engine.analysis.typed_ranges import (
    ANY,
    EMPTY,
    NOTHING,
    Range,
    numbers,
    of_values,
    union,
)
from chat_api.engine.analysis.variable_values import Estimate, VariableValues
from chat_api.engine.expressions import ExpressionError, ParsedExpression
from chat_api.engine.expressions.language import EMPTY as EMPTY_WORD
from chat_api.engine.expressions.language import WORDS, Expression
from chat_api.engine.expressions.values import Value
from chat_api.engine.logic import Logic
from chat_api.engine.script import Modification, Question, QuestionType, Script

#: An undecided condition is evaluated for up to this number of combinations of what it reads.
COMBINATIONS_MAX: Final = 256
#: The maximum number of such evaluations for a schema; intervals decide after that.
TRIALS_MAX: Final = 10_000
#: How often a variable grows before its bound is taken to be infinite.
_ROUNDS_MAX: Final = 5
#: How many calculations and scores are followed that read one another.
_NESTED_MAX: Final = 8
#: Words that always mean the same.
_CONSTANTS: Final = frozenset({"true", "false", EMPTY_WORD})


@dataclass(frozen=True, slots=True)
class Judged:
    """The range of an expression at its place, and in words what never fits together in it."""

    range: Range
    misfits: tuple[str, ...] = ()


@dataclass(slots=True)
class TypedValues(VariableValues):
    """The values of the names of a script; also those of its variables, as for scripts without names."""

    logic: Logic = field(kw_only=True)
    trials_left: int = TRIALS_MAX
    _ranges: dict[str, Range] = field(default_factory=dict)
    _named: dict[str, Range] = field(default_factory=dict)
    _scores: dict[str, Range] = field(default_factory=dict)
    _judged: dict[tuple[str, str | None, int | None], Judged] = field(default_factory=dict)
    _pending: set[str] = field(default_factory=set)

    @classmethod
    def of_script(cls, script: Script, context_roots: frozenset[str] = frozenset()) -> TypedValues:
        """Return the values of the names and variables of the script."""
        found = cls(logic=Logic.of(script, context_roots))
        found._propagate_typed()
        return found

    def parsed(self, source: str) -> ParsedExpression:
        """Return the expression, if it reads variables only. Raises `ExpressionError` for others."""
        known = VariableValues.parsed(self, source)
        scope = self.logic.scope(None)
        if known.names & scope.questions or (known.names & WORDS) - scope.variables:
            raise ExpressionError("it reads more than variables")
        return known

    def estimate(self, source: str, place: Question | None = None) -> Estimate:
        """Return the estimate of an expression at a question. Raises `ExpressionError` if it is invalid."""
        formula = self.logic.formula(source, place)
        if formula.expression is None:
            raise ExpressionError(formula.error)
        found = self.judged(source, place).range
        if found.never_has_value:
            return Estimate(None, frozenset(), "its parts do not fit together")
        truth = self.truth(source, place)
        may_fail = found.may_fail or found.may_be_empty or bool(found.kinds)
        number = found.number or Interval(0, 0)
        known = found.values if not found.kinds else None
        if known is None and not found.kinds and number.low == number.high and not number.may_be_nan:
            known = frozenset({number.low})
        values = (
            None
            if known is None
            else frozenset(float(value) for value in known if isinstance(value, int | float))
        )
        if truth is not None and values is not None and {bool(value) for value in values} != {truth}:
            values = None
        return Estimate(replace(number, may_fail=may_fail, known_truth=truth), values)

    def judged(self, source: str, place: Question | None = None, value: Range | None = None) -> Judged:
        """Return what an expression can give at a question; `value` is that of the answer it constrains."""
        key = (source, *self._place(place), None if value is None or place is None else place.id)
        found = self._judged.get(key)
        if found is None:
            expression = self.logic.formula(source, place).expression
            if expression is None:
                return Judged(NOTHING)
            given, misfits = evaluated(expression.tree, Place(self, place, value))
            found = self._judged[key] = Judged(given, tuple(misfits))
        return found

    def truth(self, source: str, place: Question | None = None, value: Range | None = None) -> bool | None:
        """Return whether the expression is always true, or never; None if that is undecided.

        It may fail nevertheless.
        """
        found = self.judged(source, place, value).range
        expression = self.logic.formula(source, place).expression
        if expression is None or found.truth is not None:
            return found.truth
        truths = self._tried(expression, place, value)
        return truths.pop() if truths is not None and len(truths) == 1 else None

    def _place(self, place: Question | None) -> tuple[str | None]:
        return (self.logic.scope(place).group,)

    def _tried(self, expression: Expression, place: Question | None, value: Range | None) -> set[bool] | None:
        """Return the truths of an expression for all that it can read; None if that is not known, or too much."""
        known = Place(self, place, value)
        constants = {name for name in _CONSTANTS if known.is_word(name)}
        reads = {name: known.named(name) for name in sorted(expression.tree.names - constants)}
        columns: list[list[Value]] = []
        if expression.reads_clock or expression.context or expression.tree.functions & {"weight", "score"}:
            return None
        size = 1
        for given in reads.values():
            if given.values is None and given.families:
                return None
            columns.append([*(given.values or ()), *([None] if given.may_be_empty else [])])
            size *= len(columns[-1])
        if size > min(COMBINATIONS_MAX, self.trials_left):
            return None
        self.trials_left -= size
        truths = set()
        environment = environment_for(self.logic, reads, known.is_word)
        for combination in product(*columns):
            environment.set(combination)
            try:
                truths.add(bool(expression.value(environment.read)))
            except ExpressionError:
                # What fails is not true, and its opposite fails, too.
                truths.add(False)
        return truths

    # The values of names.

    def question(self, name: str) -> Range:
        """Return the values of the question, empty among them: it may be unanswered or hidden."""
        found = self._named.get(name)
        if found is None:
            if name in self._pending or len(self._pending) >= _NESTED_MAX:
                return ANY
            self._pending.add(name)
            question = self.logic.script.questions[self.logic.index_by_name[name]]
            found = self._named[name] = self._own(question).as_read()
            self._pending.discard(name)
        return found

    def _own(self, question: Question) -> Range:
        if question.type != QuestionType.CALCULATION:
            return answered_range(question)
        return self.judged(question.calculate, question).range if question.calculate else EMPTY

    def score(self, name: str) -> Range:
        """Return the values of the score."""
        found = self._scores.get(name)
        if found is None:
            score = next((each for each in self.logic.script.scores if each.name == name), None)
            if score is None:
                return EMPTY
            if f"score {name}" in self._pending or len(self._pending) >= _NESTED_MAX:
                return ANY
            self._pending.add(f"score {name}")
            found = self._scores[name] = self.judged(score.expression).range.as_read()
            self._pending.discard(f"score {name}")
        return found

    def weightless(self, name: str) -> bool:
        """Return whether no answer to the question counts for anything in scores."""
        question = self.logic.script.questions[self.logic.index_by_name[name]]
        return not weight_range(question).families

    def variable(self, name: str) -> Range:
        """Return the numbers that the variable can have: 0 before it is set."""
        return self._ranges.get(name, of_values([0.0]))

    def _propagate_typed(self) -> None:
        """Apply all modifications to variables that are 0, until nothing new is found."""
        setters = [(m.name, m.expression, q) for q in self.logic.script.questions for m in _modifications(q)]
        self._ranges = {name: of_values([0.0]) for name, _, _ in setters}
        for number in range(_ROUNDS_MAX + 1):
            self._forget()
            before = dict(self._ranges)
            for name, source, place in setters:
                found = self.judged(source, place).range
                if found.number is not None:
                    self._ranges[name] = _widened(self._ranges[name], found, is_last=number > 0)
            if before == self._ranges:
                break
        else:
            self._ranges = dict.fromkeys(self._ranges, numbers())
            self._forget()
        self.intervals = {name: found.number or Interval(0, 0) for name, found in self._ranges.items()}

    def _forget(self) -> None:
        """Compute the calculations again, each after those that it reads."""
        self._named.clear()
        self._scores.clear()
        self._judged.clear()
        for index in self.logic.in_order():
            question = self.logic.script.questions[index]
            if question.type == QuestionType.CALCULATION and question.name is not None:
                self.question(question.name)


def _widened(known: Range, new: Range, *, is_last: bool) -> Range:
    """Return the range with new numbers; later on, a bound that grows becomes infinite."""
    old, found = known.number or Interval(0, 0), new.number
    if found is None or found.may_be_nan:
        return numbers()
    number = replace(new, kinds=frozenset(), may_be_empty=False, may_fail=False, items=None, known_truth=None)
    if new.kinds:
        number = replace(number, values=None)
    number = replace(number, number=Interval(found.low, found.high))
    both = union(known, number)
    grown = both.number or old
    if is_last and both != known:
        low = old.low if grown.low >= old.low else -math.inf
        high = old.high if grown.high <= old.high else math.inf
        both = replace(both, number=Interval(low, high), values=None)
    return both


def _modifications(question: Question) -> Iterable[Modification]:
    yield from question.modifications
    for answer in question.answers:
        yield from answer.modifications


def values_of(script: Script, context_roots: frozenset[str] = frozenset()) -> VariableValues:
    """Return the values of the variables of the script, and of its names where it has some."""
    if script.is_typed:
        return TypedValues.of_script(script, context_roots)
    modifications = (m for question in script.questions for m in _modifications(question))
    return VariableValues.of(modifications)
