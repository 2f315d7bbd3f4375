"""Queries that every request makes, compiled once: for them Django spends more time on the SQL than the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connections, models, router

M = TypeVar("M", bound=models.Model)


class Prepared(Generic[M]):
    """A query whose parameters are whole numbers.

    `build` makes the queryset for given numbers; how it looks may not depend on them. It is compiled at the first
    use on each database, with numbers that stand for themselves, and only the numbers change after that. Where
    there is more to it (keys that are no numbers, a manager of the host's with values of its own), it is asked
    anew each time, as Django does.
    """

    def __init__(self, numbers: int, build: Callable[..., models.QuerySet[M, Any]]) -> None:
        self._build = build
        self._stand_ins = tuple(range(700_001, 700_001 + numbers))
        self._model: type[M] | None = None
        self._compiled: dict[str, tuple[str, Sequence[int], type[M]] | None] = {}

    def rows(self, *numbers: Any, using: str | None = None) -> list[M]:
        """Give the rows for these numbers, from the database `using` or the one that the router reads from."""
        using, compiled = self._prepared(using)
        if compiled is None:
            return list(self._build(*numbers).using(using))
        sql, order, model = compiled
        return list(model._base_manager.using(using).raw(sql, [numbers[index] for index in order]))

    def value(self, *numbers: Any) -> Any:
        """Give the one column of the first row for these numbers; None where there is no row."""
        using, compiled = self._prepared(None)
        if compiled is None:
            # Its rows are mappings: `build` names the column by `values`.
            found: Any = next(iter(self._build(*numbers).using(using)), {})
            return next(iter(found.values()), None)
        sql, order, _ = compiled
        with connections[using].cursor() as cursor:
            cursor.execute(sql, [numbers[index] for index in order])
            row = cursor.fetchone()
        return None if row is None else row[0]

    def _prepared(self, using: str | None) -> tuple[str, tuple[str, Sequence[int], type[M]] | None]:
        if self._model is None:
            self._model = self._build(*self._stand_ins).model
        using = using or router.db_for_read(self._model)
        if using not in self._compiled:
            compiler = self._build(*self._stand_ins).using(using).query.get_compiler(using)
            # FOR UPDATE compiles in a transaction only, and the caller holds one where he wants a lock.
            sql, params = compiler.as_sql()
            whole = all(type(param) is int and param in self._stand_ins for param in params)
            order = [self._stand_ins.index(param) for param in params] if whole else []
            self._compiled[using] = (sql, order, self._model) if whole else None
        return using, self._compiled[using]
