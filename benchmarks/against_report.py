"""The targets of `benchmarks.against`, and its table."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

POSTS = ("post-2", "post-50", "post-200")
SURVEY_ITEMS = ("survey-post", "survey-get", "survey-list")
CASES = (*POSTS, "scripted", "messages", "threads", *SURVEY_ITEMS)
#: What a survey item may take of a bare view's time, where that view takes more of the old time than the aim allows.
MOST_OF_BARE = 1.3

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Aim:
    """`measure` (`cpu`, `wall`: new over old; `statements`: a number) is at most `most`."""

    measure: str
    most: float
    #: Whether `MOST_OF_BARE` of a bare view will do where that view misses the aim, too.
    or_of_bare: bool = False


#: The same on both databases.
DOCUMENTS = {
    "messages": Aim("cpu", 0.4),
    "threads": Aim("cpu", 0.5),
    **{case: Aim("cpu", 0.3, or_of_bare=True) for case in SURVEY_ITEMS},
}


def aims_of(case: str, database: str) -> list[Aim]:
    """Return the aims of a case on a database."""
    if case in DOCUMENTS:
        return [DOCUMENTS[case]]
    if database == "sqlite":
        return [Aim("cpu", 0.75)]
    return [Aim("cpu", 0.6), Aim("wall", 0.65), Aim("statements", 8 if case in POSTS else 10)]


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """Return the median and the minimum in milliseconds."""
    return {"median": 1000 * statistics.median(seconds), "minimum": 1000 * min(seconds)}


def ratios(over: Figures, under: Figures) -> dict[str, dict[str, float]]:
    """Return the ratio of two requests' times: of their medians, and of their minima."""
    return {
        clock: {kind: over[clock][kind] / under[clock][kind] for kind in ("median", "minimum")}
        for clock in ("cpu", "wall")
    }


def judged(case: Figures, database: str) -> list[Figures]:
    """Return the aims of a measured case with what was reached, and whether each is met."""
    return [_judged(aim, case) for aim in aims_of(case["case"], database)]


def _judged(aim: Aim, case: Figures) -> Figures:
    if aim.measure == "statements":
        reached = len(case["requests"]["new"]["statements"])
    else:
        reached = case["new/old"][aim.measure]["median"]
    verdict = {"measure": aim.measure, "most": aim.most, "reached": reached, "met": reached <= aim.most}
    if aim.or_of_bare and not verdict["met"] and case["bare/old"][aim.measure]["median"] >= aim.most:
        of_bare = case["new/bare"][aim.measure]["median"]
        verdict |= {"most_of_bare": MOST_OF_BARE, "of_bare": of_bare, "met": of_bare <= MOST_OF_BARE}
    return verdict


def show_header(database: str, old: str, new: str) -> None:
    """Print what the columns are."""
    print(
        f"\n{database}: {new} (new) against {old} (old); milliseconds of CPU and wall, median and (minimum)"
    )
    print(f"  {'case':<13}{'':<6}{'cpu':>16}{'wall':>16}{'cpu/old':>14}{'wall/old':>14}{'sql':>5}")


def show_case(case: Figures, *, statements: bool) -> None:
    """Print a row for each request of a case, and under them a line for each aim.

    With `statements`, print what the new tree sends to the database, too.
    """
    label = case["case"]
    for name, figures in case["requests"].items():
        times = "".join(
            f"{figures[clock]['median']:>8.2f} {'(' + format(figures[clock]['minimum'], '.2f') + ')':>7}"
            for clock in ("cpu", "wall")
        )
        over = case.get(f"{name}/old", {})
        compared = (
            "".join(f"{ratio['median']:>7.2f} ({ratio['minimum']:.2f})" for ratio in over.values())
            or " " * 28
        )
        print(f"  {label:<13}{name:<6}{times}{compared}{len(figures['statements']):>5}", flush=True)
        label = ""
    if "new/bare" in case:
        of_bare = case["new/bare"]
        print(
            f"{'':<15}of the bare view: cpu {of_bare['cpu']['median']:.2f}, wall {of_bare['wall']['median']:.2f}"
        )
    for aim in case["aims"]:
        print(f"{'':<15}{_sentence(aim)}", flush=True)
    if statements:
        for number, text in enumerate(case["requests"]["new"]["statements"], start=1):
            print(f"{'':<15}{number:>3}  {text}", flush=True)


def _sentence(aim: Figures) -> str:
    verdict = "met" if aim["met"] else "NOT MET"
    text = f"{verdict}: {aim['measure']} {aim['reached']:.3g}, aim {aim['most']:g}"
    if "of_bare" in aim:
        text += f"; the bare view is not below that: {aim['of_bare']:.2f} of it, aim {aim['most_of_bare']:g}"
    return text
