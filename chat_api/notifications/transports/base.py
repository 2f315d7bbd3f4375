"""The base class of transports, and the delivery that they send."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar


class TransportError(Exception):
    """A notification could not be sent. With `permanent`, a retry would not help."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class UnreadMessage:
    """A message that the recipient has not read, as plain text."""

    id: int
    sender: str
    text: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notification: its recipient and the messages. Texts are plain, not HTML."""

    #: The same at each attempt, so that the receiving end can recognize a repetition.
    id: int
    user: Any
    #: None for a flag that was raised in a survey.
    thread_id: int | None
    thread_title: str
    thread_type: str
    #: The newest messages, oldest first; `count` is the number of all unread messages.
    messages: Sequence[UnreadMessage]
    count: int
    #: The recipient's language; None for the project's.
    language: str | None = None
    #: One click on it turns this transport off for this thread; None without NOTIFICATION_BASE_URL.
    unsubscribe_url: str | None = None
    #: The id of the raised flag that it is about, without messages and titles; None for messages.
    flag_id: int | None = None


class Transport:
    """Sends notifications. Its keyword arguments are the NOTIFICATION_OPTIONS for its flag."""

    #: Whether sending a notification twice does no harm; otherwise an interrupted delivery is not retried.
    repeatable: ClassVar[bool] = False
    #: The modules it requires, each with the extra of this package that installs it.
    packages: ClassVar[Mapping[str, str]] = {}
    #: The options it requires.
    required_options: ClassVar[Collection[str]] = ()

    def __init__(self, **options: Any) -> None:
        self.options = options

    def send(self, delivery: Delivery) -> None:
        """Send the delivery. Raises `TransportError`."""
        raise NotImplementedError
