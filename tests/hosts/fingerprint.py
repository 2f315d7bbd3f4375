"""The rows of all tables of all databases, to compare before and after."""

from __future__ import annotations

from django.db import connections

from tests import databases


def fingerprint() -> dict[tuple[str, str], list[str]]:
    """Return the rows of every table, by database and table."""
    return {
        (alias, table): _rows(alias, table) for alias in databases.WRITTEN for table in sorted(_tables(alias))
    }


def changed(before: dict[tuple[str, str], list[str]]) -> set[tuple[str, str]]:
    """Return the tables whose rows have changed."""
    after = fingerprint()
    return {place for place in before | after if before.get(place) != after.get(place)}


def _tables(alias: str) -> list[str]:
    with connections[alias].cursor() as cursor:
        return connections[alias].introspection.table_names(cursor)


def _rows(alias: str, table: str) -> list[str]:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connections[alias].ops.quote_name(table)}")  # noqa: S608 (a table's name)
        return sorted(map(repr, cursor.fetchall()))
