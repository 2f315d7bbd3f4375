"""A browser in front of the running example.

Tests that use it are skipped where there is none, or fail where CHAT_API_REQUIRE_SERVICES is set: it takes
``pip install --group browser`` and Debian's package chromium, or CHAT_API_CHROMIUM with the path of another one.
CHAT_API_SCREENSHOTS names a folder to keep pictures in.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from os import environ
from pathlib import Path
from typing import Any

import pytest

from tests import services
from tests.docs.examples import ROOT, environment, free_port, serving

CHROMIUM = environ.get("CHAT_API_CHROMIUM", "/usr/bin/chromium")
MANAGE = str(ROOT / "example" / "manage.py")

if services.required():
    from playwright import sync_api as playwright
else:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
if not Path(CHROMIUM).exists():
    missing = f"there is no browser at {CHROMIUM}"
    if services.required():
        raise services.ServiceUnavailable(missing)
    pytest.skip(missing, allow_module_level=True)
#: Longer than anything takes; it only ends a test that would hang.
PATIENCE_MS = 120_000
Error = playwright.Error
expect = playwright.expect
expect.set_options(timeout=PATIENCE_MS)

Open = Callable[..., Any]


class Clinic:
    """The example project, which can be stopped and started again; with the conversations of its sample, or bare."""

    def __init__(self, place: Path, *, sample: bool = False) -> None:
        self.place, self.port, self._running = place, free_port(), ExitStack()
        self.options = () if sample else ("--bare",)
        self.base = f"http://127.0.0.1:{self.port}"
        self.env = environment(
            without=("REDIS_URL", "AMQP_URL"),
            CLINIC_DATABASE=str(self.place / "clinic.sqlite3"),
            CLINIC_MEDIA=str(self.place / "media"),
        )

    def manage(self, *arguments: str) -> None:
        """Run a management command of the example."""
        command = [sys.executable, MANAGE, *arguments]
        subprocess.run(command, env=self.env, check=True, capture_output=True)

    def start(self) -> None:
        """Serve the example."""
        command = (sys.executable, MANAGE, "demo", *self.options, "--port", str(self.port))
        self._running.enter_context(serving(*command, port=self.port, cwd=self.place, env=self.env))

    def stop(self) -> None:
        """Stop the server."""
        self._running.close()


@contextmanager
def browser(*options: str) -> Iterator[Any]:
    """Run a browser while the block lasts, with more options of its command line."""
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *options])
        yield launched
        launched.close()


@contextmanager
def browser_beside_django(*options: str) -> Iterator[Any]:
    """Start a browser for tests that use the database: only for as long as one module runs.

    The driver keeps an event loop running in this thread, which Django takes for a coroutine.
    """
    with pytest.MonkeyPatch.context() as patch, browser(*options) as it:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield it


def foreign(url: str, clinic: Clinic) -> list[str]:
    """Return the error of a request to another host; everything must come from the example."""
    here = (clinic.base, clinic.base.replace("http", "ws"), f"blob:{clinic.base}", "data:")
    return [] if url.startswith(here) else [f"The page asked for {url}"]


def picture(page: Any, name: str) -> None:
    """Save a screenshot of the page if a folder for it is named."""
    folder = environ.get("CHAT_API_SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png")
