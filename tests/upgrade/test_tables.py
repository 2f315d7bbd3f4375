"""Upgraded tables equal those of a new installation and of the models, whatever the host's settings are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.upgrade.databases import load_legacy, migrate, tables, throwaway_database

pytestmark = pytest.mark.slow

#: Generated names contain a digest; their form differs between releases of Django.
MADE_UP = re.compile(r"_[0-9a-f]{8}(_|$)|_(pkey|key|check)$|^__unnamed")


def columns_of(table: str) -> dict[str, Any]:
    """Return type, nullability and default of each column."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA table_info('{table}')")
            return {name: facts for _, name, *facts in cursor.fetchall()}
        cursor.execute(
            "SELECT column_name, data_type, character_maximum_length, is_nullable, column_default,"
            " is_identity FROM information_schema.columns WHERE table_name = %s",
            [table],
        )
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    *kind, default, identity = found["id"]
    assert identity == "YES" or default.startswith("nextval(")
    found["id"] = tuple(kind)
    return found


def constraints_of(table: str) -> list[str]:
    """Return each index and constraint; names that Django generated are left out."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
        conditions = conditions_of(cursor, table)
    lines = []
    for name, facts in found.items():
        given = "" if MADE_UP.search(name) else name
        lines.append(f"{given} {sorted(facts.items())} {conditions.get(name, '')}")
    return sorted(lines)


def conditions_of(cursor: Any, table: str) -> dict[str, str]:
    """Return the condition of each partial index."""
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE tbl_name = %s AND type = 'index'", [table])
    else:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s", [table])
    return {name: sql.partition(" WHERE ")[2] for name, sql in cursor.fetchall() if sql and " WHERE " in sql}


def keys_of(table: str) -> list[Any]:
    """Return each foreign key with its deferrability."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
            pattern = r'"(\w+)" [^,]*?REFERENCES "(\w+)" \("id"\)( DEFERRABLE INITIALLY DEFERRED)?'
            return sorted(re.findall(pattern, cursor.fetchone()[0]))
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = %s::regclass",
            [table],
        )
        return sorted(cursor.fetchall())


def described() -> dict[str, dict[str, Any]]:
    """Describe all tables of the default database."""
    return {
        table: {
            "columns": columns_of(table),
            "constraints": constraints_of(table),
            "keys": keys_of(table),
        }
        for table in tables()
    }


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tables of an upgraded database, and of a new one."""
    found = []
    for load in (load_legacy, lambda: None):
        with django_db_blocker.unblock(), throwaway_database(tmp_path_factory.mktemp("tables")):
            load()
            migrate()
            found.append(described())
    return found[0], found[1]


def test_upgraded_database_has_the_tables_of_a_new_one(both: tuple[dict[str, Any], dict[str, Any]]):
    upgraded, new = both
    assert upgraded.keys() == new.keys()
    assert {f"chat_api_{name}" for name in ("message", "message_answers", "threadevent")} <= new.keys()


@pytest.mark.parametrize("aspect", ["columns", "constraints", "keys"])
def test_upgraded_table_equals_that_of_a_new_database(
    both: tuple[dict[str, Any], dict[str, Any]], aspect: str
):
    upgraded, new = both
    for table in new:
        assert upgraded[table][aspect] == new[table][aspect], table


def test_foreign_keys_are_checked_at_the_end_of_a_transaction(both: tuple[dict[str, Any], dict[str, Any]]):
    for table, facts in both[0].items():
        for key in facts["keys"]:
            assert "DEFERRABLE INITIALLY DEFERRED" in key[-1], table


@pytest.mark.django_db
def test_models_need_no_further_migration():
    call_command("makemigrations", "chat_api", check=True, dry_run=True, verbosity=0)


def in_another_host(tmp_path: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a management command in a host with settings of all kinds, on a new SQLite file."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "django", *command],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.upgrade.another_host",
            "CHAT_API_TEST_DATABASE": "sqlite",
            "ANOTHER_HOST_DATABASE": str(tmp_path / "host.sqlite3"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.sqlite_only
def test_no_setting_of_a_host_causes_a_migration(tmp_path: Path):
    done = in_another_host(tmp_path, "makemigrations", "--check", "--dry-run")
    assert (done.returncode, done.stdout.strip()) == (0, "No changes detected"), done.stderr


@pytest.mark.sqlite_only
def test_host_with_custom_users_can_migrate_forward_and_back(tmp_path: Path):
    forth = in_another_host(tmp_path, "migrate")
    assert forth.returncode == 0, forth.stderr
    assert "Applying chat_api.0001_squashed_0017_survey_unique_together... OK" in forth.stdout
    back = in_another_host(tmp_path, "migrate", "chat_api", "zero")
    assert back.returncode == 0, back.stderr
    assert "Unapplying chat_api.0001_squashed_0017_survey_unique_together... OK" in back.stdout
