"""A whole run of the suite has met every response that the documents declare.

Each process records what it met (`watching.MET`); under xdist the workers hand it to the controller, which compares.
A run of some tests only (paths, `-k`, `-m`, `--lf`) is not compared, nor one in which a test failed.
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
    """The plugin of pytest; there is one in each process."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._missing: list[str] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take over what a worker met."""
        watching.MET.update(tuple(met) for met in getattr(node, "workeroutput", {}).get(_KEY, ()))

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Hand over what was met; in the controller, fail a whole run that met too little."""
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_KEY] = sorted(watching.MET)
        elif exitstatus == pytest.ExitCode.OK and self._is_whole():
            self._missing = sorted(missing())
            if self._missing:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Name what is declared and was not met."""
        if self._missing:
            terminalreporter.section("declared, and met by no test", red=True)
            for line in self._missing:
                terminalreporter.write_line(line)

    def _is_whole(self) -> bool:
        option = self._config.option
        everything = list(self._config.args) in (self._config.getini("testpaths"), ["tests"])
        return everything and not any(getattr(option, name, None) for name in _SELECTING)


def missing() -> Iterable[str]:
    """Yield each declared response that was not met by now."""
    from tests.openapi.documents import all_operations
    from tests.openapi.sockets import SOCKET, declared

    for operation in all_operations():
        for status in operation.responses:
            if (operation.name, status) not in watching.MET:
                yield f"{operation.name}: {status}"
    for name in declared():
        if (SOCKET, name) not in watching.MET:
            yield f"{SOCKET}: {name}"
