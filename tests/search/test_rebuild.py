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
def alice_search(backend: Any, alice: Any, bob: Any) -> Searching:
    return searching(alice, bob)


def rebuild() -> list[str]:
    said = StringIO()
    call_command("rebuild_search_index", stdout=said)
    return [line for line in said.getvalue().splitlines() if "messages" in line]


def test_rebuild_indexes_existing_messages(
    alice_search: Searching, bob: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reindex, "_BATCH", 3)
    thread = Thread.objects.get(pk=alice_search.talk.thread_id)
    MessageFactory.create_batch(7, thread=thread, sender=bob, text="a &amp; treasure")
    assert alice_search.texts("treasure") == []
    assert rebuild() == [
        " 42%  3 of 7 messages",
        " 85%  6 of 7 messages",
        "100%  7 of 7 messages",
    ]
    assert len(alice_search.texts("treasure")) == len(alice_search.texts("bob treasure")) == 7
    assert alice_search.texts("amp") == []


def test_rebuild_corrects_outdated_rows(alice_search: Searching, alice: Any):
    first, second, _ = (alice_search.talk.say(text=f"treasure {number}")["id"] for number in range(3))
    Message.objects.filter(pk=first).update(text="nothing")
    Message.objects.get(pk=second).delete()
    alice.first_name, alice.last_name = "Renée", "Newman"
    alice.save()
    assert alice_search.texts("renee") == []
    rebuild()
    assert alice_search.texts("treasure") == alice_search.texts("treasure newman") == ["treasure 2"]
    assert alice_search.texts("renee") == ["treasure 2", "nothing"]
    assert not MessageSearch.objects.filter(message_id=second, removed=False).exists()


def test_rebuild_removes_excluded_thread_types(alice_search: Searching, backend: Any):
    alice_search.talk.say(text="treasure")
    switches = {"OPTIMIZATIONS_BY_THREAD_TYPE": {"chat": {"NOT_INDEXED": True}}}
    with override_settings(CHAT_SETTINGS={**backend, **switches}):
        rebuild()
    assert alice_search.texts("treasure") == []


def test_rebuild_of_an_empty_database_does_nothing(backend: Any):
    assert rebuild() == []


@pytest.mark.sqlite_only
def test_fts5_agrees_with_its_table(alice_search: Searching):
    made = [alice_search.talk.say(text=f"treasure {number}")["id"] for number in range(4)]
    alice_search.talk.client.patch(
        f"{alice_search.talk.path}/messages/{made[0]}", {"text": "else"}, format="json"
    )
    alice_search.talk.client.delete(f"{alice_search.talk.path}/messages/{made[1]}")
    MessageSearch.objects.filter(message_id=made[2]).delete()
    rebuild()
    with connection.cursor() as cursor:
        check = "INSERT INTO chatapi_messagesearch_fts(chatapi_messagesearch_fts, rank) VALUES ('integrity-check', 1)"
        cursor.execute(check)


def warnings() -> list[str]:
    return [found.id for found in run_checks(databases=["default"]) if found.id == "chat_api.W008"]


def test_index_of_an_older_release_is_reported_until_a_rebuild(alice_search: Searching):
    assert warnings() == []
    alice_search.talk.say(text="दिन अच्छा")
    assert warnings() == []
    # Folded as in the previous release.
    MessageSearch.objects.update(text="दन अचछ")
    SearchIndexBuild.objects.all().delete()
    assert warnings() == ["chat_api.W008"]
    assert alice_search.texts("दिन") == []
    rebuild()
    assert warnings() == []
    assert alice_search.texts("दिन") == ["दिन अच्छा"]
