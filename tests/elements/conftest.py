"""Fixtures: the demo, a browser, and windows in which no error may occur."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import needs
from tests.databases import connection
from tests.elements.clinics import Clinic


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """The running demo."""
    if connection.vendor != "postgresql":
        pytest.skip("it runs with CHAT_API_TEST_DATABASE=postgres")
    from tests.client.serving import redis_is_there, require
    from tests.elements.serving import serving_clinic

    url = needs("postgres")
    if not redis_is_there():
        require("redis-server", "install redis-server or valkey-server")
    with serving_clinic(url, tmp_path_factory.mktemp("clinic")) as base:
        yield Clinic(base)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser; where there is none, the tests are skipped, or fail if services are required."""
    # Imported here, because it skips whatever imports it without a browser.
    from tests.docs.browsing import browser_beside_django

    with browser_beside_django("--enable-features=OverlayScrollbar") as it:
        yield it


@pytest.fixture
def windows(chromium: Any, clinic: Clinic) -> Iterator[Any]:
    """Windows of browsers, on whose pages no error and no violation of the policy may occur."""
    from tests.elements.windows import Windows

    made = Windows(chromium, clinic)
    yield made
    made.close()
    assert made.problems == []
