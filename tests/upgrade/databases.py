"""Throwaway databases; Django uses each as if it were the only one."""

from __future__ import annotations

import io
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections

LEGACY = Path(__file__).parent / "legacy"

#: The columns that held JSON as text, with their empty values.
JSON_COLUMNS: dict[tuple[str, str], Any] = {
    ("chat_api_answer", "meta"): None,
    ("chat_api_answer", "variable_modifications"): [],
    ("chat_api_attachment", "options"): None,
    ("chat_api_attachment", "thumbnail"): None,
    ("chat_api_attachmenttemplate", "options"): None,
    ("chat_api_attachmenttemplate", "thumbnail"): None,
    ("chat_api_message", "meta"): None,
    ("chat_api_question", "forking_rules"): [],
    ("chat_api_question", "meta"): None,
    ("chat_api_question", "variable_modifications"): [],
    ("chat_api_survey", "state"): None,
    ("chat_api_surveyattachment", "options"): None,
    ("chat_api_surveyattachment", "thumbnail"): None,
    ("chat_api_surveyitem", "meta"): None,
    ("chat_api_userthread", "variables_pool"): {},
    ("chat_api_variablemodification", "variable_modifications"): [],
}

#: All values of a database: table -> id -> column -> value.
Rows = dict[str, dict[int, dict[str, Any]]]


@contextmanager
def throwaway_database(folder: Path) -> Iterator[None]:
    """Use a new, empty database as the default one, then drop it; the backend is that of the test run."""
    kept = connections["default"]
    name = _create(folder)
    connections["default"] = type(kept)({**kept.settings_dict, "NAME": name}, "default")
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = kept
        ContentType.objects.clear_cache()
        _drop(name)


def _create(folder: Path) -> str:
    if connection.vendor == "sqlite":
        return str(folder / "throwaway.sqlite3")
    name = f"upgrade_{os.environ.get('CHAT_API_TEST_DB_SUFFIX', '')}_{os.getpid()}"
    _drop(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    return name


def _drop(name: str) -> None:
    if connection.vendor != "sqlite":
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")


def load_legacy() -> None:
    """Load a dump of release 0.8.8 into the default database, which must be empty."""
    script = (LEGACY / f"{connection.vendor}.sql").read_text(encoding="utf-8")
    if connection.vendor == "sqlite":
        raw = sqlite3.connect(connection.settings_dict["NAME"])
        raw.executescript(script)
        raw.close()
    else:
        with connection.cursor() as cursor:
            cursor.execute(script)


def migrate(**options: Any) -> str:
    """Migrate the default database, and return the stderr."""
    with redirect_stderr(io.StringIO()) as errors:
        call_command("migrate", verbosity=0, interactive=False, **options)
    return errors.getvalue()


def tables() -> list[str]:
    """Return the names of the tables of this library."""
    with connection.cursor() as cursor:
        return sorted(
            name for name in connection.introspection.table_names(cursor) if name.startswith("chat_api_")
        )


def all_rows(*more: str) -> Rows:
    """Return all rows of the tables of this library, and of those in `more`."""
    found: Rows = {}
    for table in (*tables(), *more):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # our own tables
            columns = [column[0] for column in cursor.description]
            dicts = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        found[table] = {row["id"]: row for row in dicts}
    return found


def insert(table: str, **values: Any) -> int:
    """Insert a row without the models, and return its id."""
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks}) RETURNING id'  # noqa: S608  # our own tables
        cursor.execute(statement, list(values.values()))
        return int(cursor.fetchone()[0])


def insert_like(table: str, pk: int, **changes: Any) -> int:
    """Insert a copy of a row with some columns changed, and return its id."""
    row = {**all_rows()[table][pk], **changes}
    del row["id"]
    return insert(table, **row)


def read(table: str, pk: int, column: str) -> Any:
    """Return a value; JSON is parsed."""
    value = all_rows()[table][pk][column]
    return as_json(value) if (table, column) in JSON_COLUMNS else value


def as_json(value: Any) -> Any:
    """Return the value of a JSON text, or of a JSON column that the driver has parsed."""
    return json.loads(value) if isinstance(value, str) else value
