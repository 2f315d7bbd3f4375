"""Rows of the chat are read from the database that they are written to, whatever the path to them.

The router here names a database for reads that no test is allowed to query.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.db.models import Count, Prefetch
from django.test import override_settings

from chat_api.chat.models import Message, Thread, ThreadWSSubscription, UnreadMessage, UserThread
from chat_api.lib.db.managers import accounts
from chat_api.lib.db.prepared import Prepared
from chat_api.lib.rest.relations import RowField
from chat_api.schemas.models import Question
from tests.databases import connection
from tests.factories import MemberFactory, MessageFactory, published_schema

pytestmark = pytest.mark.django_db


class NoReads:
    """A router that writes where the host's does, and names a missing database for reads."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return "nowhere"

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return connection.alias

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True


@pytest.fixture(autouse=True)
def nowhere_to_read(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    nowhere = {**connection.settings_dict, "NAME": "/no/where", "HOST": "/no/where"}
    monkeypatch.setitem(connections.settings, "nowhere", nowhere)
    with override_settings(DATABASE_ROUTERS=[NoReads()]):
        yield
    with suppress(AttributeError):
        del connections["nowhere"]


@pytest.fixture
def message() -> Message:
    schema = published_schema([{"type": "choice", "answers": [{"text": "a"}]}])
    question = Question.objects.get(schema=schema)
    member: UserThread = MemberFactory.create(schema=schema, question=question)
    made: Message = MessageFactory.create(thread=member.thread, sender=member.user, related_question=question)
    made.answers.add(question.answers.get())
    UnreadMessage.objects.create(message=made, thread=made.thread, user=member.user, type="chat")
    ThreadWSSubscription.objects.create(thread=made.thread, user=member.user)
    return Message.objects.get(pk=made.pk)


def test_router_of_this_module_permits_no_read():
    with pytest.raises(AssertionError, match="nowhere"):
        get_user_model().objects.count()


PATHS: dict[str, Callable[[Message], Any]] = {
    "a key": lambda message: message.thread.title,
    "a key to an account": lambda message: message.sender.username,  # type: ignore[union-attr]
    "a key of a key": lambda message: message.related_question.schema.name,  # type: ignore[union-attr]
    "related rows": lambda message: list(message.thread.users.all()),
    "related rows, counted": lambda message: message.thread.messages.count(),
    "related rows of an account": lambda message: list(message.sender.chat_api_threads.all()),  # type: ignore[union-attr]
    "the one related row of an account": lambda message: message.sender.ws_subscription.start,  # type: ignore[union-attr]
    "many to many": lambda message: list(message.answers.all()),
    "refresh_from_db": lambda message: message.refresh_from_db(),
    "a deferred column": lambda message: Message.objects.only("pk").get(pk=message.pk).text,
    "a row made fresh": lambda message: Message(pk=message.pk).refresh_from_db(),
    "the manager of deleted rows": lambda message: Message.all_objects.filter(deleted=False).get(),
    "prefetched rows": lambda message: list(
        Thread.objects.prefetch_related("users__user", "messages__answers")
    ),
    "a prefetch of its own": lambda message: list(
        Thread.objects.prefetch_related(Prefetch("messages", Message.all_objects.all()))
    ),
    "a prefetched account": lambda message: list(Message.objects.prefetch_related("sender")),
    "joined rows": lambda message: list(Message.objects.select_related("sender", "thread")),
    "values": lambda message: list(Message.objects.values_list("text", flat=True)),
    "an aggregate": lambda message: Message.objects.aggregate(Count("pk")),
    "a subquery": lambda message: list(Message.objects.filter(thread__in=Thread.objects.all())),
    "in_bulk": lambda message: Message.objects.in_bulk([message.pk]),
    "exists": lambda message: Message.objects.filter(pk=message.pk).exists(),
    "get_or_create": lambda message: Thread.objects.get_or_create(pk=message.thread_id),
    "iterator": lambda message: list(Message.objects.iterator()),
    "the base manager": lambda message: Message._base_manager.get(),
    "accounts": lambda message: accounts().get(pk=message.sender_id),
    "a prepared query": lambda message: Prepared("tests", 1, lambda pk: Message.objects.filter(pk=pk)).rows(
        message.pk
    ),
    "full_clean": lambda message: UserThread.objects.get().full_clean(),
    "a serializer field": lambda message: RowField(queryset=Thread.objects.all()).run_validation(
        message.thread_id
    ),
    "a serializer field of accounts": lambda message: RowField(
        queryset=get_user_model()._default_manager.all()
    ).run_validation(message.sender_id),
}


@pytest.mark.parametrize("path", PATHS)
def test_rows_are_read_where_they_are_written(path: str, message: Message):
    PATHS[path](message)


def test_using_still_names_another_database(message: Message):
    with pytest.raises(AssertionError, match="nowhere"):
        Message.objects.using("nowhere").count()
    with pytest.raises(AssertionError, match="nowhere"):
        Message.objects.db_manager("nowhere").count()
    assert Message.objects.db == connection.alias
