"""Writing messages during a rebuild of the index."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from chat_api.chat.models import Message
from chat_api.chat.search import indexing, reindex
from tests.chat.conftest import client_of, thread_with
from tests.databases import connection
from tests.factories import UserFactory
from tests.search.conftest import searching

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]


def test_message_edited_during_a_rebuild_is_indexed(settings: Any, monkeypatch: pytest.MonkeyPatch):
    settings.CHAT_SETTINGS = {}
    alice_search = searching(UserFactory.create())
    made = alice_search.talk.say(text="treasure")["id"]
    read = threading.Event()
    documents_of = indexing.documents_of

    def edit() -> None:
        try:
            path = f"{alice_search.talk.path}/messages/{made}"
            read.set()
            client_of(alice_search.talk.user).patch(path, {"text": "a chest"}, format="json")
        finally:
            connection.close()

    def slowly(*arguments: Any) -> Any:
        found = documents_of(*arguments)
        if not read.is_set():
            writer.start()
            read.wait(5)
            # The change waits for the lock of the thread, which the rebuild holds.
            writer.join(0.5)
            assert writer.is_alive()
        return found

    writer = threading.Thread(target=edit)
    monkeypatch.setattr(indexing, "documents_of", slowly)
    assert list(reindex.rebuild_search_index()) == [1]
    writer.join(10)
    assert alice_search.texts("chest") == ["a chest"]
    assert alice_search.texts("treasure") == []


def test_messages_can_be_written_during_a_rebuild(settings: Any, monkeypatch: pytest.MonkeyPatch):
    settings.CHAT_SETTINGS = {}
    monkeypatch.setattr(reindex, "_BATCH", 5)
    user = UserFactory.create()
    threads = [thread_with(user) for _ in range(4)]
    Message.objects.bulk_create(
        Message(thread=thread, sender=user, text="treasure") for thread in threads for _ in range(20)
    )
    codes: list[int] = []

    def write() -> None:
        try:
            for number in range(20):
                path = f"/api/threads/{threads[number % 4].pk}/messages"
                codes.append(client_of(user).post(path, {"text": "treasure"}, format="json").status_code)
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    list(reindex.rebuild_search_index())
    for writer in writers:
        writer.join(30)
    assert codes == [201] * 40
    found = [
        client_of(user).get(f"/api/threads/{thread.pk}/messages?q=treasure&limit=200").json()["results"]
        for thread in threads
    ]
    assert [len(messages) for messages in found] == [30] * 4
