"""Failures of Elasticsearch: searches report them in time, nothing else is affected, nothing is lost."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from django.core.management import call_command
from django.test import override_settings

from chat_api.lib.hooks import HookFailed
from chat_api.search.backends.elasticsearch import backend as module
from chat_api.search.backends.elasticsearch.backend import ElasticsearchBackend
from chat_api.search.backends.elasticsearch.client import SEARCH_SECONDS
from chat_api.search.models import MessageSearch
from chat_api.tasks import index_messages
from tests.search.conftest import Searching, searching
from tests.search.fake_elastic import FakeElastic

pytestmark = pytest.mark.django_db

UNAVAILABLE = {"detail": "Search is not available.", "code": "SEARCH_UNAVAILABLE"}
#: A URL without a server.
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def alice_search(elastic: FakeElastic, alice: Any, bob: Any) -> Searching:
    return searching(alice, bob)


def pending() -> int:
    return MessageSearch.objects.filter(pending__isnull=False).count()


def look(alice_search: Searching) -> list[Any]:
    """Search messages and threads without running a worker."""
    user = alice_search.talk.user
    paths = (f"{alice_search.talk.path}/messages", f"/api/accounts/{user.pk}/threads/chat")
    return [alice_search.talk.client.get(path, {"q": "treasure", "limit": "5"}) for path in paths]


@pytest.mark.slow
@pytest.mark.parametrize("mood", ["slow", "trickling", "busy", "broken", "partial"])
def test_failing_server_is_503_and_loses_nothing(elastic: FakeElastic, alice_search: Searching, mood: str):
    alice_search.talk.say(text="treasure one")
    index_messages()
    elastic.mood = mood
    for number in range(2):
        response = look(alice_search)[number] if mood not in ("slow", "trickling") else look(alice_search)[0]
        assert response.status_code == 503
        assert response.json() == UNAVAILABLE
    made = alice_search.talk.say(text="treasure two")["id"]
    assert alice_search.talk.client.get(f"{alice_search.talk.path}/messages/{made}").status_code == 200
    assert len(alice_search.talk.messages()) == 2
    elastic.mood = "up"
    assert alice_search.texts("treasure") == ["treasure two", "treasure one"]


def test_search_does_not_wait_for_a_slow_server(elastic: FakeElastic, alice_search: Searching):
    """The server would answer later; the 503 shows that the search did not wait."""
    elastic.mood = "slow"
    assert SEARCH_SECONDS < 2
    path = f"{alice_search.talk.path}/messages?q=treasure"
    assert alice_search.talk.client.get(path).status_code == 503


def test_messages_written_while_the_server_is_down_are_indexed_later(
    elastic: FakeElastic, alice_search: Searching, settings: Any
):
    up = settings.CHAT_SETTINGS
    settings.CHAT_SETTINGS = {**up, "ELASTICSEARCH_URL": NOWHERE}
    first = alice_search.talk.say(text="treasure one")["id"]
    second = alice_search.talk.say(text="treasure two")["id"]
    alice_search.talk.client.patch(
        f"{alice_search.talk.path}/messages/{first}", {"text": "a chest"}, format="json"
    )
    alice_search.talk.client.delete(f"{alice_search.talk.path}/messages/{second}")
    alice_search.talk.say(text="treasure three")
    assert index_messages() == 0
    assert [(response.status_code, response.json()) for response in look(alice_search)] == [
        (503, UNAVAILABLE)
    ] * 2
    assert pending() == 3
    settings.CHAT_SETTINGS = up
    assert index_messages() == 3
    assert pending() == 0
    assert alice_search.texts("treasure") == ["treasure three"]
    assert alice_search.texts("chest") == ["a chest"]
    # Deleted messages leave no rows.
    assert MessageSearch.objects.count() == len(elastic.indexes["chat_api-messages-tests"]) == 2


def test_search_before_the_first_message_is_empty(elastic: FakeElastic, alice_search: Searching):
    assert [response.json()["results"] for response in look(alice_search)] == [[], []]
    assert index_messages() == 0
    assert elastic.indexes == {}


def test_refused_documents_stay_pending(elastic: FakeElastic, alice_search: Searching):
    alice_search.talk.say(text="treasure")
    elastic.mood = "full"
    assert index_messages() == 0
    assert pending() == 1
    elastic.mood = "up"
    assert index_messages() == 1


def test_messages_are_indexed_in_batches(
    elastic: FakeElastic, alice_search: Searching, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "_BATCH", 2)
    for number in range(5):
        alice_search.talk.say(text=f"treasure {number}")
    assert index_messages() == 5
    assert elastic.calls.count(("POST", "/_bulk")) == 3
    assert elastic.calls.count(("PUT", "/chat_api-messages-tests")) == 1
    assert len(alice_search.texts("treasure")) == 5


def test_message_changed_while_it_is_indexed_is_indexed_again(
    elastic: FakeElastic, alice_search: Searching, monkeypatch: pytest.MonkeyPatch
):
    made = alice_search.talk.say(text="treasure")["id"]
    send = ElasticsearchBackend._send

    def meanwhile(self: ElasticsearchBackend, batch: Any) -> int:
        monkeypatch.setattr(ElasticsearchBackend, "_send", send)
        alice_search.talk.client.patch(
            f"{alice_search.talk.path}/messages/{made}", {"text": "a chest"}, format="json"
        )
        return send(self, batch)

    monkeypatch.setattr(ElasticsearchBackend, "_send", meanwhile)
    index_messages()
    assert pending() == 1
    assert alice_search.texts("chest") == ["a chest"]
    assert alice_search.texts("treasure") == []


def test_late_worker_does_not_overwrite_newer_texts(elastic: FakeElastic, alice_search: Searching):
    made = alice_search.talk.say(text="treasure")["id"]
    late = list(MessageSearch.objects.all())
    alice_search.talk.client.patch(
        f"{alice_search.talk.path}/messages/{made}", {"text": "a chest"}, format="json"
    )
    assert index_messages() == 1
    ElasticsearchBackend()._send(late)
    assert pending() == 0
    assert alice_search.texts("chest") == ["a chest"]


def test_clock_that_is_behind_only_delays_indexing(elastic: FakeElastic, alice_search: Searching):
    alice_search.talk.say(text="treasure")
    index_messages()
    row = MessageSearch.objects.get()
    MessageSearch.objects.update(text="chest", pending=1)
    assert index_messages() == 0
    assert pending() == 1
    assert index_messages() == 1
    assert elastic.indexes["chat_api-messages-tests"][str(row.message_id)]["text"] == "chest"


def test_index_cannot_reveal_messages_hidden_from_the_user(
    elastic: FakeElastic, alice_search: Searching, bob: Any, carol: Any
):
    bob_search = searching(bob, carol)
    made = bob_search.talk.say(text="treasure")["id"]
    index_messages()
    elastic.indexes["chat_api-messages-tests"][str(made)]["thread_id"] = alice_search.talk.thread_id
    assert alice_search.texts("treasure") == alice_search.texts("treasure", ordering="-rank") == []
    assert alice_search.threads("treasure") == []


def test_commands_index_and_rebuild(
    elastic: FakeElastic, alice_search: Searching, capsys: pytest.CaptureFixture[str]
):
    alice_search.talk.say(text="treasure")
    call_command("index_messages")
    elastic.indexes.clear()
    elastic.versions.clear()
    call_command("rebuild_search_index")
    assert capsys.readouterr().out.splitlines() == [
        "1 indexed",
        "100%  1 of 1 messages",
        "1 sent to the search server",
    ]
    assert alice_search.texts("treasure") == ["treasure"]


def test_connections_are_reused(
    elastic: FakeElastic, alice_search: Searching, monkeypatch: pytest.MonkeyPatch
):
    look(alice_search)
    monkeypatch.setattr(httpx, "Client", None)
    assert [response.status_code for response in look(alice_search)] == [200, 200]


def test_backend_without_a_url_is_reported(db: None, caplog: pytest.LogCaptureFixture) -> None:
    chosen = {"SEARCH_BACKEND": "chat_api.search.elastic.ElasticsearchBackend"}
    with (
        override_settings(CHAT_SETTINGS=chosen),
        pytest.raises(HookFailed),
    ):
        index_messages()
    assert "ELASTICSEARCH_URL" in caplog.text
