"""The example project with its sample, served by uvicorn with PostgreSQL and Redis.

Its database is a copy of a template, which is created once for these migrations and this example.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ, pathsep
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.chaos_servers import Server, free_port, redis_command, web_command
from tests.docs.examples import ROOT

_PREFIX = "chat_api_elements_"
_LOCK = 7_266_901
_KEPT = ROOT / ".testdata"
_SOURCES = (
    "chat_api/migrations/*.py",
    "example/**/*.py",
    "example/questionnaires/*.yaml",
    "tests/elements/names.py",
    "tests/elements/site/*.py",
)


@contextmanager
def serving_clinic(server_url: str, folder: Path) -> Iterator[str]:
    """Serve it during the block, and yield its URL."""
    redis_port, port = free_port(), free_port()
    with _database(server_url, folder) as variables:
        env = {**_environment(**variables), "REDIS_URL": f"redis://127.0.0.1:{redis_port}"}
        redis = Server(redis_command(redis_port), redis_port, env, folder / "redis.log")
        web = Server(web_command(port, "clinic.asgi:application"), port, env, folder / "web.log")
        try:
            redis.start()
            web.start()
            yield f"http://127.0.0.1:{port}"
        finally:
            web.kill()
            redis.kill()


def _environment(**variables: str) -> dict[str, str]:
    kept = {key: value for key, value in environ.items() if key not in ("AMQP_URL", "REDIS_URL")}
    path = pathsep.join((str(ROOT), str(ROOT / "example")))
    return {**kept, "DJANGO_SETTINGS_MODULE": "tests.elements.site.settings", "PYTHONPATH": path, **variables}


@contextmanager
def _database(server_url: str, folder: Path) -> Iterator[dict[str, str]]:
    """Yield the variables that name a database and a folder for uploads, which end with the block."""
    import psycopg

    name, media = f"clinic_{uuid4().hex}", folder / "media"
    with psycopg.connect(server_url, autocommit=True) as server:
        # Whoever comes first creates the template; others wait.
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        template = _template(server, server_url)
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        server.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        shutil.copytree(_KEPT / template, media)
        try:
            yield _variables(server_url, name, media)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _variables(server_url: str, name: str, media: Path) -> dict[str, str]:
    address, mark, options = server_url.partition("?")
    url = f"{address.rpartition('/')[0]}/{name}{mark}{options}"
    return {"CLINIC_DATABASE_URL": url, "CLINIC_MEDIA": str(media)}


def _template(server: Any, server_url: str) -> str:
    """Return the name of the template, which is also that of the folder with its uploads."""
    name = f"{_PREFIX}{_state_of_sources()}"
    found = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{_PREFIX}%"])
    existing = {row[0] for row in found.fetchall()}
    if name in existing and (_KEPT / name).exists():
        return name
    for outdated in existing:
        server.execute(f'DROP DATABASE "{outdated}" WITH (FORCE)')
        shutil.rmtree(_KEPT / outdated, ignore_errors=True)
    unfinished, media = f"{_PREFIX}unfinished", _KEPT / name
    shutil.rmtree(media, ignore_errors=True)
    media.mkdir(parents=True)
    server.execute(f'CREATE DATABASE "{unfinished}"')
    env = _environment(**_variables(server_url, unfinished, media))
    for arguments in (
        ("demo", "--no-serve"),
        ("shell", "-v", "0", "-c", "from tests.elements.site.people import load; load()"),
    ):
        command = [sys.executable, str(ROOT / "example" / "manage.py"), *arguments]
        made = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
    server.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


def _state_of_sources() -> str:
    found = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            found.update(path.read_bytes())
    return found.hexdigest()[:16]
