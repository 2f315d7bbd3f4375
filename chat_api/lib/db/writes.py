"""Writing what every message writes: for such statements Django spends more time on the SQL than the database.

The functions do what Django's own (`bulk_create` of new rows, `update`) do, and like these send no signals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import mark_for_rollback_on_error

M = TypeVar("M", bound=models.Model)

#: More rows than this are Django's business: there the database takes longer than the SQL.
_ROWS_MAX: Final = 20
#: So many rows go into one of Django's statements.
_BATCH: Final = 5_000


def insert(rows: Sequence[M], *, over: str | None = None) -> None:
    """Store new rows of one model, in one statement, and give them their keys.

    `over` names a unique field: a row with the same value there gets the other values of the new one.
    """
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields = _stored_fields(model)
    if len(rows) > _ROWS_MAX or not connection.features.can_return_columns_from_insert:
        model._base_manager.using(connection.alias).bulk_create(
            rows,
            batch_size=_BATCH,
            update_conflicts=over is not None,
            unique_fields=None if over is None else [over],
            update_fields=None if over is None else [field.name for field in fields if field.name != over],
        )
        return
    _insert(rows, fields, over, connection)


def insert_all(rows: Sequence[models.Model], *, using: str) -> None:
    """Store new rows of one model, however many, in as few statements as the database takes, and give them their keys.

    Before 6.1, Django takes SQLite for what it once was: one that takes 999 values in a statement.
    """
    if not rows:
        return
    model, connection = type(rows[0]), connections[using]
    if connection.vendor != "sqlite" or not connection.features.can_return_columns_from_insert:
        model._base_manager.using(using).bulk_create(rows)
        return
    # Not every Python has it, where nobody needs it.
    from sqlite3 import SQLITE_LIMIT_VARIABLE_NUMBER

    connection.ensure_connection()
    fields = _stored_fields(model)
    size = max(1, connection.connection.getlimit(SQLITE_LIMIT_VARIABLE_NUMBER) // len(fields))
    for start in range(0, len(rows), size):
        _insert(rows[start : start + size], fields, None, connection)


def update(model: type[models.Model], *, where: str, equals: int, values: Mapping[str, Any]) -> None:
    """Set columns, by attribute name (`last_message_id`), of the rows whose column `where` has that number."""
    connection = connections[router.db_for_write(model)]
    quote, meta = connection.ops.quote_name, model._meta
    by_attname = {field.attname: field for field in meta.concrete_fields}
    written = {by_attname[name]: value for name, value in values.items()}
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in written)
    sql = f"UPDATE {quote(meta.db_table)} SET {columns} WHERE {quote(str(by_attname[where].column))} = %s"  # noqa: S608 (names of ours)
    params = [field.get_db_prep_save(value, connection) for field, value in written.items()]
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        cursor.execute(sql, [*params, equals])


def _insert(
    rows: Sequence[models.Model], fields: list[Any], over: str | None, connection: BaseDatabaseWrapper
) -> None:
    values = [_value(field, row, connection) for row in rows for field in fields]
    with mark_for_rollback_on_error(connection.alias), connection.cursor() as cursor:
        cursor.execute(_insertion(type(rows[0]), fields, len(rows), over, connection), values)
        keys = cursor.fetchall()
    for row, (key,) in zip(rows, keys, strict=True):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias


def _stored_fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _value(field: Any, row: models.Model, connection: BaseDatabaseWrapper) -> Any:
    value = field.pre_save(row, True)
    if value is None and field.is_relation and field.is_cached(row):
        # What it refers to may have got its key after it was set.
        value = getattr(getattr(row, field.name), field.target_field.attname, None)
        setattr(row, field.attname, value)
    return field.get_db_prep_save(value, connection)


def _insertion(
    model: type[models.Model], fields: list[Any], rows: int, over: str | None, connection: BaseDatabaseWrapper
) -> str:
    quote, meta = connection.ops.quote_name, model._meta
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * rows)
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES {places}"  # noqa: S608 (names of ours)
    if over is not None:
        replaced = [quote(field.column) for field in fields if field.name != over]
        given = ", ".join(f"{column} = EXCLUDED.{column}" for column in replaced)
        sql += f" ON CONFLICT ({quote(str(meta.get_field(over).column))}) DO UPDATE SET {given}"  # type: ignore[union-attr]
    return f"{sql} RETURNING {quote(str(meta.pk.column))}"
