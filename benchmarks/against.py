"""How this tree compares with an older one: ``python -m benchmarks.against REV``.

Each tree runs in a process of its own, with a test database of its own on the same server, and answers the same
requests on the same rows, in turn, one request each: old, new, and where there is one a bare DRF view on the new
tree's rows; the next round in the opposite order. Garbage is collected between requests, never in one. CPU is that
of the process, without the database server's; statements are all that the driver sends (`benchmarks.statements`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.against_report import CASES, Figures, judged, ratios, show_case, show_header, summary
from benchmarks.trees import DATABASES, HERE, Tree, checked_out, name_of, programs_folder
from tests import services

WARM_UP = 10


class Side:
    """The process of one tree."""

    def __init__(self, process: subprocess.Popen[str], tree: Tree) -> None:
        self._process = process
        imported = Path(self._reply()["chat_api"])
        if imported != tree.path / "chat_api":
            raise SystemExit(f"The process of {tree.path} imported {imported}")

    def ask(self, **command: str) -> dict[str, Any]:
        """Send a command of `benchmarks.against_worker`, and return its reply."""
        assert self._process.stdin is not None
        print(json.dumps(command), file=self._process.stdin, flush=True)
        return self._reply()

    def _reply(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("A worker ended early; what it wrote stands above")
        reply: dict[str, Any] = json.loads(line)
        return reply


@contextmanager
def side_of(tree: Tree, *, database: str, programs: Path) -> Iterator[Side]:
    """Yield the tree's process; its database is removed afterwards."""
    process = tree.start("benchmarks.against_worker", database=database, programs=programs)
    try:
        yield Side(process, tree)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def compare(case: str, old: Side, new: Side, *, runs: int) -> Figures:
    """Return times, ratios and statements of one case."""
    old.ask(do="load", case=case)
    requests = [("old", old, "ours"), ("new", new, "ours")]
    if "bare" in new.ask(do="load", case=case)["requests"]:
        requests.append(("bare", new, "bare"))
    timings: dict[str, list[dict[str, float]]] = {name: [] for name, _, _ in requests}
    for number in range(-WARM_UP, runs):
        for name, side, request in requests if number % 2 else reversed(requests):
            timing = side.ask(do="send", request=request)
            if number >= 0:
                timings[name].append(timing)
    figures: Figures = {
        name: {
            **{clock: summary([timing[clock] for timing in timings[name]]) for clock in ("cpu", "wall")},
            **side.ask(do="trace", request=request),
        }
        for name, side, request in requests
    }
    return {"case": case, "requests": figures, **_all_ratios(figures)}


def _all_ratios(figures: Figures) -> Figures:
    pairs = [("new", "old"), ("bare", "old"), ("new", "bare")]
    return {
        f"{over}/{under}": ratios(figures[over], figures[under])
        for over, under in pairs
        if over in figures and under in figures
    }


def measure(old_path: Path, database: str, arguments: argparse.Namespace) -> Figures:
    """Compare the cases on one database, printing each as soon as it is measured."""
    old_name, new_name = name_of(old_path), name_of(HERE)
    show_header(database, old_name, new_name)
    measured = []
    with ExitStack() as stack:
        programs = stack.enter_context(programs_folder())
        old, new = (
            stack.enter_context(side_of(tree, database=database, programs=programs))
            for tree in (Tree("old", old_path), Tree("new", HERE))
        )
        for name in arguments.case or CASES:
            case = compare(name, old, new, runs=arguments.runs)
            case["aims"] = judged(case, database)
            show_case(case, statements=arguments.statements)
            measured.append(case)
    return {"database": database, "old": old_name, "new": new_name, "runs": arguments.runs, "cases": measured}


def parsed() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.against",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("revision", help="a revision, or the path of a tree")
    parser.add_argument("--database", choices=DATABASES, action="append", help="default: each in turn")
    parser.add_argument("--case", choices=CASES, action="append", help="may be given more than once")
    parser.add_argument("--runs", type=int, default=100, help="requests of each kind")
    parser.add_argument(
        "--statements", action="store_true", help="print what this tree sends to the database"
    )
    parser.add_argument("--json", type=Path, help="write all figures there, with the text of the statements")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where an aim is not met")
    return parser.parse_args()


def main() -> None:
    """Compare, print, and say whether the aims are met."""
    arguments = parsed()
    databases = arguments.database or list(DATABASES)
    # Found here, so that both trees ask the same server.
    if "postgresql" in databases and services.find("postgres").url is None:
        raise SystemExit(f"There is no PostgreSQL: {services.find('postgres').origin}")
    with checked_out(arguments.revision) as old:
        results = [measure(old, name, arguments) for name in databases]
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    missed = [
        aim for figures in results for case in figures["cases"] for aim in case["aims"] if not aim["met"]
    ]
    print(f"\n{len(missed)} aims are not met")
    if arguments.strict and missed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
