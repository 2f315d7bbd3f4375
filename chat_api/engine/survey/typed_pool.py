"""Variables by position of the questions that set them, while these are set in any order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

_NOTHING: Final[Mapping[str, float]] = {}


class Pool:
    """The variables that each question sets, by index; a question sees those of the questions before it."""

    def __init__(self) -> None:
        self._written: dict[int, Mapping[str, float]] = {}
        #: By variable, the indexes of the questions that set it, ascending.
        self._writers: dict[str, list[int]] = {}
        #: The last question that was computed; those after it have not read any variable yet.
        self._last = -1

    def before(self, index: int, names: frozenset[str]) -> dict[str, float]:
        """Return those of the variables that are set before a question."""
        found = {}
        for name in names:
            writers = self._writers.get(name, ())
            position = bisect_left(writers, index)
            if position:
                found[name] = self._written[writers[position - 1]][name]
        return found

    def passed(self, index: int) -> None:
        """Take notice of a question that was computed."""
        self._last = max(self._last, index)

    def set(
        self, index: int, written: Mapping[str, float], readers: Mapping[str, Sequence[int]]
    ) -> Iterator[int]:
        """Replace what a question sets, whenever it is computed.

        Return the readers that were computed and see a change: up to the next one that sets it.
        """
        self.passed(index)
        before = self._written.get(index, _NOTHING)
        changed = [
            name for name in {**before, **written} if repr(before.get(name)) != repr(written.get(name))
        ]
        self._written[index] = written
        for name in changed:
            writers = self._writers.setdefault(name, [])
            if name not in before:
                insort(writers, index)
            elif name not in written:
                del writers[bisect_left(writers, index)]
            read = readers.get(name, ())
            following = bisect_right(writers, index)
            last = self._last if following == len(writers) else min(self._last, writers[following])
            yield from read[bisect_right(read, index) : bisect_right(read, last)]

    def all(self) -> dict[str, float]:
        """Return the variables after all questions."""
        found: dict[str, float] = {}
        for index in sorted(self._written):
            found.update(self._written[index])
        return found
