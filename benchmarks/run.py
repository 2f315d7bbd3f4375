"""Benchmarks on one database, in one process; print JSON."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import Any


def main(runs: int) -> dict[str, Any]:
    """Create the database, time every case, and return the figures."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from benchmarks.cases import all_cases
    from benchmarks.engine_speed import answers_per_second
    from benchmarks.measure import in_turn

    setup_test_environment(debug=False)
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        cases = []
        for case in all_cases():
            timings = in_turn(case.calls, runs=runs, prepare=case.prepare)
            aims = [
                {**asdict(aim), "ratio": timings[aim.over].median / timings[aim.under].median}
                for aim in case.aims
            ]
            shown = {name: asdict(timing) for name, timing in timings.items()}
            cases.append({"case": case.name, "milliseconds": shown, "aims": aims})
        return {
            "database": connection.vendor,
            "cases": cases,
            "engine": {"answers_per_second": answers_per_second(), "aim": 20_000},
        }
    finally:
        teardown_databases(databases, verbosity=0)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
