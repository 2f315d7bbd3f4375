"""Hosts with the chat in its own database, apart from sessions and accounts."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.contrib.sessions.models import Session
from django.db import connections, router, transaction
from django.http import HttpRequest
from django.test import Client

from chat_api.chat.models import Thread
from chat_api.lib.db.transactions import chat_database
from chat_api.realtime.auth import logout
from tests import databases
from tests.factories import UserFactory

needs_second = pytest.mark.skipif(
    "chat" not in settings.DATABASES, reason="needs tests.settings_second_database"
)


@needs_second
@pytest.mark.django_db
def test_migrations_create_tables_only_where_the_router_allows_them() -> None:
    tables = {}
    for alias in databases.WRITTEN:
        with connections[alias].cursor() as cursor:
            tables[alias] = set(connections[alias].introspection.table_names(cursor))
    assert tables["default"] == {"django_session", "django_migrations"}
    assert {"chat_api_thread", "chat_api_messagesearch", "auth_user"} < tables["chat"]


@needs_second
def test_chat_database_is_the_one_that_threads_are_written_to() -> None:
    assert chat_database() == router.db_for_write(Thread) == "chat"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    groups: list[Any] = []
    monkeypatch.setattr(logout, "send_to_groups", groups.extend)
    return groups


@pytest.mark.django_db(transaction=True)
def test_sockets_end_when_the_database_of_sessions_commits(sent: list[Any]) -> None:
    user, client = UserFactory.create(), Client()
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    with transaction.atomic(using=router.db_for_write(Session)):
        user_logged_out.send(sender=type(user), request=request, user=user)
        assert sent == []
    assert len(sent) == 1


@pytest.mark.django_db(transaction=True)
def test_sockets_end_when_the_database_of_accounts_commits(sent: list[Any]) -> None:
    user = UserFactory.create()
    with transaction.atomic(using=router.db_for_write(get_user_model())):
        user.is_active = False
        user.save()
        assert sent == []
    assert len(sent) == 1
