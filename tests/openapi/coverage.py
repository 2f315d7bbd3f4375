"""A whole run of the suite must contain every response that the documents declare.

Each process records the responses that occurred (`watching.MET`); under xdist, the workers pass them to the controller,
which compares. A run of selected tests (paths, `-k`, `-m`, `--lf`) or with a failed test is not compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pytest

from tests.openapi import watching

_KEY: Final = "chat_api_met"
_SELECTING: Final = (
    "keyword",
    "markexpr",
    "lf",
    "failedfirst",
    "deselect",
    "maxfail",
    "collectonly",
    "stepwise",
)


class Coverage:
    """The pytest plugin; there is one in each process."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._missing: list[str] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Collect the responses of a worker."""
        watching.MET.update(tuple(met) for met in getattr(node, "workeroutput", {}).get(_KEY, ()))

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Pass the responses to the controller; in the controller, fail a whole run in which some are missing."""
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_KEY] = sorted(watching.MET)
        elif exitstatus == pytest.ExitCode.OK and self._is_whole():
            self._missing = sorted(missing())
            if self._missing:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """List declared responses that did not occur."""
        if self._missing:
            terminalreporter.section("declared responses that occurred in no test", red=True)
            for line in self._missing:
                terminalreporter.write_line(line)

    def _is_whole(self) -> bool:
        option = self._config.option
        everything = list(self._config.args) in (self._config.getini("testpaths"), ["tests"])
        return everything and not any(getattr(option, name, None) for name in _SELECTING)


def missing() -> Iterable[str]:
    """Yield each declared response that has not occurred."""
    from tests.openapi.documents import all_operations
    from tests.openapi.sockets import SOCKET, declared

    for operation in all_operations():
        for status in operation.responses:
            if (operation.name, status) not in watching.MET:
                yield f"{operation.name}: {status}"
    for name in declared():
        if (SOCKET, name) not in watching.MET:
            yield f"{SOCKET}: {name}"
