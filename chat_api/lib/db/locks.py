"""Locking rows, on databases with row locks and on SQLite, which has none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import connections, models, router

from chat_api.lib.db.prepared import Prepared

M = TypeVar("M", bound=models.Model)


def lock_row(model: type[M], pk: int) -> M:
    """Lock the row until the surrounding transaction ends, and return it. Raises `model.DoesNotExist`.

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
        # Where there are no row locks, Django leaves FOR UPDATE out.
        _locks[model, by_select] = Prepared(
            f"lock {model._meta.label} by {'select' if by_select else 'update'}",
            1,
            lambda pk: model._base_manager.filter(pk=pk).select_for_update(no_key=True),
            touches=not by_select,
        )
    return _locks[model, by_select]


_locks: dict[tuple[type[models.Model], bool], Prepared[Any]] = {}
