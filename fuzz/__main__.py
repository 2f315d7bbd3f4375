"""Fuzz every entry point of the library, for a number of inputs or for a time, from a seed that is printed.

``python -m fuzz --requests 20000 --frames 5000``; ``python -m fuzz --seconds 90`` runs a slice of everything.
``--part`` chooses parts, ``--seed`` repeats a run. The exit code is 1 where anything was found.
"""

from __future__ import annotations

import argparse
import os
import random
import sys

from tests import services

PARTS = ("requests", "frames", "documents", "expressions")


def parsed_arguments() -> argparse.Namespace:
    """Return the arguments of the command line."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=2000, help="requests in all, over four roles")
    parser.add_argument("--frames", type=int, default=1000, help="frames sent over sockets")
    parser.add_argument("--documents", type=int, default=400, help="uploaded files of each kind")
    parser.add_argument("--expressions", type=int, default=4000, help="expressions, and as many templates")
    parser.add_argument("--seconds", type=float, help="the time that all parts have together")
    parser.add_argument("--seed", type=int, help="the seed of a run to repeat")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part (may be repeated)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), help="PostgreSQL where there is one")
    return parser.parse_args()


def main() -> int:
    """Choose the database, then run the parts."""
    arguments = parsed_arguments()
    there_is_postgres = services.find("postgres").url is not None
    if arguments.database is None:
        arguments.database = "postgres" if there_is_postgres else "sqlite"
    if arguments.seed is None:
        arguments.seed = random.SystemRandom().randrange(2**32)
    os.environ["CHAT_API_TEST_DATABASE"] = arguments.database
    os.environ["CHAT_API_TEST_DB_SUFFIX"] = os.environ.get("CHAT_API_TEST_DB_SUFFIX", "") + "_fuzz"
    os.environ["DJANGO_SETTINGS_MODULE"] = "fuzz.settings"

    from fuzz.run import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
