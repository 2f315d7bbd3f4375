"""Search with each backend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from chat_api.chat.models import Thread
from chat_api.search.backends.elasticsearch import client
from chat_api.tasks import index_messages
from tests.chat.conftest import alice, as_alice, bob, carol, client_of, thread_with
from tests.chat.talking import Talk
from tests.search.fake_elastic import FakeElastic, running

__all__ = ["alice", "as_alice", "bob", "carol"]


@pytest.fixture(scope="session")
def elastic_server() -> Iterator[FakeElastic]:
    with running() as fake:
        yield fake
        for kept in client._all_kept:
            kept.threads.shutdown()
            kept.client.close()
        client._all_kept.clear()


@pytest.fixture
def elastic(elastic_server: FakeElastic, settings: Any) -> Iterator[FakeElastic]:
    """Configure the fake Elasticsearch, empty and working, as the backend."""
    elastic_server.indexes.clear()
    elastic_server.versions.clear()
    elastic_server.calls.clear()
    settings.CHAT_SETTINGS = {"ELASTICSEARCH_URL": elastic_server.url, "ELASTICSEARCH_PREFIX": "tests"}
    yield elastic_server
    elastic_server.mood = "up"


@pytest.fixture(params=["database", "elastic"])
def backend(request: pytest.FixtureRequest, settings: Any) -> Any:
    """Configure each backend in turn; return its settings."""
    if request.param == "elastic":
        request.getfixturevalue("elastic")
    else:
        settings.CHAT_SETTINGS = {}
    return settings.CHAT_SETTINGS


@dataclass(frozen=True)
class Searching:
    """A user who searches messages."""

    talk: Talk

    def raw(self, query: str, **more: Any) -> Any:
        """Run a worker, search the thread and return the response."""
        index_messages()
        return self.talk.client.get(f"{self.talk.path}/messages", {"q": query, "limit": 200, **more})

    def objects(self, query: str, **more: Any) -> list[dict[str, Any]]:
        """Search the thread and return the messages found."""
        response = self.raw(query, **more)
        assert response.status_code == 200, response.content
        found: list[dict[str, Any]] = response.json()["results"]
        return found

    def texts(self, query: str, **more: Any) -> list[str]:
        """Search the thread and return the texts found."""
        return [message["text"] for message in self.objects(query, **more)]

    def threads(self, query: str, kind: str = "chat", **more: Any) -> list[int]:
        """Search all threads and return the ids of the threads found."""
        index_messages()
        user = self.talk.user
        response = client_of(user).get(
            f"/api/accounts/{user.pk}/threads/{kind}", {"q": query, "limit": 200, **more}
        )
        assert response.status_code == 200, response.content
        return [thread["id"] for thread in response.json()["results"]]


def index_all() -> None:
    """Index messages that a test created without actions."""
    call_command("rebuild_search_index", stdout=StringIO())


def searching(user: Any, *others: Any, **columns: Any) -> Searching:
    """Return a `Searching` of the user with a new thread."""
    thread: Thread = thread_with(user, *others, **columns)
    return Searching(Talk(user, thread.pk))
