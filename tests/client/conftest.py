"""Fixtures of tests with the client: servers for each module, a browser, pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.client.pages_of import Pages
from tests.client.serving import Host, Hosts, redis_is_there, require, serving_hosts
from tests.conftest import needs


@pytest.fixture(scope="module")
def hosts(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosts]:
    """The servers around the web processes of the tests of a module."""
    needs("postgres")
    if not redis_is_there():
        require("redis-server", "install redis-server or valkey-server")
    with serving_hosts(tmp_path_factory.mktemp("hosts")) as made:
        yield made


@pytest.fixture(scope="module")
def host(hosts: Hosts) -> Host:
    """The project with its default settings."""
    return hosts.start()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser; where there is none, the tests are skipped, or fail if services are required."""
    # Imported here, because it skips whatever imports it without a browser.
    from tests.docs.browsing import browser_beside_django

    with browser_beside_django("--host-resolver-rules=MAP *.example.* 127.0.0.1") as it:
        yield it


@pytest.fixture
def pages(chromium: Any, transactional_db: None) -> Iterator[Pages]:
    """Profiles of the browser and their pages, on which no error and no violation of the policy may occur."""
    made = Pages(chromium)
    yield made
    made.close()
    assert made.problems == []
