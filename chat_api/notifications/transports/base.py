"""What a transport is, and what it is given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar


class TransportError(Exception):
    """A notification could not be sent; with `permanent`, trying again would not help."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class UnreadMessage:
    """A message that its receiver has not read, as plain text."""

    id: int
    sender: str
    text: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a transport sends: to whom, and about which messages. Texts are plain, not HTML."""

    #: The same at each attempt, so that a receiver can tell a repetition.
    id: int
    user: Any
    thread_id: int
    thread_title: str
    thread_type: str
    #: The newest, oldest first; `count` says how many there are in all.
    messages: Sequence[UnreadMessage]
    count: int
    #: The receiver's language; None for the project's.
    language: str | None = None
    #: One click there, and this transport is off in this thread; None where the host has no NOTIFICATION_BASE_URL.
    unsubscribe_url: str | None = None


class Transport:
    """A way to people. Its keyword arguments are those of NOTIFICATION_OPTIONS for its flag."""

    #: Whether sending the same twice does no harm; else a sending that was cut off is not tried again.
    repeatable: ClassVar[bool] = False
    #: The modules of packages that it cannot do without, each with the extra of this package that brings it.
    packages: ClassVar[Mapping[str, str]] = {}
    #: The options that it cannot do without.
    required_options: ClassVar[Collection[str]] = ()

    def __init__(self, **options: Any) -> None:
        self.options = options

    def send(self, delivery: Delivery) -> None:
        """Send it. Raises `TransportError`."""
        raise NotImplementedError
