"""Locking a row first, on databases with row locks and on one without."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import connections, models, router

from chat_api.lib.db.prepared import Prepared, PreparedWrite

M = TypeVar("M", bound=models.Model)


def lock_row(model: type[M], pk: int) -> M:
    """Give the row, held by the surrounding transaction until its end. Raises `model.DoesNotExist`.

    PostgreSQL locks the row (not against key checks of rows that refer to it). SQLite has no row locks, so the
    first statement is a write on the row, which makes every other writer wait.
    """
    using = router.db_for_write(model)
    rows = _lock(model, using).rows(pk, using=using)
    if not rows:
        raise model.DoesNotExist  # type: ignore[attr-defined]
    return rows[0]


def lock_rows(model: type[models.Model], pks: Iterable[int]) -> None:
    """Lock the rows until the surrounding transaction ends, in the order of their keys to avoid deadlocks.

    Rows that no longer exist are skipped.
    """
    using = router.db_for_write(model)
    rows = model._base_manager.using(using).filter(pk__in=sorted(pks)).order_by("pk")
    if connections[using].features.has_select_for_update:
        list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    else:
        first = rows.first()
        if first is not None:
            _lock(model, using).rows(first.pk, using=using)


def _lock(model: type[M], using: str) -> Prepared[M]:
    by_select = connections[using].features.has_select_for_update
    if (model, by_select) not in _locks:
        find = _finding(model)
        _locks[model, by_select] = (
            Prepared(1, lambda pk: find(pk).select_for_update(no_key=True))
            if by_select
            else PreparedWrite(1, find)
        )
    return _locks[model, by_select]


_locks: dict[tuple[type[models.Model], bool], Prepared[Any]] = {}


def _finding(model: type[M]) -> Callable[[int], models.QuerySet[M]]:
    return lambda pk: model._base_manager.filter(pk=pk)
