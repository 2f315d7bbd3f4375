"""The values that the variables of a script can have, and the resulting estimates of its expressions."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, KeysView
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from chat_api.engine.analysis.intervals import ANYTHING, Interval, interval_of
from chat_api.engine.expressions import (
    DivisionByZero,
    ExpressionError,
    ParsedExpression,
    evaluate_parsed,
    parse_uncached,
)
from chat_api.engine.script import Modification, Question

#: The values of a variable are enumerated up to this number; above it only bounds are kept.
_VALUES_MAX: Final = 8
#: An expression is evaluated for up to this number of combinations of values; above it, intervals are used.
_COMBINATIONS_MAX: Final = 16
#: The maximum number of evaluations for a schema; expressions after that are estimated as having any value.
EVALUATIONS_MAX: Final = 20_000

_UNBOUNDED: Final = Interval(-math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The values that an expression can have.

    All lie in `interval` (None: it never has a value); `values` are all of them, if they are known one by one.
    `reason` is the error of an evaluation that failed.
    """

    interval: Interval | None
    values: frozenset[float] | None = None
    reason: str = ""

    @property
    def truth(self) -> bool | None:
        """True if the expression always has a true value, False if it never has one, None if that is undecided."""
        if self.interval is None:
            return False
        if self.values is not None:
            truths = {bool(value) for value in self.values}
            truth = truths.pop() if len(truths) == 1 else None
        else:
            truth = self.interval.truth
        return None if truth and self.interval.may_fail else truth

    @property
    def may_fail(self) -> bool:
        """Return whether evaluation may fail."""
        return self.interval is None or self.interval.may_fail


@dataclass(slots=True)
class VariableValues:
    """The values that each variable can have, for any answers to any questions in any order."""

    values: dict[str, frozenset[float]] = field(default_factory=dict)
    intervals: dict[str, Interval] = field(default_factory=dict)
    evaluations_left: int = EVALUATIONS_MAX
    _parsed: dict[str, ParsedExpression] = field(default_factory=dict)
    _estimates: dict[str, Estimate] = field(default_factory=dict)

    @classmethod
    def of(cls, modifications: Iterable[Modification]) -> VariableValues:
        """Apply the modifications to variables that are 0, until no new values are found."""
        found = cls()
        found._propagate(dict.fromkeys(modifications))
        return found

    @property
    def is_exhausted(self) -> bool:
        """Return whether the maximum number of evaluations was reached."""
        return self.evaluations_left <= 0

    @property
    def names(self) -> KeysView[str]:
        """Return the names of the variables that are set."""
        return self.intervals.keys()

    def parsed(self, source: str) -> ParsedExpression:
        """Return the parsed expression. Raises `ExpressionError` if it is invalid."""
        known = self._parsed.get(source)
        if known is None:
            known = self._parsed[source] = parse_uncached(source)
        return known

    def estimate(self, source: str, place: Question | None = None) -> Estimate:
        """Return the estimate of an expression at a question. Raises `ExpressionError` if it is invalid."""
        estimate = self._estimates.get(source)
        if estimate is None:
            estimate = self._estimates[source] = self._estimate(self.parsed(source))
        return estimate

    def _estimate(self, parsed: ParsedExpression) -> Estimate:
        if self.is_exhausted:
            return Estimate(ANYTHING)
        names = sorted(parsed.names)
        known = [self._known_values(name) for name in names]
        if all(known) and math.prod(len(values) for values in known) <= _COMBINATIONS_MAX:
            return self._enumerate(parsed, names, known)
        self.evaluations_left -= 2
        return Estimate(interval_of(parsed, self.intervals))

    def _known_values(self, name: str) -> frozenset[float]:
        if name in self.intervals:
            return self.values.get(name, frozenset())
        return frozenset({0.0})

    def _enumerate(
        self, parsed: ParsedExpression, names: list[str], known: list[frozenset[float]]
    ) -> Estimate:
        values, may_fail, zero_division, reason = set(), False, False, ""
        for combination in product(*known):
            self.evaluations_left -= 1
            try:
                values.add(evaluate_parsed(parsed, dict(zip(names, combination, strict=True))))
            except ExpressionError as error:
                may_fail, reason = True, str(error)
                zero_division = zero_division or isinstance(error, DivisionByZero)
        if not values:
            return Estimate(None, frozenset(), reason)
        return Estimate(
            Interval(min(values), max(values), may_fail=may_fail, zero_division=zero_division),
            frozenset(values),
            reason,
        )

    def _propagate(self, modifications: Iterable[Modification]) -> None:
        parsed: list[tuple[str, ParsedExpression]] = []
        readers: dict[str, list[int]] = {}
        for modification in modifications:
            try:
                expression = self.parsed(modification.expression)
            except ExpressionError:
                continue
            for name in expression.names:
                readers.setdefault(name, []).append(len(parsed))
            parsed.append((modification.name, expression))
        for name, _ in parsed:
            self.values[name], self.intervals[name] = frozenset({0.0}), Interval(0.0, 0.0)
        waiting = deque(range(len(parsed)))
        queued = set(waiting)
        while waiting:
            if self.is_exhausted:
                self.values.clear()
                self.intervals = dict.fromkeys(self.intervals, _UNBOUNDED)
                return
            index = waiting.popleft()
            queued.discard(index)
            name, expression = parsed[index]
            if self._widen(name, self._estimate(expression)):
                new = [reader for reader in readers.get(name, ()) if reader not in queued]
                waiting.extend(new)
                queued.update(new)

    def _widen(self, name: str, estimate: Estimate) -> bool:
        """Add values of the variable and return whether any is new; a bound that grows becomes infinite."""
        if estimate.interval is None:
            return False
        old, values = self.intervals[name], self.values.get(name)
        if values is not None and estimate.values is not None:
            values |= estimate.values
            if len(values) <= _VALUES_MAX:
                is_new = values != self.values[name]
                self.values[name], self.intervals[name] = values, Interval(min(values), max(values))
                return is_new
        low = old.low if old.low <= estimate.interval.low else -math.inf
        high = old.high if old.high >= estimate.interval.high else math.inf
        is_new = (low, high) != (old.low, old.high) or name in self.values
        self.values.pop(name, None)
        self.intervals[name] = Interval(low, high)
        return is_new
