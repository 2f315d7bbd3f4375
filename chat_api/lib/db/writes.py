"""SQL of inserts and updates, built from the fields of models, for rows that many requests write.

Django's own `bulk_create` of new rows and `update` do the same and take longer to build their SQL. Like these, the
functions send no signals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import mark_for_rollback_on_error

M = TypeVar("M", bound=models.Model)

#: Above this number of rows, Django's arrays are faster on PostgreSQL.
_ROWS_MAX: Final = 20
#: The number of rows in one of Django's statements.
_BATCH: Final = 5_000
#: PostgreSQL takes 65,535 parameters of a statement where they are bound by the server, and a plan has several inserts.
_PARAMS_MAX: Final = 16_000
#: SQL of statements with more rows than this is not cached.
_KEPT_ROWS_MAX: Final = 50

#: Fields whose values are sent to every database unchanged, if they are of exactly this type.
_SENT_AS_IS: Final[dict[type[models.Field[Any, Any]], type]] = {
    models.AutoField: int,
    models.BigAutoField: int,
    models.BigIntegerField: int,
    models.BooleanField: bool,
    models.CharField: str,
    models.IntegerField: int,
    models.PositiveBigIntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.SmallIntegerField: int,
    models.TextField: str,
}


#: Placeholder in the SQL of a statement for the source that it reads from.
SOURCE: Final = "{source}"


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A statement that writes to one table, and can read rows that another one has just written."""

    sql: str
    params: Sequence[Any]
    #: Quoted.
    table: str
    #: The columns, quoted, that statements which read this one need.
    returning: str = ""
    #: The statement whose rows stand for SOURCE in `sql`.
    source: Statement | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A query that is sent along with writes; `convert` is Django's own converter of its rows, where they need one."""

    sql: str
    params: Sequence[Any]
    convert: Callable[[Sequence[Any]], Iterable[Any]] | None = None

    def values(self, rows: Sequence[Any]) -> list[Sequence[Any]]:
        """Return the rows of the query, as the database returned them, with Python's values."""
        return list(rows if self.convert is None else self.convert(rows))


@dataclass(frozen=True, slots=True, eq=False)
class Lookup:
    """A value of a new row that the database finds: one column of one row, or NULL."""

    sql: str
    params: Sequence[Any]


def insert(rows: Sequence[M], *, on_conflict: str | None = None, using: str | None = None) -> None:
    """Store new rows of one model, in as few statements as the database permits, and set their primary keys.

    `on_conflict` names a unique field: an existing row with the same value gets the other values of the new one. The
    database is `using`, else the one that the routers write the model to.
    """
    if not rows:
        return
    connection = connections[using or router.db_for_write(type(rows[0]))]
    is_sqlite = connection.vendor == "sqlite"
    returns_keys = connection.features.can_return_columns_from_insert
    if not returns_keys or (len(rows) > _ROWS_MAX and not is_sqlite):
        _insert_by_django(rows, on_conflict, connection)
        return
    returning = f" RETURNING {connection.ops.quote_name(str(type(rows[0])._meta.pk.column))}"
    keys: list[Any] = []
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        most = _PARAMS_MAX if len(rows) <= _KEPT_ROWS_MAX else _most_params(connection)
        for statement in insertions_of(rows, connection, on_conflict=on_conflict, most_params=most):
            cursor.execute(statement.sql + returning, statement.params)
            keys += cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias


def update(model: type[models.Model], *, where: str, equals: int, values: Mapping[str, Any]) -> None:
    """Set columns, by attribute name (`last_message_id`), of the rows whose column `where` has that number."""
    connection = connections[router.db_for_write(model)]
    statement = update_of(model, connection, where=where, equals=equals, values=values)
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)


def insertions_of(
    rows: Sequence[models.Model],
    connection: BaseDatabaseWrapper,
    *,
    on_conflict: str | None = None,
    most_params: int = _PARAMS_MAX,
) -> list[Statement]:
    """Return statements that store new rows of one model without setting their keys; `on_conflict` as for `insert`.

    The values can be `Lookup`s. Only very many rows take more than one statement.
    """
    table = _tables.get((type(rows[0]), connection.vendor)) or _new_table(type(rows[0]), connection)
    values, looked_up = table.values(rows, connection)
    width = len(table.stored)
    size = max(1, most_params // width) * width
    statements = []
    for start in range(0, len(values), size):
        part = values if len(values) <= size else values[start : start + size]
        if looked_up:
            sql, part = table.insertion_with_lookups(part, on_conflict)
        else:
            number = len(part) // width
            sql = table.insertions.get((number, on_conflict)) or table.insertion(number, on_conflict)
        statements.append(Statement(sql, part, table.name))
    return statements


def update_of(
    model: type[models.Model],
    connection: BaseDatabaseWrapper,
    *,
    where: str,
    equals: int,
    values: Mapping[str, Any],
    exclude: Sequence[int] = (),
) -> Statement:
    """Return the statement of `update`; rows whose keys are in `exclude` are not changed."""
    table = _tables.get((model, connection.vendor)) or _new_table(model, connection)
    key = (where, len(exclude), *values)
    sql = table.updates.get(key) or table.update(key)
    params = []
    for name, value in values.items():
        column = table.columns[name]
        as_is = type(value) is column.as_is
        params.append(value if as_is else column.field.get_db_prep_save(value, connection))
    return Statement(sql, [*params, equals, *exclude], table.name)


class _Column:
    """A column of a model's table, and how values of its field are sent."""

    def __init__(self, field: Any, quoted: str) -> None:
        self.field = field
        self.quoted = quoted
        self.attname: str = field.attname
        #: Whether the value can differ from the attribute's: of the clock, of a file.
        self.is_computed = _is_computed(field)
        self.as_is = _SENT_AS_IS.get(type(_with_values(field)))


class _Table:
    """The table of a model on one kind of database, with the SQL of its statements."""

    def __init__(self, model: type[models.Model], connection: BaseDatabaseWrapper) -> None:
        quote, meta = connection.ops.quote_name, model._meta
        self.name = quote(meta.db_table)
        fields: Any = meta.concrete_fields
        self.columns = {field.attname: _Column(field, quote(field.column)) for field in fields}
        self.stored = [column for column in self.columns.values() if not column.field.primary_key]
        self._key = quote(str(meta.pk.column))
        #: By the number of rows and the field that decides whether a row is new.
        self.insertions: dict[tuple[int, str | None], str] = {}
        #: By the column of the condition, the number of rows left out, and the columns that are set.
        self.updates: dict[tuple[Any, ...], str] = {}

    def values(self, rows: Sequence[models.Model], connection: BaseDatabaseWrapper) -> tuple[list[Any], bool]:
        """Return the values of new rows, column by column and row by row, and whether any is a `Lookup`."""
        values: list[Any] = []
        looked_up = False
        for row in rows:
            state = row.__dict__
            for column in self.stored:
                field = column.field
                value = field.pre_save(row, True) if column.is_computed else state[column.attname]
                if value is None and field.is_relation and field.is_cached(row):
                    # The related object may have been stored, and got its key, after it was set.
                    related = getattr(row, field.name)
                    value = state[column.attname] = getattr(related, field.target_field.attname, None)
                if type(value) is Lookup:
                    looked_up = True
                elif value is not None and type(value) is not column.as_is:
                    value = field.get_db_prep_save(value, connection)
                values.append(value)
        return values, looked_up

    def insertion(self, rows: int, on_conflict: str | None) -> str:
        """Return the SQL of an INSERT of that number of rows."""
        row = f"({', '.join(['%s'] * len(self.stored))})"
        text = self._insertion([row] * rows, on_conflict)
        if rows <= _KEPT_ROWS_MAX:
            self.insertions[rows, on_conflict] = text
        return text

    def insertion_with_lookups(self, values: Sequence[Any], on_conflict: str | None) -> tuple[str, list[Any]]:
        """Return the SQL of an INSERT of the values, and its parameters."""
        places = [f"({value.sql})" if type(value) is Lookup else "%s" for value in values]
        params: list[Any] = []
        for value in values:
            params += value.params if type(value) is Lookup else (value,)
        width = len(self.stored)
        rows = [f"({', '.join(places[start : start + width])})" for start in range(0, len(places), width)]
        return self._insertion(rows, on_conflict), params

    def _insertion(self, rows: Sequence[str], on_conflict: str | None) -> str:
        columns = ", ".join(column.quoted for column in self.stored)
        sql = f"INSERT INTO {self.name} ({columns}) VALUES {', '.join(rows)}"  # noqa: S608 (our own names)
        if on_conflict is None:
            return sql
        unique = next(column.quoted for column in self.stored if column.field.name == on_conflict)
        others = (column.quoted for column in self.stored if column.quoted != unique)
        return (
            f"{sql} ON CONFLICT ({unique}) DO UPDATE SET {', '.join(f'{c} = EXCLUDED.{c}' for c in others)}"
        )

    def update(self, key: tuple[Any, ...]) -> str:
        """Return the SQL of an UPDATE; `key` as in `updates`."""
        where, left_out, *names = key
        columns = ", ".join(f"{self.columns[name].quoted} = %s" for name in names)
        sql = f"UPDATE {self.name} SET {columns} WHERE {self.columns[where].quoted} = %s"  # noqa: S608 (our own names)
        if left_out:
            sql = f"{sql} AND {self._key} NOT IN ({', '.join(['%s'] * left_out)})"
        if left_out <= _KEPT_ROWS_MAX:
            self.updates[key] = sql
        return sql


#: By model and kind of database.
_tables: dict[tuple[type[models.Model], str], _Table] = {}


def _new_table(model: type[models.Model], connection: BaseDatabaseWrapper) -> _Table:
    table = _tables[model, connection.vendor] = _Table(model, connection)
    return table


def _is_computed(field: Any) -> bool:
    if isinstance(field, models.DateField | models.TimeField):
        return field.auto_now or field.auto_now_add
    return type(field).pre_save is not models.Field.pre_save


def _with_values(field: Any) -> Any:
    """Return the field that a foreign key gets its values from, or the field itself."""
    while field.is_relation:
        field = field.target_field
    return field


def _most_params(connection: BaseDatabaseWrapper) -> int:
    """Return the database's maximum number of parameters. Before 6.1, Django knows only SQLite's former limit, 999."""
    if connection.vendor != "sqlite":
        return _PARAMS_MAX
    # Imported here: Python builds without SQLite lack it.
    from sqlite3 import SQLITE_LIMIT_VARIABLE_NUMBER

    connection.ensure_connection()
    return int(connection.connection.getlimit(SQLITE_LIMIT_VARIABLE_NUMBER))


def _insert_by_django(rows: Sequence[M], on_conflict: str | None, connection: BaseDatabaseWrapper) -> None:
    model = type(rows[0])
    others = [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name != on_conflict
    ]
    model._base_manager.using(connection.alias).bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=on_conflict is not None,
        unique_fields=None if on_conflict is None else [on_conflict],
        update_fields=None if on_conflict is None else others,
    )
