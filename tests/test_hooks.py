"""The wrapper around every call of a host's function."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DatabaseError, OperationalError, transaction
from django.http import Http404
from rest_framework.exceptions import ValidationError

from chat_api.lib.hooks import HookFailed, degraded, hook_scope, required
from tests.databases import connection
from tests.factories import UserFactory


def failing(error: Exception) -> Callable[[], Any]:
    def hook() -> Any:
        raise error

    return hook


def broken_query() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM there_is_no_such_table")


def silently_broken_query() -> str:
    try:
        broken_query()
    except DatabaseError:
        pass
    return "fine"


def test_failed_read_returns_the_fallback_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert degraded("USER_LANGUAGE", failing(RuntimeError("no profile")), fallback=None) is None

    (record,) = caplog.records
    assert "USER_LANGUAGE" in record.getMessage()
    assert record.exc_info
    assert "no profile" in str(record.exc_info[1])


def test_scope_logs_each_setting_once(caplog: pytest.LogCaptureFixture) -> None:
    with hook_scope():
        for setting in ("USER_PHONE", "USER_LANGUAGE", "USER_PHONE"):
            with hook_scope():
                degraded(setting, failing(RuntimeError()), fallback=None)
    assert [record.args for record in caplog.records] == [("USER_PHONE",), ("USER_LANGUAGE",)]


def test_failed_write_is_rejected_with_a_code(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(HookFailed) as caught:
        required("CUSTOM_ATTACHMENTS_PRE_SAVE", failing(KeyError("src")))
    assert caught.value.http_status == 503
    assert caught.value.errors["code"] == "HOST_ERROR"
    assert "CUSTOM_ATTACHMENTS_PRE_SAVE" in caplog.text


@pytest.mark.parametrize("error", [ValidationError("no"), PermissionDenied(), Http404()])
def test_deliberate_exceptions_pass_in_writes(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(type(error)):
        required("ATTACHMENT_REFERENCE_FILTER", failing(error))
    assert not caplog.records


def test_validation_error_of_django_becomes_that_of_drf_in_writes() -> None:
    with pytest.raises(ValidationError) as caught:
        required("CUSTOM_ATTACHMENTS_PRE_SAVE", failing(DjangoValidationError({"title": ["Too bold."]})))
    assert caught.value.detail == {"title": ["Too bold."]}


def test_deliberate_exceptions_pass_in_reads_only_if_there_is_a_response() -> None:
    hook = failing(PermissionDenied())
    with hook_scope(answers=True), pytest.raises(PermissionDenied):
        degraded("CHAT_MESSAGE_FILTER_QUERYSET", hook, fallback=None, answers=True)
    with hook_scope(answers=True):
        assert degraded("CUSTOM_ATTACHMENTS_GET_SRC", hook, fallback=None) is None
    with hook_scope():
        assert degraded("CHAT_MESSAGE_FILTER_QUERYSET", hook, fallback=None, answers=True) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("atomic_inside", [False, True])
def test_broken_query_in_a_hook_keeps_the_transaction_usable(atomic_inside: bool) -> None:
    def hook() -> None:
        UserFactory.create(username="of the hook")
        if atomic_inside:
            with transaction.atomic(savepoint=False):
                broken_query()
        broken_query()

    with transaction.atomic():
        kept = UserFactory.create(username="kept")
        assert degraded("USER_LANGUAGE", hook, fallback="en") == "en"
        assert type(kept).objects.filter(username="kept").exists()
    assert list(type(kept).objects.values_list("username", flat=True)) == ["kept"]


@pytest.mark.django_db
def test_broken_query_in_a_nested_hook_keeps_the_transaction_usable() -> None:
    with transaction.atomic(using=connection.alias):
        user = UserFactory.create()
        inner = partial(required, "THREAD_INVITEES", broken_query)
        assert degraded("ACCOUNT_SERIALIZER", inner, fallback="hidden") == "hidden"
        with pytest.raises(HookFailed):
            required("THREAD_INVITEES", inner)
        assert type(user).objects.filter(pk=user.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_hook_that_swallows_its_broken_query_keeps_the_transaction_usable() -> None:
    with transaction.atomic():
        result = degraded("USER_LANGUAGE", silently_broken_query, fallback="failed")
        kept = UserFactory.create()
    assert result == ("failed" if connection.vendor == "postgresql" else "fine")
    assert type(kept).objects.filter(pk=kept.pk).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("queries", ["first", "last", "never"])
def test_commit_callbacks_of_a_failed_hook_are_not_called(queries: str) -> None:
    called: list[str] = []

    def hook() -> None:
        if queries == "first":
            UserFactory.create()
        transaction.on_commit(lambda: called.append("the hook's"))
        if queries == "last":
            UserFactory.create()
        raise RuntimeError

    with transaction.atomic():
        transaction.on_commit(lambda: called.append("ours"))
        degraded("USER_LANGUAGE", hook, fallback=None)
    assert called == ["ours"]


@pytest.mark.django_db(transaction=True)
def test_savepoint_is_created_only_for_hooks_that_query(django_assert_num_queries: Any) -> None:
    user = UserFactory.create()
    with transaction.atomic():
        with django_assert_num_queries(0):
            degraded("USER_LANGUAGE", lambda: user.username, fallback=None)
        with django_assert_num_queries(3):
            degraded("USER_LANGUAGE", user.refresh_from_db, fallback=None)
    with django_assert_num_queries(1):
        degraded("USER_LANGUAGE", user.refresh_from_db, fallback=None)


@pytest.mark.django_db(transaction=True)
def test_error_of_a_busy_database_passes_in_transactions_and_writes() -> None:
    error = OperationalError("database is locked")
    error.__cause__ = type("Locked", (Exception,), {"sqlstate": "55P03"})()
    assert degraded("USER_LANGUAGE", failing(error), fallback=None) is None
    with transaction.atomic(), pytest.raises(OperationalError):
        degraded("USER_LANGUAGE", failing(error), fallback=None)
    with pytest.raises(OperationalError):
        required("USER_LANGUAGE", failing(error))
