"""Queries that every request makes, compiled once: for them Django spends more time on the SQL than the database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from chat_api.lib.db.transactions import chat_database

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class _Statement:
    """What Django made of a query for one connection, and how it turns what comes back into values."""

    sql: str
    #: Which of the given numbers stands at each place.
    order: Sequence[int]
    compiler: Any
    converters: Mapping[int, Any]
    attnames: Sequence[str]

    def fetch(self, numbers: Sequence[Any]) -> list[Sequence[Any]]:
        with self.compiler.connection.cursor() as cursor:
            cursor.execute(self.sql, [numbers[index] for index in self.order])
            rows = cursor.fetchall()
        return list(self.compiler.apply_converters(rows, self.converters)) if self.converters else rows


class Prepared(Generic[M]):
    """A query whose parameters are whole numbers.

    `build` makes the queryset for given numbers, of one table; how it looks may not depend on them. It is compiled at
    the first use on each connection, with numbers that stand for themselves, and only the numbers change after that.
    Where there is more to it (keys that are no numbers, a manager of the host's with values of its own), it is asked
    anew each time, as Django does.
    """

    def __init__(self, numbers: int, build: Callable[..., models.QuerySet[M, Any]]) -> None:
        self._build = build
        self._stand_ins = tuple(range(700_001, 700_001 + numbers))
        # A connection belongs to one thread, and what is compiled for it refers to it.
        self._kept = threading.local()
        self._model: type[M] | None = None

    def rows(self, *numbers: Any, using: str | None = None) -> list[M]:
        """Return the rows for these numbers, from the database `using` or the one that the chat is in."""
        using = using or chat_database()
        statement = self._statement(using)
        if statement is None:
            return list(self._build(*numbers).using(using))
        make: Any = self._model_read().from_db
        return [make(using, statement.attnames, row) for row in statement.fetch(numbers)]

    def values(self, *numbers: Any) -> Sequence[Sequence[Any]]:
        """Give the rows for these numbers as plain sequences, of a query that names its columns by `values_list`."""
        using = chat_database()
        statement = self._statement(using)
        if statement is None:
            found: Any = self._build(*numbers).using(using)
            return list(found)
        return statement.fetch(numbers)

    def value(self, *numbers: Any) -> Any:
        """Give the one column of the first row for these numbers; None where there is no row."""
        return next((row[0] for row in self.values(*numbers)), None)

    def _model_read(self) -> type[M]:
        if self._model is None:
            self._model = self._build(*self._stand_ins).model
        return self._model

    def _statement(self, using: str) -> _Statement | None:
        connection = connections[using]
        kept: dict[str, tuple[BaseDatabaseWrapper, _Statement | None]] = self._kept.__dict__
        if using not in kept or kept[using][0] is not connection:
            kept[using] = (connection, self._compile(using))
        return kept[using][1]

    def _compile(self, using: str) -> _Statement | None:
        compiler = self._build(*self._stand_ins).using(using).query.get_compiler(using)
        # FOR UPDATE compiles in a transaction only, and the caller holds one where he wants a lock.
        sql, params = self._sql(compiler)
        if not all(type(param) is int and param in self._stand_ins for param in params):
            return None
        columns = [column for column, _, _ in compiler.select]
        return _Statement(
            sql=sql,
            order=[self._stand_ins.index(param) for param in params],
            compiler=compiler,
            converters=compiler.get_converters(columns),
            attnames=[column.target.attname for column in columns if hasattr(column, "target")],
        )

    def _sql(self, compiler: Any) -> tuple[str, Sequence[Any]]:
        sql: str
        sql, params = compiler.as_sql()
        return sql, params


class PreparedWrite(Prepared[M]):
    """A write that changes nothing of the one row that `build` finds by its key (a number), and answers with it."""

    def _compile(self, using: str) -> _Statement | None:
        statement = super()._compile(using)
        if statement is None:
            raise TypeError("Only a row with a number as its key can be held by a write.")
        return statement

    def _sql(self, compiler: Any) -> tuple[str, Sequence[Any]]:
        """Give the write.

        It names a plain column: setting a key to itself makes SQLite look at every row that refers to it.
        """
        _, params = compiler.as_sql()
        quote, meta = compiler.connection.ops.quote_name, compiler.query.get_meta()
        plain = next(
            quote(field.column)
            for field in meta.concrete_fields
            if not (field.primary_key or field.is_relation or getattr(field, "db_index", False))
        )
        columns = ", ".join(quote(column.target.column) for column, _, _ in compiler.select)
        table, key = quote(meta.db_table), quote(meta.pk.column)
        return f"UPDATE {table} SET {plain} = {plain} WHERE {key} = %s RETURNING {columns}", params  # noqa: S608 (names of ours)
