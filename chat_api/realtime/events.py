"""The kinds of events in a thread's history. They contain ids; texts are loaded when an event is sent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a thread."""

    name: ClassVar[str]

    @property
    def is_news(self) -> bool:
        """Return whether users who are offline are notified of it."""
        return False

    def data(self) -> dict[str, Any]:
        """Return the data of the event for the log; UUID keys of users become strings."""
        return {
            name: str(value) if isinstance(value, UUID) else value for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class MessageCreatedOrUpdated(Event):
    """A message was created, changed (text, meta or attachments) or `deleted`."""

    name: ClassVar[str] = "message_created_or_updated"
    message: int
    deleted: bool = False
    new: bool = False

    @property
    def is_news(self) -> bool:
        """Return whether the message is new."""
        return self.new

    def data(self) -> dict[str, Any]:
        """Return the data for the log; whether the message is new matters only when the event is written."""
        return {"message": self.message, "deleted": self.deleted}


@dataclass(frozen=True, slots=True)
class MessagesRead(Event):
    """`user` has read `messages` (ids)."""

    name: ClassVar[str] = "messages_read"
    user: int
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ThreadUpdated(Event):
    """The title, a membership or a state changed; `user` did it, or None for a script or the clock."""

    name: ClassVar[str] = "thread_updated"
    user: int | None = None


@dataclass(frozen=True, slots=True)
class RunCorrected(Event):
    """`message` corrects an answer of a script's run; `superseded` are the messages that no longer count."""

    name: ClassVar[str] = "run_corrected"
    message: int
    superseded: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FlagRaised(Event):
    """An answer has raised a flag of its schema."""

    name: ClassVar[str] = "flag_raised"
    flag: int


EVENTS: dict[str, type[Event]] = {
    kind.name: kind
    for kind in (MessageCreatedOrUpdated, MessagesRead, ThreadUpdated, RunCorrected, FlagRaised)
}
