"""Scores, their bands and flags: what the answers to a script amount to."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from typing import Final

from chat_api.engine import numbers
from chat_api.engine.expressions import ExpressionError
from chat_api.engine.expressions.environment import Environment
from chat_api.engine.expressions.values import number_of
from chat_api.engine.logic import Formula, Logic
from chat_api.engine.script import Band, Score

_KEY: Final = "scores order"
_is_at_least: Final = numbers.comparison(operator.ge)


@dataclass(frozen=True, slots=True)
class Failed:
    """The expression of a score or flag that has no value, for example after a division by zero."""

    name: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Results:
    """Results of the answers so far. All scores of the script are there; empty ones are None."""

    scores: Mapping[str, float | None] = field(default_factory=dict)
    bands: Mapping[str, Band | None] = field(default_factory=dict)
    #: The names of the flags that are true.
    flags: frozenset[str] = frozenset()
    failures: tuple[Failed, ...] = ()


def results_of(logic: Logic, environment: Environment) -> Results:
    """Return scores, bands and flags; `environment.scores` is not read.

    A score is computed after those that it reads. Scores that read one another in a circle, and those that read these,
    are empty. Of two scores with one name the first counts; a flag is true if one of its name is.
    """
    script = logic.script
    if not script.scores and not script.flags:
        return Results()
    failures: list[Failed] = []
    found: dict[str, float | None] = {score.name: None for score in script.scores}
    known = replace(environment, scores=found)
    for score in _in_order(logic):
        found[score.name] = _number(score.name, logic.formula(score.expression), known, failures)
    raised = {flag.name for flag in script.flags if _holds(flag.name, flag.condition, logic, known, failures)}
    bands = {score.name: band_of(score, found[score.name]) for score in _first_by_name(script.scores)}
    return Results(found, bands, frozenset(raised), tuple(failures))


def band_of(score: Score, value: float | None) -> Band | None:
    """Return the band of a value: from its `low` to below the next `low`; the last one ends with its `high`."""
    if value is None:
        return None
    begun = [band for band in score.bands if _is_at_least(value, band.low)]
    if not begun:
        return None
    band = begun[-1]
    is_last = len(begun) == len(score.bands)
    return None if is_last and not _is_at_least(band.high, value) else band


def _number(name: str, formula: Formula, environment: Environment, failures: list[Failed]) -> float | None:
    try:
        value = formula.value(environment)
        return None if value is None else float(number_of(value))
    except ExpressionError as error:
        failures.append(Failed(name, formula.source, str(error)))
        return None


def _holds(name: str, condition: str, logic: Logic, environment: Environment, failures: list[Failed]) -> bool:
    formula = logic.formula(condition)
    try:
        return bool(formula.value(environment))
    except ExpressionError as error:
        failures.append(Failed(name, formula.source, str(error)))
        return False


def _first_by_name(scores: Iterable[Score]) -> Iterable[Score]:
    firsts: dict[str, Score] = {}
    for score in scores:
        firsts.setdefault(score.name, score)
    return firsts.values()


def _in_order(logic: Logic) -> tuple[Score, ...]:
    """Return the scores, each after those that it reads, without those that depend on a circle."""
    key = f"{_KEY} {logic.context_roots and sorted(logic.context_roots)}"
    kept = logic.script.prepared.get(key)
    if isinstance(kept, tuple):
        return kept
    order = logic.script.prepared[key] = tuple(_ordered(logic))
    return order


def _ordered(logic: Logic) -> list[Score]:
    scores = [*_first_by_name(logic.script.scores)]
    places = {score.name: place for place, score in enumerate(scores)}
    waits: list[set[str]] = []
    readers: dict[str, list[int]] = {}
    for place, score in enumerate(scores):
        expression = logic.formula(score.expression).expression
        read = set() if expression is None else {*expression.scores} & places.keys()
        waits.append(read)
        for name in read:
            readers.setdefault(name, []).append(place)
    ready = [place for place, read in enumerate(waits) if not read]
    ordered = []
    while ready:
        score = scores[heappop(ready)]
        ordered.append(score)
        for reader in readers.get(score.name, ()):
            waits[reader].discard(score.name)
            if not waits[reader]:
                heappush(ready, reader)
    return ordered
