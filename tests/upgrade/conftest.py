"""Databases to upgrade."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.upgrade.databases import Rows, all_rows, load_legacy, migrate, throwaway_database


@pytest.fixture(scope="module")
def empty_database(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """An empty database as the default one."""
    with django_db_blocker.unblock(), throwaway_database(tmp_path_factory.mktemp("upgrade")):
        yield


@pytest.fixture(scope="module")
def legacy_rows(empty_database: None) -> Rows:
    """The rows of a database of release 0.8.8 before its upgrade."""
    load_legacy()
    return all_rows("auth_user")


@pytest.fixture(scope="module")
def upgraded(legacy_rows: Rows) -> str:
    """The stderr of `migrate` on a database of release 0.8.8."""
    return migrate()
