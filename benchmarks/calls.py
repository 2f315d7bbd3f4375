"""How many files and functions of `chat_api` a request passes through: ``python -m benchmarks.calls``.

Counted is, in one request after five like it: each time a function whose code is in a file under `chat_api/` is
entered, be it a function, method, property, lambda or class body, in the thread of the request or in one that it
starts (`sys.setprofile`). A generator or coroutine counts once, when its body begins, not when it goes on after a
`yield` or `await`. Comprehensions and generator expressions do not count. `files` are the files that hold the
functions counted. The host is `benchmarks.settings_sockets`; hosts without a channel layer enter a little less.

At eb7e6bb this gives 42 files and 340 calls for POST of a message among two members.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks.against_report import CASES
from benchmarks.trees import DATABASES, HERE, Tree, checked_out, name_of, programs_folder
from tests import services

#: By case: at most so many files and calls.
AIMS = {"post-2": (28, 170), "scripted": (36, 260), "survey-post": (20, 170)}


def count(tree: Tree, cases: list[str], *, database: str) -> dict[str, Any]:
    """Return what was counted in the tree, by case. Raises `SystemExit` where counting failed there."""
    with programs_folder() as programs:
        started = tree.start("benchmarks.call_counter", *cases, database=database, programs=programs)
        output, _ = started.communicate()
    if started.returncode:
        raise SystemExit(started.returncode)
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found


def show(label: str, found: dict[str, Any], *, functions: bool) -> None:
    """Print the figures of a tree beside the aims."""
    print(f"\n{label}\n  {'case':<16}{'files':>8}{'aim':>6}{'calls':>8}{'aim':>6}")
    for case, figures in found.items():
        files, calls = AIMS.get(case, ("", ""))
        print(f"  {case:<16}{figures['files']:>8}{files:>6}{figures['calls']:>8}{calls:>6}")
        if functions:
            for file, name, number in figures["functions"]:
                print(f"    {number:>6}  {file}  {name}")


def main() -> None:
    """Count, and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.calls", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--tree",
        action="append",
        help="a path or revision; may be given more than once; default: the working tree",
    )
    parser.add_argument(
        "--case",
        choices=CASES,
        action="append",
        help="may be given more than once; default: those with an aim",
    )
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--list", action="store_true", help="print every function with its number of calls")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    arguments = parser.parse_args()
    if arguments.database == "postgresql":
        # Found here, so that every tree asks the same server.
        services.find("postgres")
    results = {}
    for tree in arguments.tree or [str(HERE)]:
        with checked_out(tree) as path:
            label = name_of(path)
            found = count(Tree("calls", path), arguments.case or list(AIMS), database=arguments.database)
        results[label] = found
        show(label, found, functions=arguments.list)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
