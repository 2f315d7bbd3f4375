"""How commands are told which schema: by id, or by name (its latest version)."""

from __future__ import annotations

from django.core.management.base import CommandError, CommandParser
from django.db import connections

from chat_api.lib.db.transactions import chat_database
from chat_api.lib.rest.relations import ID_MAX
from chat_api.schemas.models import Schema


def add_choice(parser: CommandParser) -> None:
    """Add `--pk`, `--name` and `--database`."""
    parser.add_argument("--pk", type=int, help="The id of the schema.")
    parser.add_argument("--name", help="The name of the schema; its latest version.")
    add_database(parser)


def add_database(parser: CommandParser) -> None:
    """Add `--database`."""
    parser.add_argument("--database", help="The alias of the database. Default: the one that the chat is in.")


def chosen_database(name: str | None) -> str:
    """Return the alias, or that of the chat's database where none was named. Raises `CommandError`."""
    if name is None:
        return chat_database()
    if name not in connections:
        raise CommandError(f"There is no database {name!r}: there are {', '.join(connections)}.")
    return name


def chosen_schema(*, pk: int | None, name: str | None, database: str | None) -> Schema:
    """Give the schema with that id, or the latest version of that name. Raises `CommandError`."""
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
