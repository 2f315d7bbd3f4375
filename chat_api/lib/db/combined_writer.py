"""Sending a plan of writes to PostgreSQL as one statement: each write is a WITH query that modifies data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import mark_for_rollback_on_error

from chat_api.lib.db.writes import SOURCE, Statement


def send(
    connection: BaseDatabaseWrapper,
    statements: Sequence[Statement],
    question: tuple[str, Sequence[Any]] | None,
) -> Sequence[Any] | None:
    """Send all statements, and return the first row of the plan's query, which reads the state before the writes.

    The statement goes through Django's cursor, so that query logs and query caches see it.
    """
    names = {id(statement): f"write_{number}" for number, statement in enumerate(statements)}
    parts = []
    params: list[Any] = []
    for statement in statements:
        sql = statement.sql
        if statement.source is not None:
            sql = sql.replace(SOURCE, names[id(statement.source)])
        if statement.returning:
            sql = f"{sql} RETURNING {statement.returning}"
        parts.append(f"{names[id(statement)]} AS ({sql})")
        params += statement.params
    asked, asked_params = question or ("SELECT 1", ())
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} {asked}", [*params, *asked_params])
        row: Sequence[Any] | None = cursor.fetchone()
    return row if question is not None else None
