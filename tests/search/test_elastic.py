"""Elasticsearch as it fails: searching says so in time, nothing else notices, nothing is lost."""

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
#: Nobody listens on it.
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def mine(elastic: FakeElastic, alice: Any, bob: Any) -> Searching:
    return searching(alice, bob)


def pending() -> int:
    return MessageSearch.objects.filter(pending__isnull=False).count()


def look(mine: Searching) -> list[Any]:
    """Search both lists, without a worker's help."""
    user = mine.talk.user
    paths = (f"{mine.talk.path}/messages", f"/api/accounts/{user.pk}/threads/chat")
    return [mine.talk.client.get(path, {"q": "treasure", "limit": "5"}) for path in paths]


@pytest.mark.slow
@pytest.mark.parametrize("mood", ["slow", "trickling", "busy", "broken", "partial"])
def test_a_server_that_is_not_well(elastic: FakeElastic, mine: Searching, mood: str):
    mine.talk.say(text="treasure one")
    index_messages()
    elastic.mood = mood
    for number in range(2):
        response = look(mine)[number] if mood not in ("slow", "trickling") else look(mine)[0]
        assert response.status_code == 503
        assert response.json() == UNAVAILABLE
    made = mine.talk.say(text="treasure two")["id"]
    assert mine.talk.client.get(f"{mine.talk.path}/messages/{made}").status_code == 200
    assert len(mine.talk.messages()) == 2
    elastic.mood = "up"
    assert mine.texts("treasure") == ["treasure two", "treasure one"]


def test_a_slow_server_is_not_waited_for(elastic: FakeElastic, mine: Searching):
    """The server would answer in the end; the refusal shows that nobody waited for it."""
    elastic.mood = "slow"
    assert SEARCH_SECONDS < 2
    path = f"{mine.talk.path}/messages?q=treasure"
    assert mine.talk.client.get(path).status_code == 503


def test_a_server_that_is_down(elastic: FakeElastic, mine: Searching, settings: Any):
    up = settings.CHAT_SETTINGS
    settings.CHAT_SETTINGS = {**up, "ELASTICSEARCH_URL": NOWHERE}
    first = mine.talk.say(text="treasure one")["id"]
    second = mine.talk.say(text="treasure two")["id"]
    mine.talk.client.patch(f"{mine.talk.path}/messages/{first}", {"text": "a chest"}, format="json")
    mine.talk.client.delete(f"{mine.talk.path}/messages/{second}")
    mine.talk.say(text="treasure three")
    assert index_messages() == 0
    assert [(response.status_code, response.json()) for response in look(mine)] == [(503, UNAVAILABLE)] * 2
    assert pending() == 3
    settings.CHAT_SETTINGS = up
    assert index_messages() == 3
    assert pending() == 0
    assert mine.texts("treasure") == ["treasure three"]
    assert mine.texts("chest") == ["a chest"]
    # Nothing is kept of what is gone.
    assert MessageSearch.objects.count() == len(elastic.indexes["chat_api-messages-tests"]) == 2


def test_before_the_first_message_nothing_is_found(elastic: FakeElastic, mine: Searching):
    assert [response.json()["results"] for response in look(mine)] == [[], []]
    assert index_messages() == 0
    assert elastic.indexes == {}


def test_what_the_server_refuses_waits(elastic: FakeElastic, mine: Searching):
    mine.talk.say(text="treasure")
    elastic.mood = "full"
    assert index_messages() == 0
    assert pending() == 1
    elastic.mood = "up"
    assert index_messages() == 1


def test_many_are_sent_in_batches(elastic: FakeElastic, mine: Searching, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_BATCH", 2)
    for number in range(5):
        mine.talk.say(text=f"treasure {number}")
    assert index_messages() == 5
    assert elastic.calls.count(("POST", "/_bulk")) == 3
    assert elastic.calls.count(("PUT", "/chat_api-messages-tests")) == 1
    assert len(mine.texts("treasure")) == 5


def test_a_message_that_changes_while_it_is_sent_is_sent_again(
    elastic: FakeElastic, mine: Searching, monkeypatch: pytest.MonkeyPatch
):
    made = mine.talk.say(text="treasure")["id"]
    send = ElasticsearchBackend._send

    def meanwhile(self: ElasticsearchBackend, batch: Any) -> int:
        monkeypatch.setattr(ElasticsearchBackend, "_send", send)
        mine.talk.client.patch(f"{mine.talk.path}/messages/{made}", {"text": "a chest"}, format="json")
        return send(self, batch)

    monkeypatch.setattr(ElasticsearchBackend, "_send", meanwhile)
    index_messages()
    assert pending() == 1
    assert mine.texts("chest") == ["a chest"]
    assert mine.texts("treasure") == []


def test_a_worker_that_is_late_changes_nothing(elastic: FakeElastic, mine: Searching):
    made = mine.talk.say(text="treasure")["id"]
    late = list(MessageSearch.objects.all())
    mine.talk.client.patch(f"{mine.talk.path}/messages/{made}", {"text": "a chest"}, format="json")
    assert index_messages() == 1
    ElasticsearchBackend()._send(late)
    assert pending() == 0
    assert mine.texts("chest") == ["a chest"]


def test_a_clock_that_is_behind_delays_only(elastic: FakeElastic, mine: Searching):
    mine.talk.say(text="treasure")
    index_messages()
    row = MessageSearch.objects.get()
    MessageSearch.objects.update(text="chest", pending=1)
    assert index_messages() == 0
    assert pending() == 1
    assert index_messages() == 1
    assert elastic.indexes["chat_api-messages-tests"][str(row.message_id)]["text"] == "chest"


def test_what_the_index_says_shows_nobody_more_than_he_may_see(
    elastic: FakeElastic, mine: Searching, bob: Any, carol: Any
):
    theirs = searching(bob, carol)
    made = theirs.talk.say(text="treasure")["id"]
    index_messages()
    elastic.indexes["chat_api-messages-tests"][str(made)]["thread_id"] = mine.talk.thread_id
    assert mine.texts("treasure") == mine.texts("treasure", ordering="-rank") == []
    assert mine.threads("treasure") == []


def test_commands(elastic: FakeElastic, mine: Searching, capsys: pytest.CaptureFixture[str]):
    mine.talk.say(text="treasure")
    call_command("index_messages")
    elastic.indexes.clear()
    elastic.versions.clear()
    call_command("rebuild_search_index")
    assert capsys.readouterr().out.splitlines() == [
        "1 indexed",
        "100%  1 of 1 messages",
        "1 sent to the search server",
    ]
    assert mine.texts("treasure") == ["treasure"]


def test_connections_are_kept(elastic: FakeElastic, mine: Searching, monkeypatch: pytest.MonkeyPatch):
    look(mine)
    monkeypatch.setattr(httpx, "Client", None)
    assert [response.status_code for response in look(mine)] == [200, 200]


def test_a_backend_without_an_address_says_so(db: None, caplog: pytest.LogCaptureFixture) -> None:
    chosen = {"SEARCH_BACKEND": "chat_api.search.elastic.ElasticsearchBackend"}
    with (
        override_settings(CHAT_SETTINGS=chosen),
        pytest.raises(HookFailed),
    ):
        index_messages()
    assert "ELASTICSEARCH_URL" in caplog.text
