"""Checks of the app's database by `check` and `migrate`, which connect only if its alias is given."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connections
from django.test import override_settings

from chat_api.lib.conf.database_checks import LEAST
from tests.databases import connection

IDS = ("chat_api.E012", "chat_api.E013", "chat_api.E014")
#: The connection behind the proxy, whose attributes can be replaced.
CHAT = connections[connection.alias]


def reported(*, connecting: bool = False) -> list[CheckMessage]:
    found = run_checks(databases=[CHAT.alias] if connecting else None)
    return [message for message in found if message.id in IDS]


@pytest.fixture
def mariadb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CHAT, "vendor", "mysql")
    monkeypatch.setattr(CHAT, "display_name", "MariaDB")
    monkeypatch.setattr(CHAT, "get_database_version", lambda: (10, 11, 19))


def test_databases_of_the_suite_pass_without_a_connection():
    assert reported() == []


@pytest.mark.django_db
def test_databases_of_the_suite_pass_with_a_connection():
    assert reported(connecting=True) == []


@pytest.mark.parametrize(
    ("vendor", "name"),
    [("mysql", "MySQL or MariaDB"), ("oracle", "Oracle"), ("microsoft", "microsoft")],
)
def test_unsupported_vendor_is_an_error_without_a_connection(
    monkeypatch: pytest.MonkeyPatch, vendor: str, name: str
):
    monkeypatch.setattr(CHAT, "vendor", vendor)
    (message,) = reported()
    assert message.id == "chat_api.E012"
    assert message.msg == f"DATABASES[{CHAT.alias!r}], the database of chat_api, is {name}."
    assert message.hint == "Use PostgreSQL 15 or newer, or SQLite 3.37 or newer."


@pytest.mark.django_db
@pytest.mark.parametrize(
    "command",
    [("migrate", {"database": CHAT.alias, "skip_checks": False}), ("check", {"databases": [CHAT.alias]})],
    ids=lambda command: command[0],
)
def test_commands_that_connect_name_vendor_and_version_and_stop(
    mariadb: None, command: tuple[str, dict[str, Any]]
):
    with pytest.raises(SystemCheckError) as refused:
        call_command(command[0], **command[1], stdout=StringIO(), stderr=StringIO())
    assert "MariaDB 10.11.19" in str(refused.value)
    assert "chat_api.E012" in str(refused.value)


@pytest.mark.django_db
def test_old_release_is_an_error(monkeypatch: pytest.MonkeyPatch):
    oldest = LEAST[CHAT.vendor]
    monkeypatch.setattr(CHAT, "get_database_version", lambda: oldest)
    assert reported(connecting=True) == []
    older = (oldest[0], oldest[1] - 1) if oldest[1] else (oldest[0] - 1, 99)
    monkeypatch.setattr(CHAT, "get_database_version", lambda: older)
    (message,) = reported(connecting=True)
    assert message.msg.endswith(f"is {CHAT.display_name} {older[0]}.{older[1]}.")


@pytest.mark.postgres_only
@pytest.mark.parametrize(
    ("option", "value", "level"),
    [
        ("isolation_level", 4, "SERIALIZABLE"),
        ("options", "-c default_transaction_isolation=repeatable\\ read", "REPEATABLE READ"),
        ("options", "-c default_transaction_isolation='REPEATABLE read'", "REPEATABLE READ"),
        ("options", "--default_transaction_isolation=serializable", "SERIALIZABLE"),
    ],
)
def test_isolation_level_in_the_settings_is_an_error_without_a_connection(
    monkeypatch: pytest.MonkeyPatch, option: str, value: Any, level: str
):
    monkeypatch.setitem(CHAT.settings_dict["OPTIONS"], option, value)
    (message,) = reported()
    assert message.id == "chat_api.E013"
    assert level in message.msg
    assert "READ COMMITTED" in str(message.hint)


@pytest.mark.postgres_only
def test_isolation_level_in_the_environment_is_an_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PGOPTIONS", "-c default_transaction_isolation=serializable")
    assert [message.id for message in reported()] == ["chat_api.E013"]
    monkeypatch.setitem(CHAT.settings_dict["OPTIONS"], "isolation_level", 2)
    assert reported() == []


@pytest.mark.postgres_only
@pytest.mark.django_db
def test_isolation_level_of_the_server_is_an_error_with_a_connection(monkeypatch: pytest.MonkeyPatch):
    with CHAT.cursor() as cursor:
        cursor.execute("SET LOCAL default_transaction_isolation = 'repeatable read'")
    assert reported() == []
    (message,) = reported(connecting=True)
    assert "REPEATABLE READ" in message.msg
    monkeypatch.setitem(CHAT.settings_dict["OPTIONS"], "isolation_level", 2)
    assert reported(connecting=True) == []


class AccountsElsewhere:
    """Writes accounts to their own database."""

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "people" if model._meta.app_label == "auth" else CHAT.alias


def test_accounts_in_another_database_are_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    people = {**CHAT.settings_dict, "NAME": str(tmp_path / "people")}
    monkeypatch.setitem(connections.settings, "people", people)
    with override_settings(DATABASE_ROUTERS=[AccountsElsewhere()]):
        (message,) = reported()
        assert message.id == "chat_api.E014"
        assert message.msg.startswith(
            f"chat_api is in DATABASES[{CHAT.alias!r}], but auth.User in DATABASES['people']."
        )
        assert "SILENCED_SYSTEM_CHECKS" in str(message.hint)
        # Another alias of the same database is not another database.
        people["NAME"] = CHAT.settings_dict["NAME"]
        assert reported() == []
