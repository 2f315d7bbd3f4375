"""A search costs the same number of queries however much there is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from chat_api.chat.actions.change import ThreadChange
from chat_api.chat.actions.deletion import remove
from chat_api.chat.models import Message
from chat_api.lib.db.transactions import atomic
from tests.chat.conftest import client_of, thread_with
from tests.chat.test_query_counts import count
from tests.databases import connection
from tests.factories import UserFactory
from tests.search.conftest import index_all

pytestmark = pytest.mark.django_db


def fill(threads: int, messages: int) -> tuple[Any, list[Any]]:
    me, other = UserFactory.create_batch(2)
    made = [thread_with(me, other) for _ in range(threads)]
    Message.objects.bulk_create(
        Message(thread=thread, sender=other, text=f"apple {number}")
        for thread in made
        for number in range(messages)
    )
    index_all()
    return me, made


@pytest.mark.parametrize("order", ["", "&ordering=-rank"])
def test_searching_a_thread(backend: Any, order: str):
    counts = []
    for messages in (3, 60):
        me, (thread,) = fill(1, messages)
        path = f"/api/threads/{thread.pk}/messages?limit=50"
        counts.append(count(client_of(me), "get", f"{path}&q=apple{order}"))
    assert counts[0] == counts[1] <= 4


def test_searching_all_threads(backend: Any):
    counts = []
    for threads in (2, 20):
        me, _ = fill(threads, 3)
        path = f"/api/accounts/{me.pk}/threads/chat?limit=50"
        counts.append(count(client_of(me), "get", f"{path}&q=apple"))
    assert counts[0] == counts[1] <= 5


def test_deleting_costs_the_same_however_much_goes(backend: Any):
    counts = []
    for messages in (3, 60):
        _, (thread,) = fill(1, messages)
        with CaptureQueriesContext(connection) as captured, atomic():
            change = ThreadChange.open(thread_id=thread.pk, actor_id=None)
            remove(change, Message.objects.filter(thread=thread))
            change.write()
        counts.append(len(captured))
    assert counts[0] == counts[1]
