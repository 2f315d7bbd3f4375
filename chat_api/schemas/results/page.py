"""Distributions as charts of an admin page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chat_api.schemas.results.histogram import Bar
from chat_api.schemas.results.tallies import ScoreResults


@dataclass(frozen=True, slots=True)
class ShownBar:
    """A line of a chart: `width` is a percentage of the longest bar, `share` of all answers."""

    label: str
    count: int
    share: str
    width: str


@dataclass(frozen=True, slots=True)
class ShownScore:
    """A score with its mean as a text, and the charts of its bands and values."""

    figures: ScoreResults
    mean: str
    charts: tuple[tuple[ShownBar, ...], ...]


def shown_bars(distribution: Sequence[Bar], answers: int) -> tuple[ShownBar, ...]:
    """Return the bars of a distribution of that number of answers."""
    longest = max((bar.count for bar in distribution), default=0) or 1
    return tuple(
        ShownBar(
            label=bar.label,
            count=bar.count,
            share=f"{100 * bar.count / (answers or 1):.0f}",
            # A text: Django would write a number with the decimal separator of the locale, which SVG does not know.
            width=f"{100 * bar.count / longest:.1f}",
        )
        for bar in distribution
    )


def shown_scores(scores: Sequence[ScoreResults]) -> list[ShownScore]:
    """Return the scores with their charts."""
    return [
        ShownScore(
            score,
            "" if score.mean is None else f"{score.mean:.4g}",
            tuple(shown_bars(bars, score.count) for bars in (score.bands, score.distribution) if bars)
            if score.count
            else (),
        )
        for score in scores
    ]


def in_words(seconds: float | None) -> str:
    """Return a time in its two largest units, like "2 h 5 min"; an empty text for None."""
    if seconds is None:
        return ""
    rest = round(seconds)
    parts: list[tuple[int, str]] = []
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        number, rest = divmod(rest, length)
        if number or parts:
            parts.append((number, unit))
    return " ".join(f"{number} {unit}" for number, unit in parts[:2] if number) or "0 s"
