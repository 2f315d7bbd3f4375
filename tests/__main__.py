"""Runs the suite on SQLite and, where a server is found or can be started, on PostgreSQL.

``python -m tests [arguments of pytest]``; the exit code is 0 only where every pass is green.
"""

import os
import subprocess
import sys

from tests import services


def main(arguments: list[str]) -> int:
    """Run each pass, say beforehand what is there, give the exit code."""
    print("\n".join(services.report()), flush=True)
    postgres = services.find("postgres").url is not None
    if not postgres and services.required():
        print("CHAT_API_REQUIRE_SERVICES is set, and there is no PostgreSQL.", file=sys.stderr)
        return 1
    databases = ["sqlite", "postgres"] if postgres else ["sqlite"]
    if not postgres:
        print("The suite runs on SQLite only; what holds on PostgreSQL alone is left out.", flush=True)
    worst = 0
    for database in databases:
        print(f"\n=== {database} ===", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-n", "auto", *arguments],
            env={**os.environ, "CHAT_API_TEST_DATABASE": database},
            check=False,
        )
        worst = worst or done.returncode
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
