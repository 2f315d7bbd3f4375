"""The library serves hosts that change the global defaults of Django REST framework."""

from __future__ import annotations

import subprocess
import sys
from os import environ
from pathlib import Path

import pytest

from tests.settings_drf import DEFAULTS

pytestmark = pytest.mark.slow


# None of these defaults affects the database.
@pytest.mark.sqlite_only
@pytest.mark.parametrize("which", DEFAULTS)
def test_library_works_with_drf_defaults_of_the_host(which: str) -> None:
    here = Path(__file__).parent
    options = ["--ds=tests.settings_drf", "--create-db", "-p", "no:cacheprovider", "-p", "no:randomly"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", *options, str(here / "drf_defaults.py")],
        cwd=here.parent.parent,
        env={
            **environ,
            "CHAT_API_TEST_DRF": which,
            "CHAT_API_TEST_DATABASE": "sqlite",
            "CHAT_API_TEST_DB_SUFFIX": f"{environ.get('CHAT_API_TEST_DB_SUFFIX', '')}_drf_{[*DEFAULTS].index(which)}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
