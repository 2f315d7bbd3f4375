"""Command-line arguments that select a schema: by id, or by name (latest version)."""

from __future__ import annotations

from django.core.management.base import CommandError, CommandParser
from django.db import connections

from chat_api.lib.db.transactions import chat_database
from chat_api.lib.rest.relations import ID_MAX
from chat_api.schemas.models import Schema


def add_choice(parser: CommandParser) -> None:
    """Add `--pk`, `--name` and `--database`."""
    parser.add_argument("--pk", type=int, help="Id of the schema.")
    parser.add_argument("--name", help="Name of the schema; selects its latest version.")
    add_database(parser)


def add_database(parser: CommandParser) -> None:
    """Add `--database`."""
    parser.add_argument("--database", help="Alias of the database. Default: the database of the chat.")


def chosen_database(name: str | None) -> str:
    """Return the alias, by default that of the chat's database. Raises `CommandError` if it is unknown."""
    if name is None:
        return chat_database()
    if name not in connections:
        raise CommandError(f"Unknown database {name!r}. Choose one of: {', '.join(connections)}.")
    return name


def chosen_schema(*, pk: int | None, name: str | None, database: str | None) -> Schema:
    """Return the schema with that id, or the latest version of that name. Raises `CommandError`."""
    if pk is None and name is None:
        raise CommandError("Either Name or PK must be specified.")
    if pk is not None and name is not None:
        raise CommandError("Only one of either Name or PK can be specified.")
    rows = Schema.objects.using(chosen_database(database))
    if pk is not None:
        found = rows.filter(pk=pk).first() if abs(pk) <= ID_MAX else None
    else:
        found = rows.filter(name=name).order_by("-version").first()
    if found is None:
        raise CommandError("Schema not found.")
    return found
