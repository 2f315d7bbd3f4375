"""The time that tools for schemas take: ``python -m benchmarks.schema_tools``.

Schemas of questions with four answers each: the checker, its chart, dumping and loading in both formats, copying with
its number of queries. On SQLite and PostgreSQL; the median of some runs each.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

_SIZES = (500, 1000, 2000, 5000)
_ANSWERS = 4
_CHILD = "CHAT_API_SCHEMA_TOOLS"


def main(arguments: list[str] | None = None) -> int:
    """Measure on both databases, and print a table and, with --json, a file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.schema_tools", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="for each figure (5)")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    options = parser.parse_args(arguments)
    if os.environ.get(_CHILD):
        json.dump(_measure(options.runs), sys.stdout)
        return 0
    found: dict[str, Any] = {}
    for database in ("sqlite", "postgres"):
        env = {
            **os.environ,
            _CHILD: "1",
            "CHAT_API_TEST_DATABASE": database,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        }
        command = [sys.executable, "-m", "benchmarks.schema_tools", "--runs", str(options.runs)]
        child = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
        found[database] = json.loads(child.stdout.splitlines()[-1])
    _print(found)
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def _print(found: dict[str, dict[str, float]]) -> None:
    sys.stdout.write(f"{'':42}{'SQLite':>12}{'PostgreSQL':>12}\n")
    for name in found["sqlite"]:
        values = "".join(f"{found[database][name]:>12.3f}" for database in ("sqlite", "postgres"))
        sys.stdout.write(f"{name:42}{values}\n")


def _measure(runs: int) -> dict[str, float]:
    import django

    django.setup()
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        return {**_checked(runs), **_stored(runs)}
    finally:
        runner.teardown_databases(databases)


def _checked(runs: int) -> dict[str, float]:
    from chat_api.engine.analysis.checker import check
    from chat_api.engine.chart.chart import chart_of
    from chat_api.engine.script_source import RawAnswer, RawQuestion
    from chat_api.schemas.admin.flow_svg import draw_chart

    found = {}
    for size in _SIZES:
        questions = [
            RawQuestion(
                qid,
                qid,
                qid,
                "choice",
                f"Question {qid}?",
                answers=tuple(
                    RawAnswer(
                        qid * 10 + number,
                        number,
                        f"answer {number}",
                        -1 if qid + number > size else qid + number,
                        [[f"score_{qid % 20}", f"score_{qid % 20} + {number}"]],
                    )
                    for number in range(1, _ANSWERS + 1)
                ),
            )
            for qid in range(1, size + 1)
        ]
        spent = _spent(runs, lambda questions=questions: check(questions))
        found[f"check {size} questions, s"] = spent
        found[f"check {size} questions, s per 1,000"] = spent * 1000 / size
        found[f"draw {size} questions, s"] = _spent(
            runs, lambda questions=questions: draw_chart(chart_of(questions, []), title="x")
        )
    return found


def _stored(runs: int) -> dict[str, float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from chat_api.schemas.actions import copy_as_unpublished
    from chat_api.schemas.portability import dump, load
    from tests.factories import draft_schema

    offered = [{"text": f"answer {number}"} for number in range(_ANSWERS)]
    schemas = {
        size: draft_schema([{"type": "choice", "answers": offered}] * size, name=f"of {size}")
        for size in (10, 1000)
    }
    found = {}
    for kind, suffix in (("json", "json"), ("compact", "yaml")):
        found[f"dump 1,000 questions as {kind}, s"] = _spent(
            runs, lambda kind=kind: dump(schemas[1000], format=kind)
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"schema.{suffix}"
            path.write_text(dump(schemas[1000], format=kind), encoding="utf-8")
            found[f"load 1,000 questions as {kind}, s"] = _spent(
                runs, lambda path=path: load([path], using="default")
            )
    for size, schema in schemas.items():
        with CaptureQueriesContext(connection) as captured:
            copy_as_unpublished(schema=schema)
        found[f"copy {size} questions, queries"] = float(len(captured))
        found[f"copy {size} questions, s"] = _spent(
            runs, lambda schema=schema: copy_as_unpublished(schema=schema)
        )
    return found


def _spent(runs: int, call: Callable[[], Any]) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return median(times)


if __name__ == "__main__":
    sys.exit(main())
