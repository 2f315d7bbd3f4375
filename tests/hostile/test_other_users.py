"""The library works in a host with a custom user model."""

from __future__ import annotations

import subprocess
import sys
from os import environ
from pathlib import Path

import pytest

# Its database is SQLite in any case.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]


def test_users_with_uuid_keys_and_without_names_are_supported() -> None:
    here = Path(__file__).parent
    settings = [
        "--ds=tests.upgrade.another_host",
        "--create-db",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
    ]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", *settings, str(here / "other_users.py")],
        cwd=here.parent.parent,
        env={
            **environ,
            "CHAT_API_TEST_DATABASE": "sqlite",
            "CHAT_API_TEST_DB_SUFFIX": environ.get("CHAT_API_TEST_DB_SUFFIX", "") + "_others",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "14 passed" in ran.stdout
