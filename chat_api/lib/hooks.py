"""The one way in which this package calls code of the host: functions and classes that `CHAT_SETTINGS` names.

The house rule: a hook that raises harms only what it was asked for, it is logged with the setting's name and its
traceback, and it never makes a response a 500.

* `degraded` is for reads: the value that was asked for becomes a fallback (null; for filters: hidden).
* `required` is for writes: `HookFailed` (503, `HOST_ERROR`) refuses the write, and its transaction is rolled back.

What a hook raises on purpose keeps its meaning where somebody can be answered: errors of Django's and DRF's that stand
for a response. A database that is busy is no fault of the hook, and goes on to where the write is refused.
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
    """A function of the host failed in a write, or where nothing can be shown without it; nothing was written."""

    http_status = status.HTTP_503_SERVICE_UNAVAILABLE

    def __init__(self, setting: str) -> None:
        super().__init__(
            {"detail": "A function of this site failed. Nothing was written.", "code": HOST_ERROR}
        )
        self.setting = setting


class WrongResult(TypeError):
    """A hook returned something that it may not return."""


@dataclass(slots=True)
class _Scope:
    """A request, a batch of frames or a delivery: what was logged in it, and whether a refusal would reach anybody."""

    answers: bool
    logged: set[str] = field(default_factory=set)


_scope: Final[ContextVar[_Scope | None]] = ContextVar("chat_api_hooks", default=None)
#: Whether the statement under way is a savepoint of a hook around the one that runs.
_making_savepoint: Final[ContextVar[bool]] = ContextVar("chat_api_hooks_savepoint", default=False)


@contextmanager
def hook_scope(*, answers: bool = False) -> Iterator[None]:
    """Log each failing setting once in the block; an outer scope goes on.

    With `answers` the block is a request that only reads: a filter that raises `PermissionDenied`, `Http404` or an
    exception of DRF's answers the request with it. Elsewhere these are failures as any other.
    """
    if _scope.get() is not None:
        yield
        return
    token = _scope.set(_Scope(answers))
    try:
        yield
    finally:
        _scope.reset(token)


def degraded(setting: str, call: Callable[[], T], *, fallback: F, answers: bool = False) -> T | F:
    """Return what `call` returns, else `fallback` where it raises, which is logged with the name of the setting.

    `call` looks the hook up, calls it and checks what it returned: all of that may raise. With `answers` (filters,
    not single values) deliberate exceptions pass in requests that read, see `hook_scope`. A busy database passes in a
    transaction. Nothing that the hook did to a transaction around it remains.
    """
    try:
        with guarded_transactions():
            return call()
    except Exception as error:
        scope = _scope.get()
        if isinstance(error, HookFailed):
            # Another hook, inside this one; it was logged there.
            return fallback
        if answers and isinstance(error, _DELIBERATE) and scope is not None and scope.answers:
            raise
        if _must_end_transaction(error):
            raise
        log_failure(setting, error)
        return fallback


def required(setting: str, call: Callable[[], T]) -> T:
    """Return what `call` returns. Raises `HookFailed` where it fails, which is logged with the name of the setting.

    Deliberate exceptions (Django's and DRF's own, and ours) pass, a Django `ValidationError` as DRF's; so does a
    database that is busy.
    """
    try:
        with guarded_transactions():
            return call()
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
    """Log what a hook raised, with the setting's name and the traceback; once a scope and setting."""
    scope = _scope.get()
    if scope is not None:
        if setting in scope.logged:
            return
        scope.logged.add(setting)
    logger.error("The host's %s failed.", setting, exc_info=error)


def _must_end_transaction(error: Exception) -> bool:
    """Return whether the surrounding transaction cannot go on after the error, whatever it was raised for."""
    return (
        isinstance(error, OperationalError)
        and is_busy(error)
        and any(connection.in_atomic_block for connection in connections.all(initialized_only=True))
    )


@contextmanager
def guarded_transactions() -> Iterator[None]:
    """Roll back to where the block began what a failing block did in the transactions around it.

    A savepoint is made when the block first queries: code that asks the database nothing costs no statement.
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
        # Releasing fails where the block has broken the transaction and kept silent about it.
        for guard in guards:
            guard.release()
    except Exception:
        for guard in guards:
            guard.roll_back()
        raise


class _Guard:
    """Makes a savepoint at the first query on a connection that is in a transaction."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self._savepoint: str | None = None
        self._needed_rollback = connection.needs_rollback
        self._callbacks = list(connection.run_on_commit)
        self._begun = False

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        if not (self._begun or _making_savepoint.get()):
            self._begun = True
            # Django refuses queries itself in a transaction that is to be rolled back.
            self._savepoint = None if self._needed_rollback else self._new_savepoint()
        return execute(sql, params, many, context)

    def _new_savepoint(self) -> str | None:
        # A hook inside this one would take the statement for its own first query, and make its savepoint before this.
        token = _making_savepoint.set(True)
        try:
            return self.connection.savepoint()
        finally:
            _making_savepoint.reset(token)

    def release(self) -> None:
        """Forget the savepoint. Raises `DatabaseError` where the transaction is broken."""
        if self._savepoint is not None and self.connection.in_atomic_block:
            self.connection.savepoint_commit(self._savepoint)
            self._savepoint = None

    def roll_back(self) -> None:
        """Go back to the savepoint; what was before it, and what waits for the commit, is as it was."""
        if not self.connection.in_atomic_block:
            return
        if self._savepoint is not None:
            self.connection.needs_rollback = False
            self.connection.savepoint_rollback(self._savepoint)
            self.connection.needs_rollback = self._needed_rollback
        # Also what was registered before the first query, or without any.
        self.connection.run_on_commit = self._callbacks
