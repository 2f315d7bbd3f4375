"""The statement that locks a row: it must not read what another transaction is about to write."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext

from chat_api.chat.actions.thread_change import ThreadChange
from chat_api.chat.models import Thread
from chat_api.lib.db.locks import is_only_writer, lock_row
from chat_api.lib.db.transactions import atomic
from tests.chat.conftest import member, thread_with
from tests.databases import connection
from tests.factories import ThreadFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def statements(call: Any) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        call()
    return [query["sql"].split()[0] for query in captured]


def begin_in(mode: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin transactions in that mode of SQLite."""
    # The mode is known when the connection is there.
    connection.ensure_connection()
    monkeypatch.setattr(connections[connection.alias], "transaction_mode", mode)


@pytest.mark.postgres_only
def test_row_lock_of_thread_and_author_is_one_select() -> None:
    alice = UserFactory.create()
    author = member(thread_with(alice), alice)
    with atomic():
        assert not is_only_writer(connection)
        with CaptureQueriesContext(connection) as captured:
            change, found = ThreadChange.open_by(author)
    assert (found, change.thread) == (author, author.thread)
    (query,) = captured
    assert query["sql"].endswith('FOR NO KEY UPDATE OF "chat_api_thread", "chat_api_userthread"')


@pytest.mark.sqlite_only
@pytest.mark.parametrize("mode", ["IMMEDIATE", "EXCLUSIVE"])
def test_transaction_that_begins_as_a_writer_locks_by_select(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_in(mode, monkeypatch)
    alice = UserFactory.create()
    thread = thread_with(alice)
    author = member(thread, alice)
    with atomic():
        assert is_only_writer(connection)
        assert statements(lambda: lock_row(Thread, thread.pk)) == ["SELECT"]
        assert statements(lambda: ThreadChange.open_by(author)) == ["SELECT"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("mode", ["DEFERRED", None])
def test_transaction_that_begins_as_a_reader_locks_by_a_write(
    mode: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_in(mode, monkeypatch)
    alice = UserFactory.create()
    thread = thread_with(alice)
    author = member(thread, alice)
    with atomic():
        assert not is_only_writer(connection)
        assert statements(lambda: lock_row(Thread, thread.pk)) == ["UPDATE"]
        assert statements(lambda: ThreadChange.open_by(author)) == ["UPDATE", "SELECT"]


@pytest.mark.sqlite_only
def test_transaction_that_django_has_not_begun_locks_by_a_write() -> None:
    thread = ThreadFactory.create()
    transaction.set_autocommit(False, using=connection.alias)
    try:
        with atomic():
            assert not is_only_writer(connection)
            assert statements(lambda: lock_row(Thread, thread.pk)) == ["UPDATE"]
        transaction.rollback(using=connection.alias)
    finally:
        transaction.set_autocommit(True, using=connection.alias)


def test_author_who_joins_while_the_request_waits_is_found() -> None:
    """The statement that locks both rows finds no membership; the thread is locked alone and the membership loaded."""
    alice = UserFactory.create()
    thread = thread_with(UserFactory.create())
    stranger = member(thread_with(alice), alice)
    stranger.thread = thread
    with atomic():
        assert ThreadChange.open_by(stranger)[1] is None
    joined = member(thread_with(alice), alice)
    type(joined).objects.filter(pk=joined.pk).update(thread=thread)
    with atomic():
        change, found = ThreadChange.open_by(stranger)
        assert (change.thread, found) == (thread, joined)
