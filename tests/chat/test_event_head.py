"""Responses with a thread or its messages name the event up to which they are complete."""

from __future__ import annotations

from typing import Any

import pytest

from chat_api.chat.models import Thread
from chat_api.realtime.models import ThreadEvent
from tests.chat.conftest import client_of, thread_with
from tests.chat.talking import Talk, talks
from tests.chat.test_host_permissions import Anybody
from tests.chat.test_races import at_once

HEADER = "Chat-Event-Head"
#: Pages that are read as plain rows, and by a queryset.
PAGES = ("limit=50", "ordering=-id&limit=2", "before=99999&limit=50", "q=hello&limit=50", "offset=1&limit=50")


def head_of(talk: Talk, path: str) -> int:
    response = talk.client.get(f"{talk.path}{path}")
    assert response.status_code == 200, response.content
    return int(response[HEADER])


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", *(f"/messages?{page}" for page in PAGES)])
def test_header_is_the_number_of_the_last_event(alice: Any, bob: Any, path: str) -> None:
    talk, other = talks(thread_with(alice, bob), alice, bob)
    assert head_of(talk, path) == 0
    for count in (1, 2, 3):
        other.say(text="hello")
        before = Thread.objects.get(pk=talk.thread_id).event_head
        assert before >= count
        # Reading the page marks its messages as read: an event that the page does not have yet.
        assert head_of(talk, path) == before


@pytest.mark.django_db
def test_header_of_one_thread_does_not_count_the_events_of_another(alice: Any, bob: Any) -> None:
    talk, busy = (talks(thread_with(alice, bob), alice)[0] for _ in range(2))
    busy.say(text="hello")
    assert head_of(talk, "/messages?limit=50") == 0


@pytest.mark.django_db
def test_visitors_get_the_header_too(alice: Any, bob: Any, settings: Any) -> None:
    settings.CHAT_SETTINGS = {
        "PERMISSIONS_THREAD_OBJECT_BY_THREAD_ID": Anybody,
        "PERMISSIONS_MESSAGES_LIST_BY_THREAD_ID": Anybody,
    }
    talk, visitor = talks(thread_with(alice), alice, bob)
    talk.say(text="hello")
    head = Thread.objects.get(pk=talk.thread_id).event_head
    assert [head_of(visitor, path) for path in ("", "/messages?limit=50")] == [head, head]


@pytest.mark.django_db
def test_refusals_have_no_header(alice: Any, bob: Any) -> None:
    talk, stranger = talks(thread_with(alice), alice, bob)
    assert not any(HEADER in stranger.client.get(f"{talk.path}{path}") for path in ("", "/messages"))


@pytest.mark.slow
@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_pages_have_every_message_of_an_event_up_to_their_header(django_user_model: Any) -> None:
    alice, bob = (django_user_model.objects.create_user(name) for name in ("alice", "bob"))
    talk = talks(thread_with(alice, bob), alice)[0]
    pages: list[tuple[int, set[int]]] = []

    def write() -> None:
        client = client_of(bob)
        for number in range(100):
            client.post(f"{talk.path}/messages", {"text": str(number)}, format="json")

    def read() -> None:
        client = client_of(alice)
        for _ in range(100):
            response = client.get(f"{talk.path}/messages?limit=100&mark_read=false")
            pages.append((int(response[HEADER]), {row["id"] for row in response.json()["results"]}))

    at_once(write, read)
    events = ThreadEvent.objects.filter(thread_id=talk.thread_id, name="message_created_or_updated")
    posted = {event.seq: event.data["message"] for event in events}
    assert len(posted) == 100
    for head, shown in pages:
        assert {message for seq, message in posted.items() if seq <= head} <= shown
