"""Writes that are collected and sent together: on PostgreSQL as one statement, elsewhere one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.db import connections, models

from chat_api.lib.db import combined_writer, serial_writer
from chat_api.lib.db.transactions import chat_database
from chat_api.lib.db.writes import Question, Statement, insertions_of, update_of

#: PostgreSQL takes 65,535 where parameters are bound by the server.
_PARAMS_MAX: Final = 65_000


class WritePlan:
    """Statements that write to the chat's database, in the caller's transaction.

    No statement may write a row that another one of the plan writes, or read what another one writes, except by
    `Statement.source`: PostgreSQL executes all of them on the rows as they were before.
    """

    def __init__(self, using: str | None = None) -> None:
        #: The connection to the database `using`, else to the chat's.
        self.connection = connections[using or chat_database()]
        self._statements: list[Statement] = []
        self._question: Question | None = None
        self._is_combined = self.connection.vendor == "postgresql"

    def insert(
        self,
        rows: Sequence[models.Model],
        *,
        on_conflict: str | None = None,
        returning: str = "",
        source: Statement | None = None,
    ) -> Statement | None:
        """Store new rows of one model, without setting their primary keys; `on_conflict` as for `writes.insert`.

        Return the statement if there are rows; others can read its columns `returning`. `Lookup`s among the values read
        the rows of the statement `source`.
        """
        if not rows:
            return None
        statements = insertions_of(rows, self.connection, on_conflict=on_conflict)
        if returning and len(statements) > 1:
            # Several statements cannot be one source; their table can.
            self._is_combined = False
        if returning or source is not None:
            statements = [replace(statement, returning=returning, source=source) for statement in statements]
        self._statements += statements
        return statements[0]

    def update(
        self,
        model: type[models.Model],
        *,
        where: str,
        equals: int,
        values: Mapping[str, Any],
        exclude: Sequence[int] = (),
    ) -> None:
        """Set columns, as `writes.update_of` does."""
        self._statements.append(
            update_of(model, self.connection, where=where, equals=equals, values=values, exclude=exclude)
        )

    def add(self, statement: Statement) -> None:
        """Add a statement to the plan."""
        self._statements.append(statement)

    def ask(self, question: Question) -> None:
        """Set the query whose rows `carry_out` returns; it is evaluated before the plan's writes."""
        self._question = question

    def carry_out(self) -> list[Sequence[Any]]:
        """Send everything, and return the rows of the plan's query; none without one."""
        parts = len(self._statements) + (self._question is not None)
        fits = sum(len(statement.params) for statement in self._statements) <= _PARAMS_MAX
        writer = combined_writer if self._is_combined and parts > 1 and fits else serial_writer
        rows: Sequence[Any] = writer.send(self.connection, self._statements, self._question)
        return self._question.values(rows) if self._question is not None else []
