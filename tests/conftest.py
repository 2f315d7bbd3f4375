"""Fixtures and markers for all tests: servers, and databases of the right kind."""

import os
from collections.abc import Iterator
from functools import partial
from typing import Any, cast

import pytest
from django.db import connections
from django.utils import translation

from tests import databases, services
from tests.caching import empty_cache
from tests.databases import connection
from tests.openapi import sockets, watching
from tests.openapi.coverage import Coverage
from tests.realtime.gates import open_gates


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "postgres_only: holds on PostgreSQL alone (row locks, threads); skipped in the SQLite pass"
    )
    config.addinivalue_line("markers", "sqlite_only: holds on SQLite alone; skipped in the PostgreSQL pass")
    watching.watch()
    sockets.watch()
    config.pluginmanager.register(Coverage(config))
    for name in services.KINDS:
        # Before the workers start, so that they inherit the result.
        services.find(name)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are processors: tests with servers and browsers wait for these."""
    return (os.cpu_count() or 1) + 1


def pytest_report_header() -> list[str]:
    return [f"database: {connection.vendor}", *services.report()]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres_only"):
        _needs_vendor("postgresql")
    if item.get_closest_marker("sqlite_only"):
        _needs_vendor("sqlite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        uses = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        if uses and item.get_closest_marker("django_db") is None:
            item.add_marker("django_db")
        for mark in item.iter_markers("django_db"):
            # Tests can use every writable database; queries to a replica fail.
            cast("dict[str, Any]", mark.kwargs).setdefault("databases", databases.WRITTEN)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Set up the replica, too, if the host has one: no test names it."""
    with django_db_blocker.unblock(), databases.replica():
        yield


def _needs_vendor(vendor: str) -> None:
    if connection.vendor != vendor:
        choice = "postgres" if vendor == "postgresql" else vendor
        pytest.skip(f"holds on {vendor} alone: it runs with CHAT_API_TEST_DATABASE={choice}")


def needs(name: str) -> str:
    """Return the URL of that server; without one, skip the test, or fail it if servers are required."""
    service = services.find(name)
    if service.url is not None:
        return service.url
    reason = f"needs {name}: {service.origin}. {services.KINDS[name].advice}"
    if services.required():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture
def postgres_only() -> None:
    """Skips the test except on PostgreSQL."""
    _needs_vendor("postgresql")


@pytest.fixture
def needs_redis() -> str:
    """The URL of a Redis server. It may be in use by others: use keys with your own prefix."""
    return needs("redis")


@pytest.fixture
def needs_rabbitmq() -> str:
    """The URL of a RabbitMQ server. It may be in use by others: use queues with your own names."""
    return needs("rabbitmq")


@pytest.fixture(autouse=True)
def _reset_language() -> Iterator[None]:
    yield
    # Django keeps the language of a request in the thread until the next request sets its own.
    translation.deactivate()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    # Invalidation is not enough: it uses the clock, which a test may have moved into the future.
    empty_cache()


@pytest.fixture(autouse=True)
def _open_gates() -> None:
    open_gates()


@pytest.fixture
def django_assert_num_queries(django_assert_num_queries: Any) -> Any:
    """The fixture of pytest-django for the database of the chat."""
    return partial(django_assert_num_queries, connection=connections[connection.alias])


@pytest.fixture
def django_assert_max_num_queries(django_assert_max_num_queries: Any) -> Any:
    """The fixture of pytest-django for the database of the chat."""
    return partial(django_assert_max_num_queries, connection=connections[connection.alias])


@pytest.fixture
def django_capture_on_commit_callbacks(django_capture_on_commit_callbacks: Any) -> Any:
    """The fixture of pytest-django for the transactions of the chat."""
    return partial(django_capture_on_commit_callbacks, using=connection.alias)


@pytest.fixture(autouse=True)
def _frames_match_the_asyncapi_document() -> Iterator[None]:
    sockets.WRONG.clear()
    yield
    assert sockets.WRONG == []
