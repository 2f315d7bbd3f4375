"""Sockets for tests: each test has its own channel layer and leaves no socket open."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from channels.layers import channel_layers

from chat_api.realtime import layer as layers
from chat_api.realtime.socket.consumer import ChatConsumer
from tests.chat.conftest import alice, bob, carol, thread_with
from tests.chat.talking import Talk, talks
from tests.factories import UserFactory
from tests.realtime.sockets import CONSUMERS, Opener, Socket

__all__ = ["alice", "bob", "carol"]


@pytest.fixture(autouse=True)
def _fresh_sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    layers._outage.until = 0.0
    channel_layers.backends.clear()
    CONSUMERS.clear()
    begin = ChatConsumer.__init__

    def noted(self: ChatConsumer, **kwargs: Any) -> None:
        begin(self, **kwargs)
        CONSUMERS.append(self)

    monkeypatch.setattr(ChatConsumer, "__init__", noted)
    yield
    CONSUMERS.clear()
    channel_layers.backends.clear()


@pytest_asyncio.fixture
async def opened(transactional_db: None) -> AsyncIterator[Opener]:
    """A function that opens sockets; they are closed when the test ends."""
    sockets: list[Socket] = []

    async def open_one(user: Any = None, **kwargs: Any) -> Socket:
        socket = Socket(user, **kwargs)
        sockets.append(socket)
        await socket.open()
        return socket

    yield open_one
    for socket in sockets:
        await socket.leave()


@pytest.fixture
def both(transactional_db: None, alice: Any, bob: Any) -> list[Talk]:
    """Alice and Bob in a thread in which both have all permissions."""
    return talks(thread_with(alice, bob), alice, bob)


@pytest.fixture
def root(transactional_db: None) -> Any:
    return UserFactory.create(username="root", is_superuser=True)


@pytest_asyncio.fixture
async def bare(transactional_db: None) -> AsyncIterator[Opener]:
    """A function that creates sockets without opening them; they are closed when the test ends."""
    sockets: list[Socket] = []

    def make(user: Any = None, **kwargs: Any) -> Socket:
        sockets.append(Socket(user, **kwargs))
        return sockets[-1]

    yield make
    for socket in sockets:
        await socket.leave()
