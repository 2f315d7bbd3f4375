"""The cost of sockets: ``python -m benchmarks.fanout``.

One thread of 50, then of 200 members; one real web process on PostgreSQL, hints through Redis. Messages are posted one
after the other, with nobody and with everybody listening: how long a POST takes, and how many frames a second arrive.

``--floor`` measures one thread with ``--sockets`` sockets instead: the time from commit to the last socket, beside that
of a bare ``AsyncJsonWebsocketConsumer`` that fans out the same bytes in the same process, in turn.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import time
from typing import Any

from benchmarks.chaos import DROP, drop_host, query_postgres
from benchmarks.chaos_servers import free_port, running
from benchmarks.fanout_floor import free_redis, measure_beside_floor

_DATABASE = "chat_api_fanout"


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fanout", description=__doc__)
    parser.add_argument("--messages", type=int, help="for each figure (60; with --floor 20)")
    parser.add_argument("--floor", action="store_true", help="one full thread beside a bare consumer")
    parser.add_argument("--sockets", type=int, default=500, help="with --floor: members and sockets (500)")
    parser.add_argument(
        "--pause", type=float, default=5.5, help="with --floor: seconds between messages (5.5)"
    )
    options = parser.parse_args(arguments)
    if options.floor:
        figure = measure_beside_floor(
            sockets=options.sockets,
            messages=options.messages or 20,
            pause=options.pause,
            redis_port=free_redis(),
        )
        json.dump(figure, sys.stdout, indent=2)
        sys.stdout.write("\n")
        return 0
    return _measure_two_sizes(options.messages or 60)


def _measure_two_sizes(messages: int) -> int:
    redis_port = free_port()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "benchmarks.chaos_settings",
        "CHAT_API_CHAOS_DATABASE": _DATABASE,
        "CHAT_API_CHAOS_REDIS": f"redis://127.0.0.1:{redis_port}",
        "CHAT_API_CHAOS_DROP": "0",
    }
    threads = _make_host((50, 200))
    try:
        with running(os.environ, redis_port) as servers:
            port = servers.web[0].port
            figures = [
                asyncio.run(_measure(port, thread, names, listening, messages))
                for thread, names in threads.items()
                for listening in (0, len(names))
            ]
    finally:
        drop_host(_DATABASE)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


def _make_host(sizes: tuple[int, ...]) -> dict[int, list[str]]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from benchmarks.chaos_clients import PASSWORD
    from tests.factories import MemberFactory, ThreadFactory, UserFactory

    query_postgres(DROP.format(_DATABASE), f'CREATE DATABASE "{_DATABASE}"')
    call_command("migrate", verbosity=0)
    people = [UserFactory.create(username=f"person{n}", password=PASSWORD) for n in range(max(sizes))]
    threads = {}
    for size in sizes:
        thread = ThreadFactory.create()
        for user in people[:size]:
            MemberFactory.create(thread=thread, user=user, permissions=8191)
        threads[thread.pk] = [user.username for user in people[:size]]
    connections.close_all()
    return threads


async def _measure(port: int, thread: int, names: list[str], listening: int, messages: int) -> dict[str, Any]:
    import httpx
    from websockets.asyncio.client import connect

    from benchmarks.chaos_clients import ORIGIN, PASSWORD

    base = f"http://127.0.0.1:{port}/api"
    sockets = []
    for name in names[:listening]:
        async with httpx.AsyncClient(auth=(name, PASSWORD)) as http:
            ticket = (await http.post(f"{base}/ws-ticket")).json()["ticket"]
        address = f"ws://127.0.0.1:{port}/ws/chat?ticket={ticket}"
        sockets.append(await connect(address, origin=ORIGIN, max_size=None, compression=None))

    async def take(socket: Any) -> None:
        arrived = 0
        while arrived < messages:
            arrived += "message_created_or_updated" in (await socket.recv())[:50]

    taking = asyncio.gather(*(take(socket) for socket in sockets))
    times = []
    began = time.perf_counter()
    async with httpx.AsyncClient(auth=(names[0], PASSWORD), timeout=30) as http:
        for number in range(messages):
            start = time.perf_counter()
            answer = await http.post(
                f"{base}/threads/{thread}/messages?fields=id", json={"text": str(number)}
            )
            times.append(time.perf_counter() - start)
            assert answer.status_code == 201, answer.text
    await asyncio.wait_for(taking, 60)
    seconds = time.perf_counter() - began
    for socket in sockets:
        await socket.close()
    return {
        "members": len(names),
        "sockets": listening,
        "POST median ms": round(statistics.median(times) * 1000, 1),
        "POST p95 ms": round(statistics.quantiles(times, n=20)[-1] * 1000, 1),
        "frames a second": round(messages * listening / seconds),
    }


if __name__ == "__main__":
    sys.exit(main())
