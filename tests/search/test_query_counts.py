"""The number of queries of a search does not grow with messages or threads."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.chat.actions.deletion import remove
from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.models import Message
from chat_api.lib.db.transactions import atomic
from tests.chat.conftest import client_of, thread_with
from tests.chat.test_query_counts import count
from tests.databases import connection
from tests.factories import UserFactory
from tests.search.conftest import index_all

pytestmark = pytest.mark.django_db


def fill(threads: int, messages: int) -> tuple[Any, list[Any]]:
    user, other = UserFactory.create_batch(2)
    made = [thread_with(user, other) for _ in range(threads)]
    Message.objects.bulk_create(
        Message(thread=thread, sender=other, text=f"apple {number}")
        for thread in made
        for number in range(messages)
    )
    index_all()
    return user, made


@pytest.mark.parametrize("order", ["", "&ordering=-rank"])
def test_search_of_a_thread_costs_a_constant_number_of_queries(backend: Any, order: str):
    counts = []
    for messages in (3, 60):
        user, (thread,) = fill(1, messages)
        path = f"/api/threads/{thread.pk}/messages?limit=50"
        counts.append(count(client_of(user), "get", f"{path}&q=apple{order}"))
    assert counts[0] == counts[1] <= 4


def test_search_of_all_threads_costs_a_constant_number_of_queries(backend: Any):
    counts = []
    for threads in (2, 20):
        user, _ = fill(threads, 3)
        path = f"/api/accounts/{user.pk}/threads/chat?limit=50"
        counts.append(count(client_of(user), "get", f"{path}&q=apple"))
    assert counts[0] == counts[1] <= 5


def test_deletion_costs_a_constant_number_of_queries(backend: Any):
    counts = []
    for messages in (3, 60):
        _, (thread,) = fill(1, messages)
        with CaptureQueriesContext(connection) as captured, atomic():
            change = ThreadChange.open(thread_id=thread.pk, actor_id=None)
            remove(change, Message.objects.filter(thread=thread))
            change.write()
        counts.append(len(captured))
    assert counts[0] == counts[1]
