"""The state of a survey in the engine beside survey-core, the engine of SurveyJS, in Node.js.

``python -m benchmarks.survey_core FOLDER`` takes the folder in which ``npm install survey-core`` was run. Both compute
the same survey: choices that add to a score, and a condition on the score after every tenth question. `state` is all
answers at once, `fill` one after the other with the visible questions after each. survey-core also prepares what its
front end shows, which this engine does not do.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import engine_worker
from benchmarks.trees import BENCHMARKS


def milliseconds(work: Callable[[], object], runs: int) -> float:
    """Return the median of the runs, after two to warm up."""
    spent = []
    for _ in range(runs + 2):
        start = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(spent[2:])


def ours(questions: int, runs: int) -> dict[str, float]:
    """Return the milliseconds of the engine."""
    script = engine_worker.kept(questions, named=False)
    answers = engine_worker.given(script)
    return {
        "state": milliseconds(lambda: engine_worker.surveys.survey_state(script, answers).visibility, runs),
        "fill": milliseconds(lambda: engine_worker.fill(script, looks=True), runs),
    }


def theirs(folder: Path, questions: int, runs: int) -> Any:
    """Return the milliseconds of survey-core."""
    program = str(BENCHMARKS / "survey_core.mjs")
    done = subprocess.run(
        ["node", program, str(questions), str(runs)],  # noqa: S607  (the one of the path)
        cwd=folder,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout)


def main() -> None:
    """Compare with the package in the folder of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.survey_core", description=__doc__)
    parser.add_argument("folder", type=Path, help="where survey-core is installed")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    print(f"{'questions':>9} {'case':>8} {'survey-core':>12} {'this':>10} {'ratio':>8}")
    for questions in (50, 485):
        other, own = theirs(arguments.folder, questions, arguments.runs), ours(questions, arguments.runs)
        for case, spent in own.items():
            print(f"{questions:9} {case:>8} {other[case]:12.3f} {spent:10.3f} {other[case] / spent:8.1f}")


if __name__ == "__main__":
    main()
