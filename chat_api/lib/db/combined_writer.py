"""Sending a plan of writes to PostgreSQL as one statement: each write is a WITH query that modifies data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import mark_for_rollback_on_error

from chat_api.lib.db.writes import SOURCE, Question, Statement

#: A statement that only writes needs a query to end with.
_NOTHING_ASKED: Final = Question("SELECT 1", ())


def send(
    connection: BaseDatabaseWrapper,
    statements: Sequence[Statement],
    question: Question | None,
) -> Sequence[Any]:
    """Send all statements, and return the rows of the plan's query, which reads the state before the writes.

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
    asked = question or _NOTHING_ASKED
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} {asked.sql}", [*params, *asked.params])
        rows: Sequence[Any] = cursor.fetchall()
    return rows
