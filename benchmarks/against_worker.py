"""One side of `benchmarks.against`: builds scenarios in a tree's code, and sends one request each time it is asked.

Standard input has a JSON command a line, standard output a JSON reply a line; the database goes when the input ends.

* `{"do": "load", "case": NAME}`: build the scenario; the reply names its requests (`ours`, perhaps `bare`).
* `{"do": "send", "request": NAME}`: prepare it and send it; the reply has seconds of `cpu` and `wall`.
* `{"do": "trace", "request": NAME}`: send it, too; the reply is the list of its `statements`.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from typing import Any

from benchmarks.host import running_host
from benchmarks.statements import statements_of


def timed(request: Any) -> dict[str, float]:
    """Return the CPU time of this process and the wall time of one request, in seconds."""
    request.prepare()
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    request.send()
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}


class Worker:
    """The scenario that was loaded last."""

    def __init__(self) -> None:
        self._requests: dict[str, Any] = {}

    def reply(self, command: dict[str, str]) -> dict[str, Any]:
        """Do what the command says."""
        if command["do"] == "load":
            return self._load(command["case"])
        request = self._requests[command["request"]]
        if command["do"] == "send":
            return timed(request)
        request.prepare()
        return {"statements": statements_of(request.send)}

    def _load(self, case: str) -> dict[str, Any]:
        from benchmarks.scenarios import SCENARIOS

        scenario = SCENARIOS[case]()
        requests = {"ours": scenario.ours, "bare": scenario.bare}
        self._requests = {name: request for name, request in requests.items() if request is not None}
        # What is there now is never garbage: a collection between two requests then costs next to nothing.
        gc.collect()
        gc.freeze()
        return {"requests": list(self._requests)}


def main() -> None:
    """Reply until the input ends."""
    # Whatever is printed in the meantime must not come between the replies.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    gc.disable()
    with running_host() as folder:
        worker = Worker()
        print(json.dumps({"chat_api": str(folder)}), file=replies, flush=True)
        for line in sys.stdin:
            print(json.dumps(worker.reply(json.loads(line))), file=replies, flush=True)


if __name__ == "__main__":
    main()
