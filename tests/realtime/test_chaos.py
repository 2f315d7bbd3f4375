"""A small chaos run: real servers, real sockets, killed processes. ``make chaos`` is the full one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import services

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.slow
@pytest.mark.postgres_only
def test_no_event_is_lost_while_servers_are_killed() -> None:
    if shutil.which("redis-server") is None and shutil.which("valkey-server") is None:
        reason = "needs redis-server on the PATH, to kill it"
        if services.required():
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    size = ["--messages", "160", "--sockets", "8", "--writers", "4", "--seconds", "150"]
    database = f"chat_api_chaos_{os.getpid()}"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.chaos", *size, "--database", database],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    assert result["complete"]
    assert (result["messages"], result["events"], result["sockets"]) == (160, 160, 8)
    assert result["reconnects"] > 0
