"""Sockets under fire: ``python -m benchmarks.chaos``.

Two web processes behind one Redis and PostgreSQL; listeners on real sockets, writers over HTTP. The channel layer
loses a tenth of the hints, and a web process and Redis are killed and started again. When all is written, each
listener must have each event of their threads, once, in order.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from typing import TYPE_CHECKING, Any

from benchmarks.chaos_servers import Servers, free_port, running

if TYPE_CHECKING:
    from benchmarks.chaos_clients import Listener

_DOWN_SECONDS = 1.0
DROP = 'DROP DATABASE IF EXISTS "{}" WITH (FORCE)'


def main(arguments: list[str] | None = None) -> int:
    """Run it, print what came out as JSON, and return 0 if nobody missed anything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of all that is random (1)")
    parser.add_argument("--seconds", type=float, default=180, help="after which it is given up (180)")
    parser.add_argument("--messages", type=int, default=1000, help="in all (1000)")
    parser.add_argument("--sockets", type=int, default=20, help="of as many people (20)")
    parser.add_argument("--writers", type=int, default=8, help="at once (8)")
    parser.add_argument(
        "--database", default="chat_api_chaos", help="is created, and dropped at the end (chat_api_chaos)"
    )
    options = parser.parse_args(arguments)
    redis_port = free_port()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "benchmarks.chaos_settings",
        "CHAT_API_CHAOS_DATABASE": options.database,
        "CHAT_API_CHAOS_REDIS": f"redis://127.0.0.1:{redis_port}",
        "CHAT_API_CHAOS_SEED": str(options.seed),
    }
    threads, names = _make_host(options)
    try:
        with running(os.environ, redis_port) as servers:
            result = asyncio.run(_run(options, servers, threads, names))
    finally:
        drop_host(options.database)
    json.dump(result, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0 if result["complete"] else 1


def _make_host(options: Any) -> tuple[dict[int, list[str]], list[str]]:
    """Create the database with users and threads; return the members by thread."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from benchmarks.chaos_clients import PASSWORD
    from tests.factories import MemberFactory, ThreadFactory, UserFactory

    query_postgres(DROP.format(options.database), f'CREATE DATABASE "{options.database}"')
    call_command("migrate", verbosity=0)
    chance = random.Random(options.seed)
    # The factory hashes it.
    people = [UserFactory.create(username=f"person{n}", password=PASSWORD) for n in range(options.sockets)]
    threads: dict[int, list[str]] = {}
    number = max(1, options.sockets // 4)
    for turn in range(number):
        thread = ThreadFactory.create()
        # Half of the people by chance, and of the rest those whose turn it is, so that nobody is left out.
        some = chance.sample(people, len(people) // 2)
        members = [user for place, user in enumerate(people) if user in some or place % number == turn]
        for user in members:
            MemberFactory.create(thread=thread, user=user, permissions=8191)
        threads[thread.pk] = [user.username for user in members]
    connections.close_all()
    return threads, [user.username for user in people]


def drop_host(database: str) -> None:
    from django.db import connections

    connections.close_all()
    query_postgres(DROP.format(database))


def query_postgres(*statements: str) -> None:
    import psycopg
    from django.db import connection

    wanted = {**connection.get_connection_params(), "dbname": "postgres"}
    with psycopg.connect(
        host=wanted.get("host"),
        port=wanted.get("port"),
        user=wanted.get("user"),
        password=wanted.get("password"),
        dbname="postgres",
        autocommit=True,
    ) as server:
        for text in statements:
            server.execute(text.encode())


async def _run(
    options: Any, servers: Servers, threads: dict[int, list[str]], names: list[str]
) -> dict[str, Any]:
    from benchmarks.chaos_clients import Listener, write

    ports, chance = [server.port for server in servers.web], random.Random(options.seed)
    of = {name: [thread for thread, members in threads.items() if name in members] for name in names}
    listeners = [
        Listener(name, of[name], ports, random.Random(chance.random())) for name in names if of[name]
    ]
    listening = [asyncio.create_task(listener.listen()) for listener in listeners]
    began = time.monotonic()
    writers = [listener.name for listener in listeners[: options.writers]]
    share = options.messages // len(writers)
    writing = [
        asyncio.create_task(write(name, of[name], ports, share, random.Random(chance.random())))
        for name in writers
    ]
    killing = asyncio.create_task(_kill(servers, listeners, options.messages))
    complete, failed, wrong = False, 0, ""
    try:
        async with asyncio.timeout(options.seconds):
            failed = sum(await asyncio.gather(*writing))
            await killing
            heads = await asyncio.to_thread(_heads)
            while not _have_all(listeners, heads):
                for task in listening:
                    if task.done():
                        task.result()
                await asyncio.sleep(0.1)
            complete = True
    except (TimeoutError, AssertionError) as error:
        wrong = repr(error)
    for task in (*listening, *writing, killing):
        task.cancel()
    heads = await asyncio.to_thread(_heads)
    return {
        "complete": complete,
        "wrong": wrong,
        "seed": options.seed,
        "seconds": round(time.monotonic() - began, 1),
        "messages": share * len(writers),
        "events": sum(heads.values()),
        "events taken": sum(len(seqs) for one in listeners for seqs in one.taken.values()),
        "sockets": len(listeners),
        "failed posts, retried": failed,
        **{
            name: sum(one.counts[name] for one in listeners)
            for name in ("reconnects", "found by heartbeat", "seen before", "before catching up")
        },
    }


async def _kill(servers: Servers, listeners: list[Listener], messages: int) -> None:
    """Kill a web process when a quarter has arrived, Redis at the half, the other web process at three quarters."""
    for part, server in ((0.25, servers.web[0]), (0.5, servers.redis), (0.75, servers.web[1])):
        while sum(one.last(thread) for one in listeners[:1] for thread in one.threads) < part * messages / 3:
            await asyncio.sleep(0.05)
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(_DOWN_SECONDS)
        await asyncio.to_thread(server.start)


def _heads() -> dict[int, int]:
    from django.db import connections

    from chat_api.chat.models import Thread

    heads = dict(Thread.objects.values_list("pk", "event_head"))
    connections.close_all()
    return heads


def _have_all(listeners: list[Listener], heads: dict[int, int]) -> bool:
    """Return whether each listener has every event of their threads, once, in order."""
    return all(
        listener.taken.get(thread, []) == list(range(1, heads[thread] + 1))
        for listener in listeners
        for thread in listener.threads
    )


if __name__ == "__main__":
    sys.exit(main())
