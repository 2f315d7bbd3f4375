"""Control dependence: the questions that decide whether others are reached, in a script without its links back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from chat_api.engine.analysis.reachability import Exits
from chat_api.engine.script import Script

#: The maximum number of steps from a question to one that is always reached after it, for all questions together.
STEPS_MAX: Final = 300_000


class TooManySteps(Exception):
    """The script branches too much to follow in bounded time."""


@dataclass(slots=True)
class Control:
    """The branches of a script, by index; the end of the script is the index after the last question.

    A link back to a question that was passed before decides nothing about reaching that question, so such links are
    left out, and what remains has no cycles.
    """

    targets: dict[int, list[int]]
    #: The indexes from the start to the end, each before those that it leads to.
    order: list[int]
    end: int
    steps_left: int
    #: By index, the next question that is reached on every path from there.
    _certain: dict[int, int] = field(default_factory=dict)
    _depths: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, script: Script, exits: Mapping[int, Exits]) -> Control:
        """Return the branches of the script. Raises `TooManySteps`."""
        end = len(script.questions)
        known = script.index_by_qid
        targets: dict[int, list[int]] = {end: []}
        for index, exit_ in exits.items():
            found = dict.fromkeys(known.get(qid, end) for qid in exit_.qids)
            if exit_.ends or not found:
                found[end] = None
            targets[index] = list(found)
        order = _without_loops(targets, end)
        control = cls(targets, order, end, STEPS_MAX)
        control._find_certain()
        return control

    def deciders(self) -> dict[int, set[int]]:
        """Return by index the questions whose branching decides whether it is reached. Raises `TooManySteps`."""
        found: dict[int, set[int]] = {}
        for index in self.order:
            if len(self.targets[index]) < 2:
                continue
            for target in self.targets[index]:
                reached = target
                while reached != self._certain[index]:
                    self._count_step()
                    found.setdefault(reached, set()).add(index)
                    reached = self._certain[reached]
        return found

    def _find_certain(self) -> None:
        self._depths[self.end] = 0
        for index in reversed(self.order):
            if index == self.end:
                continue
            first, *others = self.targets[index]
            for other in others:
                first = self._meeting(first, other)
            self._certain[index] = first
            self._depths[index] = self._depths[first] + 1

    def _meeting(self, left: int, right: int) -> int:
        while left != right:
            self._count_step()
            if self._depths[left] >= self._depths[right]:
                left = self._certain[left]
            else:
                right = self._certain[right]
        return left

    def _count_step(self) -> None:
        self.steps_left -= 1
        if self.steps_left < 0:
            raise TooManySteps


def _without_loops(targets: dict[int, list[int]], end: int) -> list[int]:
    """Remove links back, and return the indexes that are reached from the first one, each before its targets."""
    order: list[int] = []
    #: True while a walk from there is going on.
    active: dict[int, bool] = {0: True}
    trail = [(0, iter(list(targets[0])))]
    while trail:
        index, following = trail[-1]
        target = next(following, None)
        if target is None:
            trail.pop()
            active[index] = False
            order.append(index)
            if not targets[index] and index != end:
                targets[index] = [end]
        elif target not in active:
            active[target] = True
            trail.append((target, iter(list(targets[target]))))
        elif active[target]:
            targets[index].remove(target)
    if end not in active:
        order.insert(0, end)
    return order[::-1]
