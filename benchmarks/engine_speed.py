"""The speed of the engine alone, on one core: answers per second, and beside an older tree.

``python -m benchmarks.engine_speed REV`` measures the cases of `benchmarks.engine_worker` in both trees, in turn, and
prints the median CPU time of each with the ratio.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.trees import BENCHMARKS, HERE, checked_out
from chat_api.engine import flow
from chat_api.engine.question_types.base import Reply
from chat_api.engine.question_types.registry import check_reply
from chat_api.engine.script import Answer, Modification, Question, QuestionType, Rule, Script

QUESTIONS = 50


def script() -> Script:
    """Create a script of choices with variables, a fork after every tenth."""
    questions = []
    for qid in range(1, QUESTIONS + 1):
        following = qid + 1 if qid < QUESTIONS else -1
        if qid % 10 == 0:
            rules = (Rule("-1", "score < 0"), Rule(str(following), "score >= 0"))
            questions.append(Question(qid, qid, qid, QuestionType.FORK, "", rules=rules))
            continue
        offered = tuple(
            Answer(
                qid * 10 + value, f"{value}", value, following, (Modification("score", f"score + {value}"),)
            )
            for value in range(4)
        )
        questions.append(Question(qid, qid, qid, QuestionType.CHOICE, "How often?", answers=offered))
    return Script.build(questions)


def answers_per_second(seconds: float = 3.0) -> float:
    """Run conversations for that long, and return the rate."""
    made, count, value = script(), 0, 0
    start = time.perf_counter()
    while (spent := time.perf_counter() - start) < seconds:
        walk = flow.start(made, at=None, variables={}, repeat_from=None, limit=1000)
        while walk.cursor is not None:
            value = (value + 1) % 4
            chosen = walk.cursor.answers[value].id
            reply = check_reply(walk.cursor, Reply("", (chosen,)))
            walk = flow.answer(made, walk.cursor, reply, walk.variables, repeat_from=None, limit=1000)
            count += 1
    return count / spent


#: This tree's case, the older tree's, and the aim for older/newer; None where the newer is compared with itself.
CASES = (
    ("state", "state", 10.0),
    ("fill", "fill", 100.0),
    ("typed", "answers", 1.5),
    ("answers", "answers", 1.0),
    ("memory", "memory", 0.5),
)


def compare(older: Path, runs: int, only: str | None = None) -> None:
    """Measure all cases, or `only` one, in both trees, in turn, and print them."""
    old, new = _worker(older), _worker(HERE)
    print(f"{'case':>12} {'older':>12} {'this':>12} {'ratio':>8} {'aim':>6}")
    for case, before, aim in CASES:
        if only not in (None, case):
            continue
        timings: tuple[list[float], list[float]] = ([], [])
        for number in range(-2, 1 if case == "memory" else runs):
            pair = _ask(old, before), _ask(new, case)
            if number >= 0:
                for kept, value in zip(timings, pair, strict=True):
                    kept.append(value)
        olds, news = map(statistics.median, timings)
        print(f"{case:>12} {olds:12.6f} {news:12.6f} {olds / news:8.2f} {aim:6.1f}")
    if only is None:
        few, many = (
            statistics.median(_ask(new, f"apply-{count}") / count for _ in range(5)) for count in (50, 5000)
        )
        print(f"apply, a question of 5,000 beside one of 50: {many / few:.2f} (aim: at most 2)")
    for worker in (old, new):
        worker.terminate()


def _worker(tree: Path) -> subprocess.Popen[str]:
    program = str(BENCHMARKS / "engine_worker.py")
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONHASHSEED": "0"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen([sys.executable, program], env=environment, text=True, **pipes)


def _ask(worker: subprocess.Popen[str], case: str) -> float:
    assert worker.stdin is not None
    assert worker.stdout is not None
    print(case, file=worker.stdin, flush=True)
    return float(worker.stdout.readline())


def main() -> None:
    """Compare with the revision of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine_speed", description=__doc__)
    parser.add_argument("revision", help="a revision, or the path of a tree")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--only", choices=[case for case, _, _ in CASES], help="measure one case alone")
    arguments = parser.parse_args()
    with checked_out(arguments.revision) as older:
        compare(older, arguments.runs, arguments.only)


if __name__ == "__main__":
    main()
