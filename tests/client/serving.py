"""The project of `tests.client.host`, served with PostgreSQL and Redis from the database of a test.

`Hosts.start()` serves it; `Hosts.start(FRONT="/a/folder")` also serves the files of a folder beside the API, at
`/front/`. A page of such a folder is on its own; `/page/?script=/front/app.js` runs one of its modules on a page with
`{% chat_api_client %}`. `POST /sign-in/` with `{"username": ...}` begins a session.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import environ
from pathlib import Path
from shutil import which
from typing import Any

import httpx
import pytest

from benchmarks.chaos_servers import Server, Servers, free_port, redis_command, running, web_command
from chat_api.chat.choices import PERMISSIONS_ALL
from chat_api.chat.models import Thread
from tests import services
from tests.chat.conftest import thread_with
from tests.databases import connection
from tests.docs.examples import ROOT
from tests.factories import PASSWORD, UserFactory

APPLICATION = "benchmarks.chaos_asgi:application"
CLIENT = ROOT / "client"


def require(program: str, advice: str) -> str:
    """Return the path of a program or a file; without it, skip the test, or fail it if services are required."""
    found = which(program) or (program if Path(program).exists() else None)
    if found is not None:
        return found
    reason = f"needs {program}: {advice}"
    if services.required():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@dataclass
class Host:
    """The project in one web process."""

    server: Server
    redis: Server
    prefix: str = "api/"

    @property
    def base(self) -> str:
        """The origin."""
        return f"http://127.0.0.1:{self.server.port}"

    def get(self, user: Any, path: str, **query: Any) -> Any:
        """Return a document of the API as that user reads it."""
        answer = httpx.get(
            f"{self.base}/{self.prefix}{path}", params=query, auth=(user.username, PASSWORD), timeout=60
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, user: Any, path: str, body: Any) -> Any:
        """Send a request as that user, and return the response."""
        answer = httpx.post(
            f"{self.base}/{self.prefix}{path}", json=body, auth=(user.username, PASSWORD), timeout=60
        )
        assert answer.status_code < 300, answer.text
        return answer.json()


@dataclass
class Hosts:
    """Redis, the publisher of pending events, and web processes with different settings."""

    environment: dict[str, str]
    servers: Servers
    started: list[Server] = field(default_factory=list)
    folder: Path = Path()

    def start(self, *, faults: bool = False, **settings: Any) -> Host:
        """Serve the project with these settings until the block of `hosts` ends, with its port for `{port}`.

        `faults` loses hints of events.
        """
        port = free_port()
        server = Server(
            web_command(port, APPLICATION),
            port,
            {
                **self.environment,
                "CHAT_API_CLIENT_HOST": json.dumps(settings).replace("{port}", str(port)),
                "CHAT_API_CHAOS_DROP": "0.1" if faults else "0",
            },
            self.folder / f"web-{port}.log",
        )
        self.started.append(server)
        server.start()
        return Host(server, self.servers.redis, settings.get("API_PREFIX", "api/"))


@contextmanager
def serving_hosts(folder: Path) -> Iterator[Hosts]:
    """Start Redis and the publisher for the block, in the database of the running test."""
    port = free_port()
    environment = {
        **environ,
        "DJANGO_SETTINGS_MODULE": "tests.client.host.settings",
        "CHAT_API_CHAOS_DATABASE": str(connection.settings_dict["NAME"]),
        "CHAT_API_CHAOS_REDIS": f"redis://127.0.0.1:{port}",
        "CHAT_API_CHAOS_DROP": "0",
        "CHAT_API_CLIENT_STATIC": str(folder / "static"),
    }
    _collect_static(environment)
    with running(environment, port, application=APPLICATION, processes=0) as servers:
        hosts = Hosts(environment, servers, folder=folder)
        try:
            yield hosts
        finally:
            for server in hosts.started:
                server.kill()


def _collect_static(environment: dict[str, str]) -> None:
    """Collect the static files: as they are, and with their hashes."""
    storage = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
    settings = json.dumps({"STORAGES": storage})
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"],
        env={**environment, "CHAT_API_CLIENT_HOST": settings},
        cwd=ROOT,
        check=True,
    )


def people(*names: str) -> list[Any]:
    """Create users with the password of the factory."""
    return [UserFactory.create(username=name, first_name=name.title()) for name in names]


def thread_of(*users: Any, **columns: Any) -> Thread:
    """Create a chat in which everybody has all permissions."""
    return thread_with(*users, permissions=PERMISSIONS_ALL, **columns)


def redis_is_there() -> bool:
    """Return whether a Redis can be started."""
    try:
        redis_command(0)
    except FileNotFoundError:
        return False
    return True
