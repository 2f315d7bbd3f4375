"""Writing and rebuilding at the same time."""

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


def test_a_message_edited_while_the_index_is_rebuilt(settings: Any, monkeypatch: pytest.MonkeyPatch):
    settings.CHAT_SETTINGS = {}
    mine = searching(UserFactory.create())
    made = mine.talk.say(text="treasure")["id"]
    read = threading.Event()
    documents_of = indexing.documents_of

    def edit() -> None:
        try:
            path = f"{mine.talk.path}/messages/{made}"
            read.set()
            client_of(mine.talk.user).patch(path, {"text": "a chest"}, format="json")
        finally:
            connection.close()

    def slowly(*arguments: Any) -> Any:
        found = documents_of(*arguments)
        if not read.is_set():
            writer.start()
            read.wait(5)
            # It waits for the thread's lock, which the rebuilding holds.
            writer.join(0.5)
            assert writer.is_alive()
        return found

    writer = threading.Thread(target=edit)
    monkeypatch.setattr(indexing, "documents_of", slowly)
    assert list(reindex.rebuild_search_index()) == [1]
    writer.join(10)
    assert mine.texts("chest") == ["a chest"]
    assert mine.texts("treasure") == []


def test_writing_goes_on_while_the_index_is_rebuilt(settings: Any, monkeypatch: pytest.MonkeyPatch):
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
