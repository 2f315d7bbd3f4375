"""Which values the variables of a script can ever have, and so what its expressions can give."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, KeysView
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from chat_api.engine.analysis.intervals import ANYTHING, Span, span_of
from chat_api.engine.expressions import (
    DivisionByZero,
    ExpressionError,
    ParsedExpression,
    evaluate_parsed,
    parse_afresh,
)
from chat_api.engine.script import Modification

#: So many values of one variable are told apart; more are only kept between bounds.
_VALUES_MAX: Final = 8
#: So many combinations of values are tried on one expression; more are reasoned about by bounds.
_COMBINATIONS_MAX: Final = 16
#: Evaluations for one schema; what is left then is taken to give anything.
WORK_MAX: Final = 20_000

_UNBOUNDED: Final = Span(-math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Prospect:
    """What an expression gives: every value lies in `span` (None: it never has one), in `values` where known.

    `reason` says why it may have no value.
    """

    span: Span | None
    values: frozenset[float] | None = None
    reason: str = ""

    @property
    def truth(self) -> bool | None:
        """Say whether it is always true (and never without a value) or never; None where that is open."""
        if self.span is None:
            return False
        if self.values is not None:
            truths = {bool(value) for value in self.values}
            truth = truths.pop() if len(truths) == 1 else None
        else:
            truth = self.span.truth
        return None if truth and self.span.fails else truth

    @property
    def fails(self) -> bool:
        """Say whether it may have no value."""
        return self.span is None or self.span.fails


@dataclass(slots=True)
class Effects:
    """The values that each variable can have, whatever is asked and answered in whatever order."""

    values: dict[str, frozenset[float]] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    work: int = WORK_MAX
    _parsed: dict[str, ParsedExpression] = field(default_factory=dict)
    _known: dict[str, Prospect] = field(default_factory=dict)

    @classmethod
    def of(cls, modifications: Iterable[Modification]) -> Effects:
        """Follow the modifications from an empty pool until nothing new comes."""
        found = cls()
        found._follow(dict.fromkeys(modifications))
        return found

    @property
    def is_exhausted(self) -> bool:
        """Say whether the work was cut off."""
        return self.work <= 0

    @property
    def names(self) -> KeysView[str]:
        """Give the variables that something sets."""
        return self.spans.keys()

    def parsed(self, source: str) -> ParsedExpression:
        """Give the parsed expression. Raises `ExpressionError` if it cannot be parsed."""
        known = self._parsed.get(source)
        if known is None:
            known = self._parsed[source] = parse_afresh(source)
        return known

    def prospect(self, source: str) -> Prospect:
        """Give what the expression can give. Raises `ExpressionError` if it cannot be parsed."""
        known = self._known.get(source)
        if known is None:
            known = self._known[source] = self._prospect(self.parsed(source))
        return known

    def _prospect(self, parsed: ParsedExpression) -> Prospect:
        if self.is_exhausted:
            return Prospect(ANYTHING)
        names = sorted(parsed.names)
        choices = [self._choices(name) for name in names]
        if all(choices) and math.prod(len(values) for values in choices) <= _COMBINATIONS_MAX:
            return self._tried(parsed, names, choices)
        self.work -= 2
        return Prospect(span_of(parsed, self.spans))

    def _choices(self, name: str) -> frozenset[float]:
        if name in self.spans:
            return self.values.get(name, frozenset())
        return frozenset({0.0})

    def _tried(self, parsed: ParsedExpression, names: list[str], choices: list[frozenset[float]]) -> Prospect:
        values, fails, divides, reason = set(), False, False, ""
        for combination in product(*choices):
            self.work -= 1
            try:
                values.add(evaluate_parsed(parsed, dict(zip(names, combination, strict=True))))
            except ExpressionError as error:
                fails, reason = True, str(error)
                divides = divides or isinstance(error, DivisionByZero)
        if not values:
            return Prospect(None, frozenset(), reason)
        return Prospect(
            Span(min(values), max(values), fails=fails, divides=divides), frozenset(values), reason
        )

    def _follow(self, modifications: Iterable[Modification]) -> None:
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
            self.values[name], self.spans[name] = frozenset({0.0}), Span(0.0, 0.0)
        waiting = deque(range(len(parsed)))
        queued = set(waiting)
        while waiting:
            if self.is_exhausted:
                self.values.clear()
                self.spans = dict.fromkeys(self.spans, _UNBOUNDED)
                return
            index = waiting.popleft()
            queued.discard(index)
            name, expression = parsed[index]
            if self._widen(name, self._prospect(expression)):
                new = [reader for reader in readers.get(name, ()) if reader not in queued]
                waiting.extend(new)
                queued.update(new)

    def _widen(self, name: str, prospect: Prospect) -> bool:
        """Let the variable have these values too; says if any is new. What keeps growing is unbounded."""
        if prospect.span is None:
            return False
        old, values = self.spans[name], self.values.get(name)
        if values is not None and prospect.values is not None:
            values |= prospect.values
            if len(values) <= _VALUES_MAX:
                is_new = values != self.values[name]
                self.values[name], self.spans[name] = values, Span(min(values), max(values))
                return is_new
        low = old.low if old.low <= prospect.span.low else -math.inf
        high = old.high if old.high >= prospect.span.high else math.inf
        is_new = (low, high) != (old.low, old.high) or name in self.values
        self.values.pop(name, None)
        self.spans[name] = Span(low, high)
        return is_new
