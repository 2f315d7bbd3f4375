"""The distribution of numbers in a few bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median_low
from typing import Final

#: More bars would say less.
BINS_MAX: Final = 10
#: With fewer numbers, none is an outlier; with more, at most one in `_FEW` is.
_OUTLIERS_FROM: Final = 5
_FEW: Final = 5
#: An outlier deviates by more than this many times the usual deviation.
_FAR: Final = 20
#: Larger than any sensible answer: a deviation of this size always makes an outlier.
_HUGE: Final = 1e15
#: Longer texts are not read as numbers, and sums of larger numbers would overflow.
_TEXT_MAX: Final = 100
_LARGEST: Final = 1e300


@dataclass(frozen=True, slots=True)
class Bar:
    """An answer, or a range of numbers, and how often it was given."""

    label: str
    count: int


def number_in(text: str) -> float | None:
    """Return the text as a number; None if it is not a finite number."""
    if len(text) > _TEXT_MAX:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) <= _LARGEST else None


def histogram(
    numbers: Sequence[float], low: float | None = None, high: float | None = None
) -> tuple[Bar, ...]:
    """Return the distribution of numbers, as `number_in` returns them, in at most `BINS_MAX` bars of equal width.

    The bars reach at least from the least number to the greatest, and from `low` to `high` where these are given. A
    few whole numbers have a bar each. Outliers, which would squeeze all other numbers into one bar, are counted in
    two more bars at the ends. Without numbers, there are no bars.
    """
    if not numbers:
        return ()
    ends = [end for end in (low, high) if end is not None and abs(end) <= _LARGEST]
    least, greatest = _bounds(numbers)
    # Numbers between `low` and `high` are never outliers.
    least, greatest = min([least, *ends]), max([greatest, *ends])
    usual = [number for number in numbers if least <= number <= greatest]
    start, end = min([*usual, *ends]), max([*usual, *ends])
    below = sum(number < least for number in numbers)
    above = sum(number > greatest for number in numbers)
    first = (Bar(f"less than {start:.6g}", below),) if below else ()
    last = (Bar(f"more than {end:.6g}", above),) if above else ()
    return (*first, *_bars(usual, start, end), *last)


def _bounds(numbers: Sequence[float]) -> tuple[float, float]:
    """Return the least and the greatest number that is not an outlier.

    Outliers are found by the median absolute deviation, which they do not affect themselves; see
    https://en.wikipedia.org/wiki/Median_absolute_deviation. If most numbers are equal, the deviation of the others
    is used.
    """
    if len(numbers) < _OUTLIERS_FROM:
        return min(numbers), max(numbers)
    middle = median_low(numbers)
    deviations = sorted(abs(value - middle) for value in numbers)
    others = [value for value in deviations if value] or [0.0]
    limit = _FAR * (median_low(deviations) or median_low(others))
    if sum(value > limit for value in deviations) > len(numbers) // _FEW:
        limit = inf
    if abs(middle) < _HUGE:
        limit = min(limit, _HUGE)
    usual = [value for value in numbers if abs(value - middle) <= limit]
    return min(usual), max(usual)


def _bars(numbers: Sequence[float], low: float, high: float) -> tuple[Bar, ...]:
    if low.is_integer() and high.is_integer() and all(number.is_integer() for number in numbers):
        return _of_whole(numbers, int(low), int(high))
    return _of_any(numbers, low, high)


def _of_whole(numbers: Sequence[float], low: int, high: int) -> tuple[Bar, ...]:
    width = -((low - high - 1) // BINS_MAX)
    starts = range(low, high + 1, width)
    counts = [0] * len(starts)
    for number in numbers:
        counts[(int(number) - low) // width] += 1
    ends = (min(high, start + width - 1) for start in starts)
    labels = (
        f"{start}" if start == end else f"{start} to {end}" for start, end in zip(starts, ends, strict=True)
    )
    return tuple(Bar(*pair) for pair in zip(labels, counts, strict=True))


def _of_any(numbers: Sequence[float], low: float, high: float) -> tuple[Bar, ...]:
    width = (high - low) / BINS_MAX
    if width <= 0:
        return (Bar(f"{low:g}", len(numbers)),)
    counts = [0] * BINS_MAX
    for number in numbers:
        counts[min(BINS_MAX - 1, int((number - low) / width))] += 1
    edges = [low + width * step for step in range(BINS_MAX)] + [high]
    return tuple(
        Bar(f"{start:.6g} to {end:.6g}", count)
        for (start, end), count in zip(pairwise(edges), counts, strict=True)
    )
