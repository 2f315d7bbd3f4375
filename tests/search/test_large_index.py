"""Search in many messages, most of them of other users, with every backend."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.models import Message, Thread, UserThread
from tests.chat.conftest import thread_with
from tests.chat.talking import Talk
from tests.factories import UserFactory
from tests.search.conftest import Searching, index_all

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MESSAGES, THREADS, OWN = 100_000, 2_000, 50
#: Positions in each thread of hidden messages, and of those deleted after indexing.
SECRET, DELETED = {1, 8, 49}, {0, 2, 30}


def only_without_secret(messages: Any, user: Any) -> Any:
    """Return the messages that the host permits."""
    return messages.exclude(type="secret")


# Requests to the server do not depend on the database, and they take a minute.
@pytest.mark.parametrize(
    "backend", ["database", pytest.param("elastic", marks=pytest.mark.sqlite_only)], indirect=True
)
def test_search_in_100_000_messages_finds_only_visible_ones_of_own_threads(
    settings: Any, backend: Any
) -> None:
    settings.CHAT_SETTINGS = {**backend, "CHAT_MESSAGE_FILTER_QUERYSET": only_without_secret}
    user, other = UserFactory.create_batch(2)
    own = [thread_with(user, other).pk for _ in range(OWN)]
    others = Thread.objects.bulk_create(Thread(title="theirs") for _ in range(THREADS - OWN))
    threads = [*own, *(thread.pk for thread in others)]
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
    left = own.pop()
    UserThread.objects.filter(thread=left, user=user).delete()

    shown = [place for place in range(MESSAGES // THREADS) if place not in SECRET | DELETED]
    for number, thread in list(enumerate(own))[:: OWN // 6]:
        found = Searching(Talk(user, thread))
        expected = [f"treasure w{place * THREADS + number}" for place in shown]
        assert found.texts("treasure") == expected[::-1]
        assert sorted(found.texts("treasure", ordering="-rank")) == sorted(expected)
    assert sorted(found.threads("treasure")) == sorted(own)
    for number in (0, OWN - 2):
        for place in (*SECRET, *DELETED, *shown[:2]):
            named = f'"w{place * THREADS + number}"'
            assert found.threads(named) == ([own[number]] if place in shown else [])
    for number in (OWN - 1, OWN, THREADS - 1):
        assert found.threads(f'"w{shown[0] * THREADS + number}"') == []
        assert Searching(Talk(user, threads[number])).raw("treasure").status_code == 403
