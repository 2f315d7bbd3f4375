"""The port through which sockets read threads; `chat_api.chat.delivery.event_source` implements it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Outcome(StrEnum):
    """How a wish to catch up ends: nothing was missed, here is all that was, or read everything anew."""

    CURRENT = "current"
    REPLAYED = "replayed"
    RESYNC = "resync"


@dataclass(frozen=True, slots=True)
class OpenThread:
    """A thread as one user's socket knows it."""

    #: The number of the thread's last event.
    head: int
    #: The number of the last event that happened before the user's time.
    start: int
    #: Whether he wants live events.
    live: bool
    #: Whether he may write there now, so that others may see him writing.
    writes: bool


@dataclass(frozen=True, slots=True)
class CatchUp:
    """The answer to "what did I miss after n": the frames after it, all of them, or none."""

    outcome: Outcome
    head: int
    frames: Sequence[str] = ()


#: A frame for one user, ready to be sent; None where he is not told of the event.
Frames = Sequence[str | None]


class HistoryTrimmed(Exception):
    """The log no longer has all the events that were asked for."""


class Feed(Protocol):
    """Threads for sockets. Each method reads the database in a number of queries that does not grow."""

    def threads_of(self, user_id: Any) -> dict[int, OpenThread]:
        """Give the threads that the user's sockets are open for: his own, and the one that he subscribed to."""

    def threads_left(self, user_id: Any, thread_ids: Collection[int]) -> list[int]:
        """Return those of the threads that the user is neither a member of nor subscribed to, in the given order."""

    def live_frames(
        self, thread_id: int, first: int, last: int, user_ids: Collection[Any]
    ) -> dict[Any, Frames]:
        """Give, for each of the users, the frames of the events `first` to `last`. Raises `HistoryTrimmed`."""

    def catch_up(self, user_id: Any, thread_id: int, after: int) -> CatchUp | None:
        """Give what the user missed after the event `after`; None where he may not read the thread."""

    def writer(self, user_id: Any) -> str:
        """Give the user as others see him, as JSON."""
