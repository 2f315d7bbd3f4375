"""Variables as a question sees them, where questions set them in order of position."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence


class VariablesBefore:
    """The variables before a node, and those that it sets itself."""

    __slots__ = ("_index", "_own", "_writers", "_written")

    def __init__(
        self, writers: Mapping[str, Sequence[int]], written: Mapping[int, Mapping[str, float]], index: int
    ) -> None:
        self._writers, self._written, self._index = writers, written, index
        self._own: dict[str, float] = {}

    def get(self, name: str, default: float) -> float:
        """Return the variable; `default` if nothing has set it."""
        if name in self._own:
            return self._own[name]
        writers = self._writers.get(name)
        position = bisect_left(writers, self._index) if writers else 0
        return self._written[writers[position - 1]][name] if position and writers else default

    def __setitem__(self, name: str, value: float) -> None:
        """Set the variable for later reads of the same node."""
        self._own[name] = value
