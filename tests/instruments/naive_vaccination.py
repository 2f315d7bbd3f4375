"""The vaccination form, written by hand: what is visible for each child, values, problems, scores and flags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

#: Values by name; of a child's date of birth also `born confirmed`.
Values = dict[str, Any]

CHILD: Final = {"child": 3, "born": 4, "mmr": 6, "doses": 7}
QIDS: Final = {"visited": 1, "kids": 2, **CHILD, "school": 10}


def months_between(first: date, then: date) -> int:
    """Return the completed months, negative ones if the second date comes first."""
    if then < first:
        return -months_between(then, first)
    whole = (then.year - first.year) * 12 + then.month - first.month
    return whole - (then.day < first.day)


@dataclass
class Child:
    """One child: their visible questions, values, problems, and the next question without an answer."""

    answers: Values
    visited: date | None
    place: int
    visible: list[int] = field(default_factory=lambda: [3, 4, 5])
    months: int | None = None
    due: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)
    waits: str | None = None
    mmr: int | None = None

    def __post_init__(self) -> None:
        born = self.answers.get("born")
        if born is not None:
            self.months = None if self.visited is None else months_between(born, self.visited)
            self.problems += [(4, code) for code in born_codes(self.visited, born)]
            if self.answers.get("born confirmed"):
                self.problems = [each for each in self.problems if each[1] != "CONFIRM"]
        doses = None
        is_asked = self.months is not None and self.months >= 9
        self.mmr = self.answers.get("mmr") if is_asked else None
        if is_asked:
            self.visible.append(6)
        if self.mmr == 1:
            self.visible.append(7)
            doses = self.answers.get("doses")
            if doses is not None and doses > doses_max(self.months):
                self.problems.append((7, "TOO_LARGE"))
        self.visible.append(8)
        is_old = self.months is not None and self.months >= 15
        self.due = 10 * self.place + (is_old and (doses or 0) < 2)
        asked = ["child", "born", *(["mmr"] if is_asked else []), *(["doses"] if self.mmr == 1 else [])]
        self.waits = next((name for name in asked if name not in self.answers), None)


def born_codes(visited: date | None, born: date) -> list[str]:
    if visited is None:
        # Nothing compares to an empty value.
        return ["CONSTRAINT", "CONFIRM"]
    too_late = ["CONSTRAINT"] if born > visited else []
    return too_late + (["CONFIRM"] if months_between(born, visited) >= 12 * 18 else [])


def doses_max(months: int | None) -> int:
    return 1 + (months is not None and months >= 15)


@dataclass
class Vaccination:
    """The form with the answers outside, and those of each child in order; `number` is how many count."""

    answers: Values
    of_children: Sequence[Values]
    number: int
    children: list[Child] = field(default_factory=list)

    def __post_init__(self) -> None:
        given = [*self.of_children, *({} for _ in range(self.number))][: self.number]
        visited = self.answers.get("visited")
        self.children = [Child(each, visited, place) for place, each in enumerate(given, start=1)]

    @property
    def oldest(self) -> int | None:
        return max((child.months for child in self.children if child.months is not None), default=None)

    @property
    def visible(self) -> list[int]:
        found = {1, 2, 9, *(qid for child in self.children for qid in child.visible)}
        return sorted(found | ({10} if (self.oldest or 0) >= 72 else set()))

    @property
    def completed(self) -> bool:
        problems = [code for child in self.children for _, code in child.problems]
        is_answered = {"visited", "kids"} <= self.answers.keys()
        return is_answered and not any(child.waits for child in self.children) and {*problems} <= {"CONFIRM"}

    @property
    def scores(self) -> dict[str, float | None]:
        given = [child.mmr for child in self.children if child.mmr is not None]
        # Half of a per cent goes up.
        coverage = int(100 * sum(given) / len(given) + 0.5) if given else None
        return {"coverage": coverage, "due": sum(child.due for child in self.children)}

    @property
    def flags(self) -> set[str]:
        return {"unprotected"} if sum(child.mmr == 0 for child in self.children) >= 2 else set()
