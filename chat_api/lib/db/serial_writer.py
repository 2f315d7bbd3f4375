"""Sending a plan of writes one statement at a time, where the database has no WITH queries that modify data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import mark_for_rollback_on_error

from chat_api.lib.db.writes import SOURCE, Question, Statement


def send(
    connection: BaseDatabaseWrapper,
    statements: Sequence[Statement],
    question: Question | None,
) -> Sequence[Any]:
    """Run the plan's query, then send each statement, and return the rows of the query."""
    rows: Sequence[Any] = ()
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        if question is not None:
            cursor.execute(question.sql, question.params)
            rows = cursor.fetchall()
        for statement in statements:
            sql = statement.sql
            if statement.source is not None:
                sql = sql.replace(SOURCE, statement.source.table)
            cursor.execute(sql, statement.params)
    return rows
