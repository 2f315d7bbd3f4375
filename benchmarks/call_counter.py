"""The functions of `chat_api` that a request enters. `benchmarks.calls` starts it inside a tree; prints JSON.

What is counted, and what is not, stands in `benchmarks.calls`.
"""

from __future__ import annotations

import dis
import functools
import inspect
import json
import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from benchmarks.host import running_host
from benchmarks.measure import Call

WARM_UP = 5

_COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
_RESUMABLE = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR


class CallCounter:
    """A counter of calls into one folder, by file and function."""

    def __init__(self, folder: Path) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()
        self._prefix = f"{folder}{os.sep}"

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count in this thread, and in those that are started in the meantime."""
        threading.setprofile(self._see)
        sys.setprofile(self._see)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def _see(self, frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if (
            event == "call"
            and code.co_filename.startswith(self._prefix)
            and code.co_name not in _COMPREHENSIONS
            and not _is_resumed(frame)
        ):
            self.calls[code.co_filename.removeprefix(self._prefix), code.co_qualname] += 1


def _is_resumed(frame: FrameType) -> bool:
    """Return whether a generator or coroutine goes on after a `yield` or `await`; it was counted when it began."""
    return bool(frame.f_code.co_flags & _RESUMABLE) and frame.f_lasti > _first_instruction(frame.f_code)


@functools.cache
def _first_instruction(code: CodeType) -> int:
    """Return the offset of the instruction at which the body begins."""
    return next(step.offset for step in dis.get_instructions(code) if step.opname == "RESUME")


def count(call: Call, prepare: Call, folder: Path) -> dict[str, Any]:
    """Return how many files and functions one warm call enters, and each function with its number of calls."""
    counter = CallCounter(folder)
    for _ in range(WARM_UP):
        prepare()
        call()
    prepare()
    with counter.counting():
        call()
    return {
        "files": len({file for file, _ in counter.calls}),
        "calls": counter.calls.total(),
        "functions": [[file, name, number] for (file, name), number in counter.calls.most_common()],
    }


def main(names: list[str]) -> None:
    """Count every scenario that is named."""
    with running_host() as folder:
        from benchmarks.scenarios import SCENARIOS

        found = {}
        for name in names:
            request = SCENARIOS[name]().ours
            found[name] = count(request.send, request.prepare, folder)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
