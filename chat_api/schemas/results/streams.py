"""Rows of several queries side by side, streamed newest first, so that none of them has to be kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class NewestFirst(Generic[T]):
    """The values of a stream by id, largest id first; they are looked up in that order, too."""

    def __init__(self, stream: Iterator[tuple[int, T]]) -> None:
        self._stream = stream
        self._waiting = next(stream, None)

    def get(self, pk: int) -> T | None:
        """Return what the stream has for the id, which is below those looked up before; None without an entry."""
        while self._waiting is not None and self._waiting[0] > pk:
            self._waiting = next(self._stream, None)
        return self._waiting[1] if self._waiting is not None and self._waiting[0] == pk else None
