"""`manage.py rebuild_search_index`."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import override_settings

from chat_api.chat.models import Message, Thread
from chat_api.chat.search import reindex
from chat_api.search.models import MessageSearch, SearchIndexBuild
from tests.databases import connection
from tests.factories import MessageFactory
from tests.search.conftest import Searching, searching

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(backend: Any, alice: Any, bob: Any) -> Searching:
    return searching(alice, bob)


def rebuild() -> list[str]:
    said = StringIO()
    call_command("rebuild_search_index", stdout=said)
    return [line for line in said.getvalue().splitlines() if "messages" in line]


def test_messages_that_were_there_before_are_found(
    mine: Searching, bob: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reindex, "_BATCH", 3)
    thread = Thread.objects.get(pk=mine.talk.thread_id)
    MessageFactory.create_batch(7, thread=thread, sender=bob, text="a &amp; treasure")
    assert mine.texts("treasure") == []
    assert rebuild() == [
        " 42%  3 of 7 messages",
        " 85%  6 of 7 messages",
        "100%  7 of 7 messages",
    ]
    assert len(mine.texts("treasure")) == len(mine.texts("bob treasure")) == 7
    assert mine.texts("amp") == []


def test_what_is_not_so_any_more_is_put_right(mine: Searching, alice: Any):
    first, second, _ = (mine.talk.say(text=f"treasure {number}")["id"] for number in range(3))
    Message.objects.filter(pk=first).update(text="nothing")
    Message.objects.get(pk=second).delete()
    alice.first_name, alice.last_name = "Renée", "Newman"
    alice.save()
    assert mine.texts("renee") == []
    rebuild()
    assert mine.texts("treasure") == mine.texts("treasure newman") == ["treasure 2"]
    assert mine.texts("renee") == ["treasure 2", "nothing"]
    assert not MessageSearch.objects.filter(message_id=second, removed=False).exists()


def test_types_left_out_are_taken_out(mine: Searching, backend: Any):
    mine.talk.say(text="treasure")
    switches = {"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NOT_INDEXED": True}}}
    with override_settings(CHAT_SETTINGS={**backend, **switches}):
        rebuild()
    assert mine.texts("treasure") == []


def test_there_is_nothing_to_do(backend: Any):
    assert rebuild() == []


@pytest.mark.sqlite_only
def test_fts5_agrees_with_its_table(mine: Searching):
    made = [mine.talk.say(text=f"treasure {number}")["id"] for number in range(4)]
    mine.talk.client.patch(f"{mine.talk.path}/messages/{made[0]}", {"text": "else"}, format="json")
    mine.talk.client.delete(f"{mine.talk.path}/messages/{made[1]}")
    MessageSearch.objects.filter(message_id=made[2]).delete()
    rebuild()
    with connection.cursor() as cursor:
        check = "INSERT INTO chatapi_messagesearch_fts(chatapi_messagesearch_fts, rank) VALUES ('integrity-check', 1)"
        cursor.execute(check)


def warnings() -> list[str]:
    return [found.id for found in run_checks(databases=["default"]) if found.id == "chat_api.W008"]


def test_index_of_an_older_release_is_told_until_it_is_rebuilt(mine: Searching):
    assert warnings() == []
    mine.talk.say(text="दिन अच्छा")
    assert warnings() == []
    # As the release before folded it.
    MessageSearch.objects.update(text="दन अचछ")
    SearchIndexBuild.objects.all().delete()
    assert warnings() == ["chat_api.W008"]
    assert mine.texts("दिन") == []
    rebuild()
    assert warnings() == []
    assert mine.texts("दिन") == ["दिन अच्छा"]
