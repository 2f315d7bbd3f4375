"""Fixtures of tests with a browser: the example project, served with its own database."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.examples import ROOT, environment
from tests.docs.migrated import migrate_example


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared database of the example project."""
    path = tmp_path_factory.mktemp("page") / "clinic.sqlite3"
    migrate_example(path)
    command = [sys.executable, str(ROOT / "example" / "manage.py"), "demo", "--bare", "--no-serve"]
    subprocess.run(command, env=environment(CLINIC_DATABASE=str(path)), check=True, capture_output=True)
    return path


@pytest.fixture
def clinic(tmp_path: Path, database: Path) -> Iterator[Any]:
    """The running example project, with its own database."""
    # Imported here, because only tests with a browser have its package.
    from tests.docs.browsing import Clinic

    shutil.copy(database, tmp_path)
    made = Clinic(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def clinic_with_sample(tmp_path: Path, database: Path) -> Iterator[Any]:
    """The running example project, with the conversations of its sample."""
    from tests.docs.browsing import Clinic

    shutil.copy(database, tmp_path)
    made = Clinic(tmp_path, sample=True)
    made.start()
    yield made
    made.stop()
