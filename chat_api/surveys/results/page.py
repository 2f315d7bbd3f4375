"""The results of a schema as its page in the admin words and draws them."""

from __future__ import annotations

from dataclasses import dataclass

from chat_api.surveys.results.tally import QuestionResults, SchemaResults


@dataclass(frozen=True, slots=True)
class ShownBar:
    """One line of a chart: `width` and `share` are percentages, of the longest bar and of all who answered."""

    label: str
    count: int
    share: str
    width: str


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One question's figures, in words where they are no plain numbers."""

    figures: QuestionResults
    time: str
    bars: tuple[ShownBar, ...]


def shown_questions(results: SchemaResults) -> list[ShownQuestion]:
    """Give the questions by position, with their charts."""
    return [ShownQuestion(row, in_words(row.median_seconds), _bars(row)) for row in results.questions]


def stopped_most(results: SchemaResults) -> QuestionResults | None:
    """Give the question at which most stopped, the first of several; None if nobody stopped."""
    most = max(results.questions, key=lambda row: row.stopped, default=None)
    return most if most is not None and most.stopped else None


def in_words(seconds: float | None) -> str:
    """Give a time in its two greatest units, as "2 h 5 min"; empty for None."""
    if seconds is None:
        return ""
    rest = round(seconds)
    parts: list[tuple[int, str]] = []
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        number, rest = divmod(rest, length)
        if number or parts:
            parts.append((number, unit))
    return " ".join(f"{number} {unit}" for number, unit in parts[:2] if number) or "0 s"


def _bars(row: QuestionResults) -> tuple[ShownBar, ...]:
    longest = max((bar.count for bar in row.distribution), default=0) or 1
    answered = row.answered or 1
    return tuple(
        ShownBar(
            label=bar.label,
            count=bar.count,
            share=f"{100 * bar.count / answered:.0f}",
            # A text: a number would get the reader's decimal sign, which SVG does not know.
            width=f"{100 * bar.count / longest:.1f}",
        )
        for bar in row.distribution
    )
