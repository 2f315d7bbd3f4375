"""What the tests with a browser share: the example, served with a database of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.examples import ROOT, environment


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that is ready to be served."""
    path = tmp_path_factory.mktemp("page") / "clinic.sqlite3"
    command = [sys.executable, str(ROOT / "example" / "manage.py"), "demo", "--no-serve"]
    subprocess.run(command, env=environment(CLINIC_DATABASE=str(path)), check=True, capture_output=True)
    return path


@pytest.fixture
def clinic(tmp_path: Path, database: Path) -> Iterator[Any]:
    """The example, served, with a database of its own."""
    # Only tests that have a browser come here.
    from tests.docs.browsing import Clinic

    shutil.copy(database, tmp_path)
    made = Clinic(tmp_path)
    made.start()
    yield made
    made.stop()
