"""Create the database, run the parts one after the other, and print their findings."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from fuzz.report import Clock, Report

Part = Callable[[int, int, Clock], Report]

#: How much of the time each part has; requests do the most, and find the most.
_SHARES = {"requests": 0.55, "frames": 0.15, "documents": 0.2, "expressions": 0.1}


def run(arguments: argparse.Namespace) -> int:
    """Run the chosen parts; return 1 if one of them found something."""
    import django

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    from fuzz import documents, expressions, frames, requests

    parts: dict[str, Part] = {
        "requests": requests.fuzz,
        "frames": frames.fuzz,
        "documents": documents.fuzz,
        "expressions": expressions.fuzz,
    }
    chosen = arguments.part or list(parts)
    seconds = arguments.seconds
    whole = sum(_SHARES[name] for name in chosen)
    print(
        f"seed {arguments.seed}, {arguments.database}; again: python -m fuzz --seed {arguments.seed}",
        flush=True,
    )
    setup_test_environment(debug=False)
    databases = setup_databases(verbosity=0, interactive=False)
    passed = failed = 0
    try:
        for name in chosen:
            clock = Clock(None if seconds is None else seconds * _SHARES[name] / whole)
            report = parts[name](arguments.seed, getattr(arguments, name), clock)
            print("\n".join(report.lines()), flush=True)
            failed += bool(report.kinds)
            passed += not report.kinds
    finally:
        teardown_databases(databases, verbosity=0)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0
