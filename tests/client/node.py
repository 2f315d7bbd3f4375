"""A node process that is controlled by JSON lines."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.client.serving import CLIENT, require

PATIENCE_SECONDS = 180


class Node:
    """A running program: `say` sends a command, `next` returns what it writes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lines: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def say(self, command: str, **data: Any) -> None:
        """Send a command."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"command": command, **data}) + "\n")
        self._process.stdin.flush()

    def wait(self, number: int, event: str, each: Callable[[int], None] = lambda number: None) -> list[Any]:
        """Return the next lines with `event`; `each` is called with their number after each. Others fail."""
        found: list[Any] = []
        while len(found) < number:
            line = self._lines.get(timeout=PATIENCE_SECONDS)
            assert line is not None, "the program has ended"
            assert line["event"] == event, line
            found.append(line)
            each(len(found))
        return found

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(json.loads(line))
        self._lines.put(None)


@contextmanager
def running_node(program: Path, *arguments: str) -> Iterator[Node]:
    """Run a program of tests/client/js for the block."""
    node = require("node", "install Node.js 20 or newer")
    require(str(CLIENT / "node_modules" / "ws"), "run: make client-test")
    process = subprocess.Popen(
        [node, str(program), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Node(process)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            stream.close()
