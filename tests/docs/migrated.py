"""Databases of projects with their tables: migrated once for all tests that are not about migrations."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import django

from tests.docs.examples import ROOT, environment

_FOLDER = ROOT / ".testdata"


def migrate_once(project: str, database: Path, migrate: Callable[[], object]) -> None:
    """Create a migrated database for the project: a copy, unless it is the first one of these migrations.

    The migrations of other apps are not compared: who gets the database migrates it, which takes no time.
    """
    kept = _FOLDER / f"migrated-{project}-{_migrations()}.sqlite3"
    if kept.exists():
        _copy(kept, database)
        return
    migrate()
    # Other processes do the same at the same time; nobody sees half a file.
    ready = _FOLDER / f"{kept.name}.{os.getpid()}"
    _copy(database, ready)
    for outdated in _FOLDER.glob(f"migrated-{project}-*.sqlite3"):
        outdated.unlink(missing_ok=True)
    ready.replace(kept)


def migrate_example(database: Path) -> None:
    """Create a migrated database for the example project."""
    command = [sys.executable, str(ROOT / "example" / "manage.py"), "migrate", "--verbosity=0"]
    env = environment(CLINIC_DATABASE=str(database))
    migrate_once("example", database, lambda: subprocess.run(command, env=env, check=True))


def _copy(database: Path, copy: Path) -> None:
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _migrations() -> str:
    """Return a name for the migrations as they are now."""
    found = hashlib.sha256(django.get_version().encode())
    for path in sorted((ROOT / "chat_api" / "migrations").glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
