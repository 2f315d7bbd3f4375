"""Locking rows, on databases with row locks and on SQLite, which has none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper

from chat_api.lib.db.prepared import Prepared

M = TypeVar("M", bound=models.Model)

_WRITERS_MODES: Final = frozenset({"IMMEDIATE", "EXCLUSIVE"})


def lock_row(model: type[M], pk: int) -> M:
    """Lock the row until the surrounding transaction ends, and return it. Raises `model.DoesNotExist`.

    PostgreSQL locks the row (not against key checks of rows that refer to it). SQLite has no row locks: unless the
    transaction began as a writer, the first statement is a write on the row, which makes every other writer wait.
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


def is_only_writer(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the transaction is the only one that can write from its beginning on, so that no row needs a lock.

    SQLite does so with `transaction_mode` IMMEDIATE or EXCLUSIVE, if Django begins it: with autocommit turned off,
    `atomic` does not.
    """
    mode = getattr(connection, "transaction_mode", None)
    is_begun_by_django = connection.in_atomic_block and connection.commit_on_exit
    return connection.vendor == "sqlite" and mode in _WRITERS_MODES and is_begun_by_django


def _lock(model: type[M], using: str) -> Prepared[M]:
    connection = connections[using]
    by_select = connection.features.has_select_for_update or is_only_writer(connection)
    if (model, by_select) not in _locks:
        # On databases without row locks, Django omits FOR UPDATE.
        _locks[model, by_select] = Prepared(
            f"lock {model._meta.label} by {'select' if by_select else 'update'}",
            1,
            lambda pk: model._base_manager.filter(pk=pk).select_for_update(no_key=True),
            touches=not by_select,
        )
    return _locks[model, by_select]


_locks: dict[tuple[type[models.Model], bool], Prepared[Any]] = {}
