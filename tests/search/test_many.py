"""A search among very many messages, most of them other people's: the same for every backend."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.models import Message, Thread, UserThread
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk
from tests.factories import UserFactory
from tests.search.conftest import Searching, index_all

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MESSAGES, THREADS, MINE = 100_000, 2_000, 50
#: The places in each thread of what the host hides, and of what is deleted after it was indexed.
SECRET, DELETED = {1, 8, 49}, {0, 2, 30}


def only_without_secret(messages: Any, user: Any) -> Any:
    """A host's filter."""
    return messages.exclude(type="secret")


# What the server is asked does not depend on the database, and it takes a minute to ask it.
@pytest.mark.parametrize(
    "backend", ["database", pytest.param("elastic", marks=pytest.mark.sqlite_only)], indirect=True
)
def test_of_100_000_messages_one_finds_those_of_his_threads_that_he_may_see(
    settings: Any, backend: Any
) -> None:
    settings.CHAT_SETTINGS = {**backend, "CHAT_MESSAGE_FILTER_QUERYSET": only_without_secret}
    me, other = UserFactory.create_batch(2)
    mine = [thread_with(me, other).pk for _ in range(MINE)]
    others = Thread.objects.bulk_create(Thread(title="theirs") for _ in range(THREADS - MINE))
    threads = [*mine, *(thread.pk for thread in others)]
    Message.objects.bulk_create(
        Message(
            thread_id=threads[number % THREADS],
            sender=other,
            text=f"treasure w{number}",
            type="secret" if number // THREADS in SECRET else "message",
        )
        for number in range(MESSAGES)
    )
    index_all()
    deleted = [f"treasure w{place * THREADS + number}" for place in DELETED for number in range(THREADS)]
    for start in range(0, len(deleted), 500):
        Message.objects.filter(text__in=deleted[start : start + 500]).update(deleted=True)
    left = mine.pop()
    UserThread.objects.filter(thread=left, user=me).delete()

    shown = [place for place in range(MESSAGES // THREADS) if place not in SECRET | DELETED]
    for number, thread in list(enumerate(mine))[:: MINE // 6]:
        found = Searching(Talk(me, thread))
        expected = [f"treasure w{place * THREADS + number}" for place in shown]
        assert found.texts("treasure") == expected[::-1]
        assert sorted(found.texts("treasure", ordering="-rank")) == sorted(expected)
    assert sorted(found.threads("treasure")) == sorted(mine)
    for number in (0, MINE - 2):
        for place in (*SECRET, *DELETED, *shown[:2]):
            named = f'"w{place * THREADS + number}"'
            assert found.threads(named) == ([mine[number]] if place in shown else [])
    for number in (MINE - 1, MINE, THREADS - 1):
        assert found.threads(f'"w{shown[0] * THREADS + number}"') == []
        assert Searching(Talk(me, threads[number])).raw("treasure").status_code == 403
