"""The port through which sockets read threads; `chat_api.chat.delivery.event_source` implements it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Outcome(StrEnum):
    """The result of catching up: nothing was missed, everything is replayed, or the client has to reload everything."""

    CURRENT = "current"
    REPLAYED = "replayed"
    RESYNC = "resync"


@dataclass(frozen=True, slots=True)
class OpenThread:
    """A thread that a user's socket delivers."""

    #: The sequence number of the thread's last event.
    head: int
    #: The sequence number of the last event before the user joined.
    start: int
    #: Whether the user wants live events.
    live: bool
    #: Whether the user can write there now, so that others see them typing.
    writes: bool


@dataclass(frozen=True, slots=True)
class CatchUp:
    """The events that a client missed after a sequence number: the frames of all of them, or none."""

    outcome: Outcome
    head: int
    frames: Sequence[str] = ()


#: The frames of one user, ready to send; None for an event that is not delivered to them.
Frames = Sequence[str | None]


class HistoryTrimmed(Exception):
    """The log no longer contains all requested events."""


class EventSource(Protocol):
    """Threads for sockets. Each method takes a constant number of queries."""

    def threads_of(self, user_id: Any) -> dict[int, OpenThread]:
        """Return the threads that the user's sockets deliver: those they are a member of or subscribed to."""

    def threads_left(self, user_id: Any, thread_ids: Collection[int]) -> list[int]:
        """Return the threads that the user is neither a member of nor subscribed to, in the given order."""

    def live_frames(
        self, thread_id: int, first: int, last: int, user_ids: Collection[Any]
    ) -> dict[Any, Frames]:
        """Return the frames of the events `first` to `last`, by user. Raises `HistoryTrimmed`."""

    def catch_up(self, user_id: Any, thread_id: int, after: int) -> CatchUp | None:
        """Return the events that the user missed after the event `after`, or None if they cannot read the thread."""

    def writer(self, user_id: Any) -> str:
        """Return the user as others see them, as JSON."""
