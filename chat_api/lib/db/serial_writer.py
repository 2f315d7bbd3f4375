"""Sending a plan of writes one statement at a time, where the database has no WITH queries that modify data."""

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
    """Run the plan's query, then send each statement, and return the first row of the query."""
    row: Sequence[Any] | None = None
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        if question is not None:
            cursor.execute(*question)
            row = cursor.fetchone()
        for statement in statements:
            sql = statement.sql
            if statement.source is not None:
                sql = sql.replace(SOURCE, statement.source.table)
            cursor.execute(sql, statement.params)
    return row
