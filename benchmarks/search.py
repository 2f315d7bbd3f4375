"""The cost of a search: ``python -m benchmarks.search``.

100,000 messages in 2,000 threads, one user in 50 of them; the thread that is searched has 1,000 messages. Words are
drawn as people use them, a few very often. Each search is a whole request; prints median milliseconds as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from tests import services

_MESSAGES: Final = 100_000
_THREADS: Final = 2_000
_MINE: Final = 50
_IN_ONE: Final = 1_000
_WORDS: Final = 20_000
#: What is searched for: a word in most messages, one in some, one in few, parts of words, a phrase, and nothing.
_QUERIES: Final = {
    "a frequent word": "w0",
    "a word": "w50x",
    "a rare word": "w9000x",
    "a beginning": "w1",
    "two words": "w1x w2x",
    "a phrase": '"w0x w1x"',
    "nothing": "nowhere",
}


def measure(runs: int) -> dict[str, Any]:
    """Fill the database and time every search."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment(debug=False)
    databases = setup_databases(verbosity=0, interactive=False)
    named = list(_QUERIES.items())
    try:
        client, user, thread = _fill()
        began = time.perf_counter()
        with open(os.devnull, "w", encoding="utf-8") as nothing:
            call_command("rebuild_search_index", stdout=nothing)
        rebuilt = time.perf_counter() - began
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        paths = {
            "a thread, newest": f"/api/threads/{thread}/messages?limit=20&q=",
            "a thread, best": f"/api/threads/{thread}/messages?limit=20&ordering=-rank&q=",
            "all threads": f"/api/accounts/{user}/threads/chat?limit=20&q=",
        }
        return {
            "database": connection.vendor,
            "messages": _MESSAGES,
            "rebuilding_seconds": round(rebuilt, 1),
            "post_ms": _median(
                runs, lambda: client.post(f"/api/threads/{thread}/messages", {"text": "w0x w1x"}), 201
            ),
            "median_ms": {
                where: {
                    name: _median(runs, partial(client.get, path + quote(query))) for name, query in named
                }
                for where, path in paths.items()
            },
        }
    finally:
        teardown_databases(databases, verbosity=0)


def _fill() -> tuple[Any, Any, int]:
    from benchmarks.cases import client_of
    from chat_api.chat.models import Message, Thread, UserThread
    from tests.factories import UserFactory

    random.seed(1)
    me, other = UserFactory.create_batch(2)
    threads = Thread.objects.bulk_create(Thread(title=f"thread {n}", type="chat") for n in range(_THREADS))
    now = threads[0].created
    UserThread.objects.bulk_create(
        UserThread(thread=thread, user=user, type="chat", permissions=8191, created=now, updated=now)
        for number, thread in enumerate(threads)
        for user in (me, other)[number >= _MINE :]
    )
    words = [f"w{number}x" for number in range(_WORDS)]
    weights = [1 / (number + 1) for number in range(_WORDS)]
    drawn = iter(random.choices(words, weights, k=_MESSAGES * 12))
    Message.objects.bulk_create(
        (
            Message(
                thread=threads[0] if number % (_MESSAGES // _IN_ONE) == 0 else random.choice(threads),
                sender=other,
                text=" ".join(next(drawn) for _ in range(12)),
            )
            for number in range(_MESSAGES)
        ),
        batch_size=5_000,
    )
    return client_of(me), me.pk, threads[0].pk


def _median(runs: int, call: Any, status: int = 200) -> float:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        answer = call()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == status, answer.content
    return round(statistics.median(times), 1)


def main() -> None:
    """Measure on every database there is, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="searches of each kind (20)")
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        print(json.dumps(measure(arguments.runs), indent=2))
        return
    chosen = arguments.database or ["sqlite", "postgres"]
    if "postgres" in chosen and services.find("postgres").url is None:
        print(f"PostgreSQL is left out: {services.find('postgres').origin}")
        chosen.remove("postgres")
    suffix = os.environ.get("CHAT_API_TEST_DB_SUFFIX", "") + "_search"
    for database in chosen:
        environment = {
            **os.environ,
            "CHAT_API_TEST_DATABASE": database,
            "CHAT_API_TEST_DB_SUFFIX": suffix,
        }
        command = [sys.executable, "-m", "benchmarks.search", "--here", "--runs", str(arguments.runs)]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
