"""Findings: each kind once, with the number of times it was seen and an input that reproduces it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """The count of inputs of a part, and its findings by kind."""

    part: str
    inputs: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def found(self, kind: str, example: str) -> None:
        """Count a finding; the shortest example of each kind is kept."""
        self.kinds[kind] += 1
        if len(example) < len(self.examples.get(kind, example + " ")):
            self.examples[kind] = example

    def lines(self) -> list[str]:
        """Return the report as lines of text."""
        answered = ", ".join(f"{answer}: {count}" for answer, count in sorted(self.answers.items()))
        shown = [f"{self.part}: {self.inputs} inputs ({answered}), {sum(self.kinds.values())} findings"]
        for kind, count in self.kinds.most_common():
            shown += [f"  {count} x {kind}", *(f"      {line}" for line in _clipped(self.examples[kind]))]
        return shown


def _clipped(text: str, most: int = 900) -> list[str]:
    return (text if len(text) <= most else f"{text[:most]} …").splitlines()


class Clock:
    """The time limit of a part; None means no limit."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Whether the time is over."""
        return self._end is not None and time.monotonic() >= self._end
