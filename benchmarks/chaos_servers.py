"""Processes of the chaos run: web servers, Redis, the publisher of pending events; each can be killed and restarted."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Longer than a start takes on a slow machine.
_PATIENCE_SECONDS = 120


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A process that answers at a port (0 for none)."""

    command: list[str]
    port: int
    environment: Mapping[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it and wait until it answers. Raises `TimeoutError`."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, env=dict(self.environment), cwd=ROOT, stdout=log, stderr=log
            )
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.port:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{self.command} does not answer: {self.log.read_text()}") from None
                time.sleep(0.05)
            else:
                return

    @property
    def pid(self) -> int:
        """Return the id of the running process."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """Kill the process; it cannot finish anything."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@dataclass
class Servers:
    """All of them."""

    web: list[Server]
    redis: Server
    sweep: Server


def redis_command(port: int) -> list[str]:
    """Return the command that starts a Redis without persistence. Raises `FileNotFoundError` if none is installed."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is None:
        raise FileNotFoundError("The chaos run needs redis-server or valkey-server on the PATH.")
    return [found, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]


def web_command(port: int, application: str) -> list[str]:
    """Return the command that serves the ASGI application."""
    return [
        *(sys.executable, "-m", "uvicorn", application),
        *("--port", str(port), "--ws", "websockets-sansio"),
        *("--lifespan", "off", "--log-level", "warning"),
    ]


@contextmanager
def running(
    environment: Mapping[str, str],
    redis_port: int,
    *,
    processes: int = 2,
    application: str = "benchmarks.chaos_asgi:application",
) -> Iterator[Servers]:
    """Start the web processes, Redis and the publisher of pending events; they end with the block."""
    folder = Path(tempfile.mkdtemp(prefix="chat-api-chaos-"))
    servers = Servers(
        web=[
            Server(
                web_command(port, application),
                port,
                environment,
                folder / f"web-{port}.log",
            )
            for port in [free_port() for _ in range(processes)]
        ],
        redis=Server(redis_command(redis_port), redis_port, environment, folder / "redis.log"),
        sweep=Server(
            [sys.executable, "-m", "django", "publish_pending_events", "--forever", "--pause", "0.5"],
            0,
            environment,
            folder / "sweep.log",
        ),
    )
    every = [servers.redis, *servers.web, servers.sweep]
    try:
        for server in every:
            server.start()
        yield servers
    finally:
        for server in every:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)
