"""Runs the suite on SQLite and, if a server is found or can be started, on PostgreSQL.

``python -m tests [arguments of pytest]``; the exit code is 0 only if every pass is green. If the arguments name no
tests, hosts with several databases follow, each with the tests most likely to use the wrong one; ``-m "not slow"``
skips them. ``--hosts`` runs these hosts alone, each on both databases and with every test for which the databases of a
host matter.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests import services

#: The settings of hosts with several databases, and the database that each of them is run on.
HOSTS: Final = {"tests.settings_replica": "sqlite", "tests.settings_second_database": "postgres"}
#: The tests that run in these hosts in every run of the suite.
HOST_TESTS: Final = (
    "tests/hosts",
    "tests/chat/test_members.py",
    "tests/chat/test_messages.py",
    "tests/surveys/test_items.py",
    "tests/surveys/test_starting.py",
    "tests/realtime/test_catch_up.py",
    "tests/realtime/test_delivery.py",
    "tests/realtime/test_logout.py",
    "tests/realtime/test_tickets.py",
    "tests/notifications/test_delivery.py",
    "tests/notifications/test_failures.py",
    "tests/notifications/test_wakeup.py",
)
#: The tests that run in these hosts with ``--hosts``.
ALL_HOST_TESTS: Final = (
    "tests/hosts",
    "tests/chat",
    "tests/surveys",
    "tests/realtime",
    "tests/notifications",
    "tests/attachments",
    "tests/search",
    "tests/hostile",
    "tests/schemas",
)


def main(arguments: list[str]) -> int:
    """Print the services found, run each pass and return the exit code."""
    print("\n".join(services.report()), flush=True)
    postgres = services.find("postgres").url is not None
    if not postgres and services.required():
        print("CHAT_API_REQUIRE_SERVICES is set, and there is no PostgreSQL.", file=sys.stderr)
        return 1
    databases = ["sqlite", "postgres"] if postgres else ["sqlite"]
    if not postgres:
        print("The suite runs on SQLite only; what holds on PostgreSQL alone is left out.", flush=True)
    if "--hosts" in arguments:
        arguments = [argument for argument in arguments if argument != "--hosts"]
        codes = [
            _run(database, [*arguments, *ALL_HOST_TESTS], settings=settings)
            for settings in HOSTS
            for database in databases
        ]
        return int(any(codes))
    codes = [_run(database, arguments) for database in databases]
    if "DJANGO_SETTINGS_MODULE" not in os.environ and not any(map(_names_tests, arguments)):
        if any("not slow" in argument for argument in arguments):
            print("\nHosts with several databases are skipped; `make hosts` runs them.", flush=True)
        else:
            codes.extend(_run_hosts(arguments, databases))
    # A pass that a signal ended has a negative code.
    return int(any(codes))


def _run_hosts(arguments: list[str], databases: list[str]) -> list[int]:
    return [
        _run(database if database in databases else "sqlite", [*arguments, *HOST_TESTS], settings=settings)
        for settings, database in HOSTS.items()
    ]


def _names_tests(argument: str) -> bool:
    return Path(argument.partition("::")[0]).exists()


def _run(database: str, arguments: list[str], *, settings: str | None = None) -> int:
    """Run one pass and return its exit code."""
    print(f"\n=== {database}{f', {settings}' if settings else ''} ===", flush=True)
    environment = {**os.environ, "CHAT_API_TEST_DATABASE": database}
    if settings:
        environment["DJANGO_SETTINGS_MODULE"] = settings
    # Slow tests come in groups: a worker without tests takes some of those that another one still has.
    command = [sys.executable, "-m", "pytest", "-n", "auto", "--dist", "worksteal", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
