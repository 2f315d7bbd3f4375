"""Counts of answers, scores and flags, for results of conversations and surveys alike."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Any, Final

from chat_api.engine.scores import band_of
from chat_api.engine.script import CHOICE_TYPES, Question, QuestionType
from chat_api.schemas.compiled import CompiledSchema
from chat_api.schemas.pooling import Pooled, pooled_flags, pooled_scores, same_answers
from chat_api.schemas.results.columns import NUMBERS
from chat_api.schemas.results.histogram import Bar, histogram

#: Larger numbers would overflow when they are added.
_LARGEST: Final = 1e300


@dataclass(frozen=True, slots=True)
class ScoreResults:
    """The final values of a score: those of completed runs, and of completed or submitted surveys.

    `heading` is its name, with the versions if only some of those counted together have the score.
    """

    heading: str
    label: str
    #: The number of values that are not empty.
    count: int
    #: None without values.
    mean: float | None
    #: How many values are in each band.
    bands: tuple[Bar, ...]
    distribution: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class FlagResults:
    """In how many runs or surveys a flag was raised, and in how many of these it is still true.

    `heading` is its name, with the versions if only some of those counted together have the flag.
    """

    heading: str
    label: str
    raised: int
    open: int


@dataclass(slots=True)
class ResultTally:
    """Counts scores and flags of some versions."""

    versions: Sequence[CompiledSchema]
    #: By name of the score and id of the schema; eight bytes each.
    _values: dict[tuple[str, int], array[float]] = field(default_factory=dict)

    def add(self, schema_id: int, scores: Mapping[str, Any]) -> None:
        """Add the final scores of a run or survey; values that are not numbers do not count."""
        for name, value in scores.items():
            number = countable(value)
            if number is not None:
                self._values.setdefault((name, schema_id), array("d")).append(number)

    def scores(self) -> tuple[ScoreResults, ...]:
        """Return the scores of all versions, those of the newest first."""
        found = []
        for each in pooled_scores(self.versions, lambda score: score.name):
            score = each.newest
            parts = (self._values.get((score.name, pk), ()) for pk in each.by_schema)
            values = [value for part in parts for value in part]
            bands = Counter(band_of(score, value) for value in values)
            found.append(
                ScoreResults(
                    each.heading,
                    score.label,
                    len(values),
                    fsum(values) / len(values) if values else None,
                    tuple(Bar(band.label, bands[band]) for band in score.bands),
                    histogram(values),
                )
            )
        return tuple(found)

    def flags(self, counts: Iterable[tuple[int, str, int, int]]) -> tuple[FlagResults, ...]:
        """Return the flags of all versions; `counts` are schema, name, how many were raised, how many are open."""
        raised = {(pk, name): (number, still) for pk, name, number, still in counts}
        found = []
        for each in pooled_flags(self.versions, lambda flag: flag.name):
            numbers = [raised.get((pk, each.newest.name), (0, 0)) for pk in each.by_schema]
            total, still = (sum(column) for column in zip(*numbers, strict=True))
            found.append(FlagResults(each.heading, each.newest.label, total, still))
        return tuple(found)


def countable(value: Any) -> float | None:
    """Return a value as a number for a distribution; None if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        return None
    return float(value)


def distribution_of(
    pooled: Pooled[Question], chosen: Mapping[int, int], numbers: Sequence[float]
) -> tuple[Bar, ...]:
    """Return how often each option was chosen in all versions, or a histogram of numbers; empty for other questions.

    `chosen` has the counts by id of the answer.
    """
    question = pooled.newest
    if question.type in CHOICE_TYPES:
        counts = Counter({answer.id: chosen.get(answer.id, 0) for answer in question.answers})
        for answer, like in same_answers(pooled):
            counts[like.id] += chosen.get(answer.id, 0)
        return tuple(Bar(answer.text, counts[answer.id]) for answer in question.answers)
    if question.type not in NUMBERS:
        return ()
    is_range = question.type == QuestionType.RANGE
    return histogram(numbers, *((question.range_from, question.range_to) if is_range else ()))
