"""Locking a row first, on databases with row locks and on one without."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import connections, models, router

from chat_api.lib.prepared import Prepared

M = TypeVar("M", bound=models.Model)


def lock_row(model: type[M], pk: int) -> M:
    """Give the row, held by the surrounding transaction until its end. Raises `model.DoesNotExist`.

    PostgreSQL locks the row (not against key checks of rows that refer to it). SQLite has no row locks, so the
    first statement is a write on the row, which makes every other writer wait.
    """
    using = router.db_for_write(model)
    if connections[using].features.has_select_for_update:
        if model not in _locking:
            _locking[model] = Prepared(1, _locking_query(model))
        rows: list[M] = _locking[model].rows(pk, using=using)
    else:
        rows = list(model._base_manager.using(using).raw(_writing_statement(model, using), [pk]))
    if not rows:
        raise model.DoesNotExist  # type: ignore[attr-defined]
    return rows[0]


def lock_rows(model: type[models.Model], pks: Iterable[int]) -> None:
    """Hold the rows until the surrounding transaction ends, taken in the order of their keys, so that nobody waits in
    a circle. Rows that are gone are left out.
    """
    using = router.db_for_write(model)
    rows = model._base_manager.using(using).filter(pk__in=sorted(pks)).order_by("pk")
    if connections[using].features.has_select_for_update:
        list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    else:
        first = rows.first()
        if first is not None:
            list(model._base_manager.using(using).raw(_writing_statement(model, using), [first.pk]))


_locking: dict[type[models.Model], Prepared[Any]] = {}


def _locking_query(model: type[M]) -> Callable[[int], models.QuerySet[M]]:
    return lambda pk: model._base_manager.filter(pk=pk).select_for_update(no_key=True)


def _writing_statement(model: type[models.Model], using: str) -> str:
    """Give a write that changes nothing and answers with the row.

    It names a plain column: setting a key to itself makes SQLite look at every row that refers to it.
    """
    quote = connections[using].ops.quote_name
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    plain = next(
        field
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.is_relation or getattr(field, "db_index", False))
    )
    column = quote(str(plain.column))
    return f"UPDATE {table} SET {column} = {column} WHERE {key} = %s RETURNING *"  # noqa: S608 (names of ours)
