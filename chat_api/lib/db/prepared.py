"""Queries that every request makes, compiled once: Django spends more time on their SQL than the database does.

This is the only module that keeps compiled SQL of querysets. `PREPARED_QUERIES` turns it off.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, TypeVar

import django
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query import get_related_populators

from chat_api.lib.db.transactions import chat_database
from chat_api.lib.db.writes import Question
from chat_api.settings import chat_settings

M = TypeVar("M", bound=models.Model)

_uses: dict[str, Prepared[Any]] = {}
#: Numbers that are in no query by themselves.
_FIRST_STAND_IN: Final = 700_001
#: For how many ids a query is compiled; Django compiles it for more.
_LENGTHS: Final = (1, 5, 20, 50, 200)


@dataclass(frozen=True, slots=True)
class _Statement:
    """A query as Django compiled it for one connection, and how its rows become values and objects."""

    sql: str
    #: Which of the given numbers stands at each placeholder.
    order: Sequence[int]
    #: Django's own converter of database values into Python's; None if no value needs one.
    convert: Callable[[Sequence[Any]], Iterable[Any]] | None
    model: type[models.Model]
    attnames: Sequence[str]
    #: Django's own functions that set the objects selected with the row.
    related: Sequence[Any]
    #: By name, the column of each annotation.
    annotations: Sequence[tuple[str, int]]


class Prepared(Generic[M]):
    """A query whose parameters are whole numbers.

    `build` returns its queryset for given numbers; the shape of the query must not depend on them. It is compiled at
    its first use on each connection, with stand-ins for the numbers, and from then on only the numbers change.
    Queries with other parameters (keys that are not numbers, a manager of the host's with its own values) are compiled
    by Django each time, as are all queries with `PREPARED_QUERIES` off.

    With `ids` the last argument of `build` is a list of ids of any length: the query is compiled for a few lengths, and
    the last id repeated up to the next of them. `constants` are the values in the query other than the numbers.

    With `touches` the query is a write that changes nothing in the one row that `build` finds by its key, and returns
    it: a lock on databases without row locks.
    """

    def __init__(
        self,
        name: str,
        numbers: int,
        build: Callable[..., models.QuerySet[M, Any]],
        *,
        touches: bool = False,
        ids: bool = False,
        constants: Sequence[Any] = (),
    ) -> None:
        self._build = build
        self._touches = touches
        self._numbers = numbers
        self._takes_ids = ids
        self._constants = tuple(constants)
        # A connection belongs to one thread, and what is compiled for it refers to it.
        self._kept = threading.local()
        _uses[name] = self

    @staticmethod
    def uses() -> Mapping[str, Prepared[Any]]:
        """Return every use in this process, by name."""
        return _uses

    def rows(self, *numbers: Any, using: str | None = None) -> list[M]:
        """Return the rows for these numbers, from the database `using`, else from the chat's."""
        using = using or chat_database()
        statement, found = self._fetch(numbers, using)
        if statement is None:
            return list(found)
        make: Any = statement.model.from_db
        attnames, related, annotations = statement.attnames, statement.related, statement.annotations
        if not related and not annotations:
            return [make(using, attnames, row) for row in found]
        objects = []
        for row in found:
            objects.append(one := make(using, attnames, row[: len(attnames)]))
            for each in related:
                each.populate(row, one)
            for name, column in annotations:
                setattr(one, name, row[column])
        return objects

    def values(self, *numbers: Any) -> Sequence[Sequence[Any]]:
        """Return the rows for these numbers as plain sequences; the query must use `values_list`."""
        return list(self._fetch(numbers, chat_database())[1])

    def value(self, *numbers: Any) -> Any:
        """Return the one column of the first row for these numbers; None if there is no row."""
        return next((row[0] for row in self.values(*numbers)), None)

    def question(self, *numbers: Any) -> Question:
        """Return the query for these numbers, which must use `values_list`, for a `WritePlan`."""
        using = chat_database()
        statement, values = self._prepared(numbers, using)
        if statement is None:
            compiler: Any = self._build(*numbers).using(using).query.get_compiler(using)
            sql, params = compiler.as_sql()
            return Question(sql, params, _converter(compiler))
        return Question(statement.sql, [values[index] for index in statement.order], statement.convert)

    def _by_django(self, numbers: Sequence[Any], using: str) -> models.QuerySet[M, Any]:
        rows = self._build(*numbers).using(using)
        if self._touches:
            name = _plain_field(rows.model._meta).name
            rows.update(**{name: models.F(name)})
        return rows

    def _fetch(self, numbers: Sequence[Any], using: str) -> tuple[_Statement | None, Iterable[Any]]:
        """Return the prepared query and its rows; None and the rows of Django's query where nothing is prepared."""
        statement, values = self._prepared(numbers, using)
        if statement is None:
            return None, self._by_django(numbers, using)
        with connections[using].cursor() as cursor:
            cursor.execute(statement.sql, [values[index] for index in statement.order])
            rows = cursor.fetchall()
        return statement, statement.convert(rows) if statement.convert is not None else rows

    def _prepared(self, numbers: Sequence[Any], using: str) -> tuple[_Statement | None, Sequence[Any]]:
        """Return the prepared query, if there is one, and the values that `_Statement.order` refers to."""
        length = 0
        values = numbers
        if self._takes_ids:
            *others, ids = numbers
            length = next((length for length in _LENGTHS if length >= len(ids)), 0)
            values = [*others, *ids, *[ids[-1]] * (length - len(ids))]
        if not chat_settings.PREPARED_QUERIES or (self._takes_ids and not length):
            return None, values
        connection = connections[using]
        kept: dict[Any, tuple[BaseDatabaseWrapper, _Statement | None]] = self._kept.__dict__
        key = f"{using} {length}"
        found = kept.get(key)
        if found is None or found[0] is not connection:
            found = kept[key] = (connection, self._compile(using, length))
        return found[1], [*values, *self._constants]

    def _compile(self, using: str, length: int) -> _Statement | None:
        stand_ins = range(_FIRST_STAND_IN, _FIRST_STAND_IN + self._numbers + length)
        arguments: list[Any] = list(stand_ins[: self._numbers])
        if self._takes_ids:
            arguments.append(list(stand_ins[self._numbers :]))
        queryset: Any = self._build(*arguments).using(using)
        compiler: Any = queryset.query.get_compiler(using)
        # FOR UPDATE compiles only in a transaction, and callers that lock are in one.
        sql, params = compiler.as_sql()
        known = [*stand_ins, *self._constants]
        if not all(param in known and type(param) is type(known[known.index(param)]) for param in params):
            return None
        columns = [column for column, _, _ in compiler.select]
        info = compiler.klass_info
        own = columns if info is None else [columns[index] for index in info["select_fields"]]
        return _Statement(
            sql=_touching(compiler) if self._touches else sql,
            order=[known.index(param) for param in params],
            convert=_converter(compiler),
            model=compiler.query.model,
            attnames=[column.target.attname for column in own if hasattr(column, "target")],
            related=() if info is None else _populators(queryset, info, compiler.select, using),
            annotations=() if info is None else list(compiler.annotation_col_map.items()),
        )


def _converter(compiler: Any) -> Callable[[Sequence[Any]], Iterable[Any]] | None:
    converters = compiler.get_converters([column for column, _, _ in compiler.select])
    return partial(compiler.apply_converters, converters=converters) if converters else None


def _populators(queryset: Any, info: Any, select: Any, using: str) -> Sequence[Any]:
    """Return Django's functions that set related objects; from 6.1 on, they need the queryset's fetch mode, too."""
    populators: Any = get_related_populators
    fetch_mode = () if django.VERSION < (6, 1) else (queryset._fetch_mode,)  # noqa: SLF001
    found: Sequence[Any] = populators(info, select, using, *fetch_mode)
    return found


def _touching(compiler: Any) -> str:
    """Return the SQL of the write that serves as a lock."""
    quote, meta = compiler.connection.ops.quote_name, compiler.query.get_meta()
    columns = ", ".join(quote(column.target.column) for column, _, _ in compiler.select)
    plain, table, key = quote(_plain_field(meta).column), quote(meta.db_table), quote(meta.pk.column)
    return f"UPDATE {table} SET {plain} = {plain} WHERE {key} = %s RETURNING {columns}"  # noqa: S608 (our own names)


def _plain_field(meta: Any) -> Any:
    """Return a field to set to itself. For the primary key, SQLite would check every row that refers to it."""
    return next(
        field
        for field in meta.concrete_fields
        if not (field.primary_key or field.is_relation or getattr(field, "db_index", False))
    )
