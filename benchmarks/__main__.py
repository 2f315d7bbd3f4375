"""Benchmarks on every available database: print a table, and write JSON."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests import services


def measure(database: str, runs: int) -> dict[str, Any]:
    """Measure in a separate process."""
    suffix = os.environ.get("CHAT_API_TEST_DB_SUFFIX", "") + "_bench"
    environment = {
        **os.environ,
        "CHAT_API_TEST_DATABASE": database,
        "CHAT_API_TEST_DB_SUFFIX": suffix,
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.run", str(runs)],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def show(figures: dict[str, Any]) -> None:
    """Print a table."""
    print(f"\n{figures['database']}")
    print(f"  {'case':<26}{'what':<20}{'median ms':>10}{'p95 ms':>10}{'ratio':>8}{'aim':>7}")
    for case in figures["cases"]:
        aims = {aim["over"]: aim for aim in case["aims"]}
        for name, timing in case["milliseconds"].items():
            aim = aims.get(name)
            ratio = f"{aim['ratio']:>8.2f}{aim['most']:>7.2f}" if aim else ""
            missed = "  above the aim" if aim and aim["ratio"] > aim["most"] else ""
            print(
                f"  {case['case']:<26}{name:<20}{timing['median']:>10.2f}{timing['p95']:>10.2f}{ratio}{missed}"
            )
    engine = figures["engine"]
    print(f"  engine alone: {engine['answers_per_second']:,.0f} answers a second (aim {engine['aim']:,})")


def main() -> None:
    """Run the benchmarks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="calls of each kind (at least 50)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--json", type=Path, default=Path("benchmarks/results.json"))
    arguments = parser.parse_args()
    databases = arguments.database or ["sqlite", "postgres"]
    if "postgres" in databases and services.find("postgres").url is None:
        print(f"PostgreSQL is left out: {services.find('postgres').origin}")
        databases.remove("postgres")
    results = []
    for database in databases:
        results.append(measure(database, max(50, arguments.runs)))
        show(results[-1])
    arguments.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten to {arguments.json}")


if __name__ == "__main__":
    main()
