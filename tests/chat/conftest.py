"""Users and threads for the tests of the chat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Thread, UserThread
from tests.factories import MemberFactory, ThreadFactory, UserFactory


def client_of(user: Any) -> APIClient:
    """Return a client signed in as `user`."""
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def alice(db: None) -> Any:
    return UserFactory(username="alice", first_name="Alice")


@pytest.fixture
def bob(db: None) -> Any:
    return UserFactory(username="bob", first_name="Bob")


@pytest.fixture
def carol(db: None) -> Any:
    return UserFactory(username="carol", first_name="Carol")


@pytest.fixture
def as_alice(alice: Any) -> APIClient:
    return client_of(alice)


@pytest.fixture
def as_bob(bob: Any) -> APIClient:
    return client_of(bob)


def thread_with(*users: Any, permissions: int = PERMISSIONS_ALL, **columns: Any) -> Thread:
    """Create a thread in which each of `users` has all permissions."""
    thread: Thread = ThreadFactory.create(**columns)
    for user in users:
        MemberFactory.create(thread=thread, user=user, permissions=permissions)
    return thread


def member(thread: Thread, user: Any) -> UserThread:
    """Load the membership of the user."""
    return UserThread.objects.get(thread=thread, user=user)


ThreadMaker = Callable[..., Thread]
