"""The only place that calls hooks: functions and classes of the host that `CHAT_SETTINGS` names.

A hook that raises affects only its own result. The error is logged with the name of the setting and the traceback,
and no response is a 500 because of it.

* `degraded` is for reads: the result is a fallback (null; for filters: hidden).
* `required` is for writes: `HookFailed` (503, `HOST_ERROR`) rejects the write, and its transaction is rolled back.

Deliberate exceptions, those of Django and DRF that stand for a response, keep their meaning where there is a response.
A busy database is not the fault of the hook; its error is passed on, and the write is rejected there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.serializers import as_serializer_error

from chat_api.lib.db.transactions import is_busy
from chat_api.lib.errors import ChatAPIError

logger = logging.getLogger("chat_api.hooks")

T = TypeVar("T")
F = TypeVar("F")

HOST_ERROR: Final = "HOST_ERROR"
_DELIBERATE: Final = (exceptions.APIException, ChatAPIError, Http404, PermissionDenied, DjangoValidationError)


class HookFailed(ChatAPIError):
    """A function of the host failed in a write, or where there is no result without it; nothing was written."""

    http_status = status.HTTP_503_SERVICE_UNAVAILABLE

    def __init__(self, setting: str) -> None:
        super().__init__(
            {"detail": "A function of this site failed. Nothing was written.", "code": HOST_ERROR}
        )
        self.setting = setting


class WrongResult(TypeError):
    """A hook returned a value of the wrong kind."""


@dataclass(slots=True)
class _Scope:
    """A request, a batch of frames or a delivery: settings logged in it, and whether exceptions are its response."""

    answers: bool
    logged: set[str] = field(default_factory=set)


_scope: Final[ContextVar[_Scope | None]] = ContextVar("chat_api_hooks", default=None)
#: Whether the current statement creates the savepoint of an outer hook.
_making_savepoint: Final[ContextVar[bool]] = ContextVar("chat_api_hooks_savepoint", default=False)


@contextmanager
def hook_scope(*, answers: bool = False) -> Iterator[None]:
    """Log each failing setting once in the block; inside another scope, that one continues.

    With `answers` the block is a request that only reads: if a filter raises `PermissionDenied`, `Http404` or an
    exception of DRF, that is the response. Elsewhere these count as failures.
    """
    if _scope.get() is not None:
        yield
        return
    token = _scope.set(_Scope(answers))
    try:
        yield
    finally:
        _scope.reset(token)


def _in_transaction() -> bool:
    return any(connection.in_atomic_block for connection in connections.all(initialized_only=True))


def _guarded(call: Callable[[], T]) -> T:
    """Return the result of `call`; if it raises, its changes to surrounding transactions are undone."""
    if not _in_transaction():
        return call()
    with guarded_transactions():
        return call()


def degraded(setting: str, call: Callable[[], T], *, fallback: F, answers: bool = False) -> T | F:
    """Return the result of `call`, or `fallback` if it raises; the error is logged with the name of the setting.

    `call` imports the hook, calls it and checks its result: each of these may raise. With `answers` (for filters,
    not for single values) deliberate exceptions pass in requests that read, see `hook_scope`. The error of a busy
    database passes inside a transaction. If the hook fails, its changes to a surrounding transaction are undone.
    """
    try:
        return _guarded(call)
    except Exception as error:
        scope = _scope.get()
        if isinstance(error, HookFailed):
            # A hook inside this one, which has logged it.
            return fallback
        if answers and isinstance(error, _DELIBERATE) and scope is not None and scope.answers:
            raise
        if _must_end_transaction(error):
            raise
        log_failure(setting, error)
        return fallback


def required(setting: str, call: Callable[[], T]) -> T:
    """Return the result of `call`. Raises `HookFailed` if it fails, and logs the error with the name of the setting.

    Deliberate exceptions (of Django, DRF and this package) pass, a Django `ValidationError` as that of DRF; so does
    the error of a busy database.
    """
    try:
        return _guarded(call)
    except DjangoValidationError as error:
        raise exceptions.ValidationError(as_serializer_error(error)) from error
    except _DELIBERATE:
        raise
    except Exception as error:
        if isinstance(error, OperationalError) and is_busy(error):
            raise
        log_failure(setting, error)
        raise HookFailed(setting) from error


def log_failure(setting: str, error: Exception) -> None:
    """Log the error of a hook, with the setting's name and the traceback, once per scope and setting."""
    scope = _scope.get()
    if scope is not None:
        if setting in scope.logged:
            return
        scope.logged.add(setting)
    logger.error("The host's %s failed.", setting, exc_info=error)


def _must_end_transaction(error: Exception) -> bool:
    """Return whether the surrounding transaction cannot continue after the error, wherever it was raised."""
    return isinstance(error, OperationalError) and is_busy(error) and _in_transaction()


@contextmanager
def guarded_transactions() -> Iterator[None]:
    """Undo, if the block fails, its changes in the surrounding transactions.

    A savepoint is created before the first query of the block: code without queries costs no statement.
    """
    open_ones = [each for each in connections.all(initialized_only=True) if each.in_atomic_block]
    if not open_ones:
        yield
        return
    guards = [_Guard(connection) for connection in open_ones]
    try:
        with ExitStack() as stack:
            for guard in guards:
                stack.enter_context(guard.connection.execute_wrapper(guard))
            yield
        # Releasing fails if the block has broken the transaction and swallowed the error.
        for guard in guards:
            guard.release()
    except Exception:
        for guard in guards:
            guard.roll_back()
        raise


class _Guard:
    """Creates a savepoint before the first query on a connection that is in a transaction."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self._savepoint: str | None = None
        self._needed_rollback = connection.needs_rollback
        self._callbacks = list(connection.run_on_commit)
        self._begun = False

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        if not (self._begun or _making_savepoint.get()):
            self._begun = True
            # In a transaction that is to be rolled back, Django itself rejects queries.
            self._savepoint = None if self._needed_rollback else self._new_savepoint()
        return execute(sql, params, many, context)

    def _new_savepoint(self) -> str | None:
        # The guard of an inner hook would take the statement for its own first query, and create its savepoint first.
        token = _making_savepoint.set(True)
        try:
            return self.connection.savepoint()
        finally:
            _making_savepoint.reset(token)

    def release(self) -> None:
        """Release the savepoint. Raises `DatabaseError` if the transaction is broken."""
        if self._savepoint is not None and self.connection.in_atomic_block:
            self.connection.savepoint_commit(self._savepoint)
            self._savepoint = None

    def roll_back(self) -> None:
        """Roll back to the savepoint, and restore the callbacks that wait for the commit."""
        if not self.connection.in_atomic_block:
            return
        if self._savepoint is not None:
            self.connection.needs_rollback = False
            self.connection.savepoint_rollback(self._savepoint)
            self.connection.needs_rollback = self._needed_rollback
        # This also drops callbacks that were registered before the first query, or without any.
        self.connection.run_on_commit = self._callbacks
