"""Read the examples in the documentation, and carry them out as a reader would."""

from __future__ import annotations

import base64
import json
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from os import environ, pathsep
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent

_BLOCK = re.compile(
    r"^(?P<indent> *)\.\. code-block:: (?P<language>\w+)\n"
    r"(?P<options>(?:(?P=indent)   :.*\n)*)\n?"
    r"(?P<body>(?:(?P=indent)   .*\n|\s*\n)+)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A code block: its language, the file that its caption names, its text, and the line it begins at."""

    language: str
    caption: str
    body: str
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and the output that the page shows for it."""

    command: str
    shown: str


@dataclass(frozen=True, slots=True)
class Response:
    """A response of the server."""

    status: int
    body: Any


def blocks_of(text: str) -> list[Block]:
    """Return the code blocks of a page of reStructuredText, in order."""
    found = []
    for match in _BLOCK.finditer(text):
        caption = re.search(r":caption: (.+)", match["options"])
        indent = len(match["indent"]) + 3
        body = "".join(line[indent:] if line.strip() else line for line in match["body"].splitlines(True))
        found.append(
            Block(
                match["language"],
                caption[1].strip() if caption else "",
                body.strip("\n") + "\n",
                text.count("\n", 0, match.start()) + 1,
            )
        )
    return found


def steps_of(body: str) -> list[Step]:
    """Return the commands of a console block; a backslash at the end of a line continues the command."""
    steps: list[Step] = []
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command = re.match(r"(?:.*\\\n)*.*", part)
        assert command is not None
        steps.append(Step(command[0].replace("\\\n", " "), part[command.end() :].strip()))
    return steps


def curl(command: str, *, instead_of: str, base: str) -> Response:
    """Send the request of the curl command, to `base` in place of `instead_of`, and return the response.

    Supports ``-u``, ``-X`` and ``--json``; any other option fails the test.
    """
    program, *words = shlex.split(command)
    assert program == "curl", command
    headers = {"Accept": "*/*"}
    method, data, url = None, None, ""
    while words:
        word = words.pop(0)
        if word == "-u":
            headers["Authorization"] = f"Basic {base64.b64encode(words.pop(0).encode()).decode()}"
        elif word == "-X":
            method = words.pop(0)
        elif word == "--json":
            data = words.pop(0).encode()
            headers.update({"Content-Type": "application/json", "Accept": "application/json"})
        else:
            assert not word.startswith("-"), f"{word} is not supported here: {command}"
            url = word
    assert url.startswith(instead_of), command
    target = url.replace(instead_of, base, 1)
    request = urllib.request.Request(target, data, headers, method=method)  # noqa: S310  (our own server)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            return _response(response.status, response.read())
    except urllib.error.HTTPError as error:
        return _response(error.code, error.read())


def _response(status: int, body: bytes) -> Response:
    return Response(status, json.loads(body) if body else None)


def shown_json(shown: str) -> Any:
    """Return the JSON that the page shows; None if it shows nothing."""
    return json.loads(shown) if shown else None


def free_port() -> int:
    """Return a port of this machine that is not in use."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(*, without: Iterable[str] = (), **more: str) -> dict[str, str]:
    """Return the environment of a reader in another project, who uses the programs of this one."""
    left_out = {"DJANGO_SETTINGS_MODULE", "PYTHONPATH", *without}
    kept = {key: value for key, value in environ.items() if key not in left_out}
    return {**kept, "PATH": f"{Path(sys.executable).parent}{pathsep}{environ['PATH']}", **more}


@contextmanager
def serving(*command: str, port: int, cwd: Path, env: Mapping[str, str]) -> Iterator[str]:
    """Run a server during the block, and yield its URL; fail if it does not start within a minute."""
    log = cwd / f"server-{port}.log"
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=cwd, env=env, stdout=output, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 60
            while not _accepts(port):
                assert server.poll() is None, f"The server stopped: {log.read_text()}"
                assert time.monotonic() < deadline, f"The server does not start: {log.read_text()}"
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
