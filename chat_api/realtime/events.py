"""The kinds of events in a thread's history, on one screen. They hold ids; texts are looked up when sent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a thread."""

    name: ClassVar[str]

    @property
    def is_news(self) -> bool:
        """Say whether people who are away are to be notified of it."""
        return False

    def data(self) -> dict[str, Any]:
        """Give the event's own data, ready for the log: users whose keys are no numbers are named by a text."""
        return {
            name: str(value) if isinstance(value, UUID) else value for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class MessageCreatedOrUpdated(Event):
    """A message is new, or its text, meta or attachments changed, or (`deleted`) it is gone."""

    name: ClassVar[str] = "message_created_or_updated"
    message: int
    deleted: bool = False
    new: bool = False

    @property
    def is_news(self) -> bool:
        """Say whether the message is new."""
        return self.new

    def data(self) -> dict[str, Any]:
        """Give what the log keeps; whether the message was new matters only when it is written."""
        return {"message": self.message, "deleted": self.deleted}


@dataclass(frozen=True, slots=True)
class MessagesRead(Event):
    """`user` has read `messages` (ids)."""

    name: ClassVar[str] = "messages_read"
    user: int
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ThreadUpdated(Event):
    """Title, membership or somebody's state changed; `user` (None: the script or the clock) did it."""

    name: ClassVar[str] = "thread_updated"
    user: int | None = None


EVENTS: dict[str, type[Event]] = {
    kind.name: kind for kind in (MessageCreatedOrUpdated, MessagesRead, ThreadUpdated)
}
