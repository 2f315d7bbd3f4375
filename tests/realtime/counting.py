"""Counting the queries of all threads of the process: sockets query the database in worker threads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db.backends.utils import CursorWrapper


@contextmanager
def queries() -> Iterator[list[str]]:
    """Yield a list to which each executed statement is appended."""
    asked: list[str] = []
    execute, executemany = CursorWrapper.execute, CursorWrapper.executemany

    def noted(self: CursorWrapper, sql: Any, params: Any = None) -> Any:
        asked.append(str(sql))
        return execute(self, sql, params)

    def noted_many(self: CursorWrapper, sql: Any, params: Any) -> Any:
        asked.append(str(sql))
        return executemany(self, sql, params)

    with (
        mock.patch.object(CursorWrapper, "execute", noted),
        mock.patch.object(CursorWrapper, "executemany", noted_many),
    ):
        yield asked
