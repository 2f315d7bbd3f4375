"""The funnel of runs in the words and bars of its admin page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from chat_api.chat.choices import RunOutcome
from chat_api.chat.results.funnel import Branch, StepRuns
from chat_api.chat.results.tally import RunResults
from chat_api.engine.script import END
from chat_api.schemas.results.histogram import Bar
from chat_api.schemas.results.page import ShownBar, in_words, shown_bars
from chat_api.schemas.type_labels import type_label


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A question of the funnel, with its type in words; `width` is the percentage of its bar, empty without one.

    `answers` is the number of the chart with its answers, from 1; None without one. `branches` is the chart of
    what followed.
    """

    figures: StepRuns
    type: str
    width: str
    time: str
    answers: int | None
    branches: tuple[ShownBar, ...]


def shown_steps(results: RunResults, charts: Mapping[int, int]) -> list[ShownStep]:
    """Return the steps; `charts` are the numbers of charts of answers by place in `questions`."""
    places = {(row.qid, row.heading): place for place, row in enumerate(results.questions)}
    return [
        ShownStep(
            step,
            type_label(step.type),
            "" if step.reached is None else f"{100 * step.reached / (results.runs or 1):.1f}",
            in_words(step.median_seconds),
            charts.get(places.get((step.qid, step.heading), -1)),
            shown_bars(
                [Bar(_label(branch), branch.count) for branch in step.branches],
                sum(branch.count for branch in step.branches),
            ),
        )
        for step in results.steps
    ]


def shown_outcomes(results: RunResults) -> list[tuple[str, int]]:
    """Return the number of runs by outcome in words."""
    words = {
        "": _("Going on"),
        RunOutcome.COMPLETED: _("Completed"),
        RunOutcome.BROKEN: _("Broken"),
        RunOutcome.ROLLED_OVER: _("Rolled over"),
        RunOutcome.SUPERSEDED: _("Superseded"),
    }
    return [(words.get(outcome, outcome), number) for outcome, number in results.outcomes]


def _label(branch: Branch) -> str:
    if branch.qid is None:
        return _("Not certain")
    return _("End of the script") if branch.qid == END else f"{branch.qid}: {branch.heading}"
