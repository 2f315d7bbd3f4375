"""`python -m tests`: which passes follow from the arguments."""

from typing import Any

import pytest

from tests import __main__ as suite
from tests import services

ON_BOTH = [("sqlite", None), ("postgres", None)]
HOSTS = [("sqlite", "tests.settings_replica"), ("postgres", "tests.settings_second_database")]


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the passes of a run as (database, settings), with the arguments of the first one."""

    def run(*arguments: str) -> tuple[list[tuple[str, str | None]], list[str]]:
        started: list[tuple[str, str | None]] = []
        sent: list[list[str]] = []

        def note(database: str, passed: list[str], *, settings: str | None = None) -> int:
            started.append((database, settings))
            sent.append(passed)
            return 0

        monkeypatch.setattr(suite, "_run", note)
        assert suite.main(list(arguments)) == 0
        return started, sent[0]

    found = services.Service("postgres", "postgres://localhost/", "found")
    monkeypatch.setattr(services, "find", lambda name: found)
    monkeypatch.setattr(services, "report", list)
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    return run


def test_whole_suite_is_followed_by_hosts_with_several_databases(passes: Any) -> None:
    assert passes() == ([*ON_BOTH, *HOSTS], [])


def test_hosts_are_skipped_without_slow_tests(passes: Any) -> None:
    assert passes("-m", "not slow") == (ON_BOTH, ["-m", "not slow"])


def test_hosts_are_skipped_if_tests_are_named(passes: Any) -> None:
    assert passes("tests/engine", "-x") == (ON_BOTH, ["tests/engine", "-x"])


def test_hosts_alone_run_on_both_databases(passes: Any) -> None:
    started, _ = passes("--hosts")
    assert sorted(started, key=str) == sorted(
        ((database, settings) for database, _ in ON_BOTH for _, settings in HOSTS), key=str
    )
