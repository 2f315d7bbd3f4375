"""Transactions on the chat's database: the one that the host's routers write threads to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache, wraps
from typing import Any, TypeVar, overload

from django.apps import apps
from django.db import OperationalError, connections, router, transaction
from django.db.models import Model

F = TypeVar("F", bound=Callable[..., Any])


def chat_database() -> str:
    """Return the alias of the database that threads are written to, and with them all of this app's rows."""
    return router.db_for_write(_thread())


@cache
def _thread() -> type[Model]:
    """Return the model, which this layer cannot import; cached, as each query of a request needs it."""
    return apps.get_model("chat_api", "Thread")


@overload
def atomic() -> AbstractContextManager[object]: ...


@overload
def atomic(function: F, /) -> F: ...


def atomic(function: Callable[..., Any] | None = None, /) -> Any:
    """Run a block, or every call of the decorated function, in one transaction of the chat's database.

    Each call looks the database up, so that one decorated function serves any host.
    """
    if function is None:
        return transaction.atomic(using=chat_database())

    @wraps(function)
    def in_transaction(*args: Any, **kwargs: Any) -> Any:
        with transaction.atomic(using=chat_database()):
            return function(*args, **kwargs)

    return in_transaction


def on_commit(callback: Callable[[], Any], *, robust: bool = True, using: str | None = None) -> None:
    """Call `callback` when the chat's transaction commits, at once outside of one, never after a rollback.

    If `robust`, its errors are logged and the other callbacks run nevertheless. `using` names the database of another
    transaction: the one of the host's rows.
    """
    transaction.on_commit(callback, using=using or chat_database(), robust=robust)


def set_rollback() -> None:
    """Mark the current transaction on the chat's database to be rolled back at its end."""
    transaction.set_rollback(True, using=chat_database())


def is_busy(error: OperationalError) -> bool:
    """Return whether the database rejected the statement for load (lock timeout, deadlock) and not for a bug."""
    if connections[chat_database()].vendor == "sqlite":
        return "locked" in str(error) or "busy" in str(error)
    return getattr(error.__cause__, "sqlstate", None) in {"40001", "40P01", "55P03", "57014"}
