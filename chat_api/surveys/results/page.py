"""The results of a schema in the words and bars of their admin page."""

from __future__ import annotations

from dataclasses import dataclass

from chat_api.schemas.results.page import ShownBar, in_words, shown_bars
from chat_api.schemas.type_labels import type_label
from chat_api.surveys.results.tally import QuestionResults, SchemaResults


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """The figures of a question, with its type and its time in words and its chart."""

    figures: QuestionResults
    type: str
    time: str
    bars: tuple[ShownBar, ...]


def shown_questions(results: SchemaResults) -> list[ShownQuestion]:
    """Return the questions by position, with their charts."""
    return [
        ShownQuestion(
            row,
            type_label(row.type),
            in_words(row.median_seconds),
            shown_bars(row.distribution, row.answers),
        )
        for row in results.questions
    ]


def stopped_most(results: SchemaResults) -> QuestionResults | None:
    """Return the question at which most users stopped, the first if there are several; None if nobody stopped."""
    most = max(results.questions, key=lambda row: row.stopped, default=None)
    return most if most is not None and most.stopped else None
