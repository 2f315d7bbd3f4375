"""One thread full of sockets, beside the least that Channels can do with the same bytes."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import time
from pathlib import Path
from typing import Any

from benchmarks.chaos import DROP, drop_host, query_postgres
from benchmarks.chaos_servers import free_port, running

_DATABASE = f"chat_api_fanout_{os.getpid()}"
_PATIENCE_SECONDS = 60


def measure_beside_floor(*, sockets: int, messages: int, pause: float, redis_port: int) -> dict[str, Any]:
    """Return the medians of both, in milliseconds from commit to the last socket, their ratio and the CPU time.

    `pause` are the seconds between two messages: longer than WS_RECHECK_SECONDS, every socket's user and session are
    due to be looked up at each message.
    """
    thread_id, cookies = _make_room(sockets)
    try:
        with running(
            os.environ, redis_port, processes=1, application="benchmarks.fanout_asgi:application"
        ) as servers:
            room = _Room(servers.web[0].port, servers.web[0].pid, thread_id, cookies)
            return asyncio.run(room.measure(messages, pause))
    finally:
        drop_host(_DATABASE)


def _make_room(members: int) -> tuple[int, list[str]]:
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import connections

    from tests.factories import MemberFactory, ThreadFactory, UserFactory

    query_postgres(DROP.format(_DATABASE), f'CREATE DATABASE "{_DATABASE}"')
    call_command("migrate", verbosity=0)
    thread = ThreadFactory.create()
    cookies = []
    for number in range(members):
        user = UserFactory.create(username=f"person{number}", password=None)
        MemberFactory.create(thread=thread, user=user, permissions=8191)
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        cookies.append(f"sessionid={session.session_key}")
    connections.close_all()
    return thread.pk, cookies


class _Room:
    """The clients of both kinds of sockets, and what arrives at them."""

    def __init__(self, port: int, pid: int, thread_id: int, cookies: list[str]) -> None:
        self._port, self._pid, self._thread_id, self._cookies = port, pid, thread_id, cookies
        self._left = 0
        self._all_here = asyncio.Event()
        self._last = 0.0
        self._sample = ""
        self._reading: list[asyncio.Task[None]] = []

    async def measure(self, messages: int, pause: float) -> dict[str, Any]:
        chat = [await self._open("ws/chat", cookie) for cookie in self._cookies]
        floor = [await self._open("ws/floor", "") for _ in self._cookies]
        self._reading = [asyncio.create_task(self._read(socket)) for socket in (*chat, *floor)]
        ours: list[float] = []
        floors: list[float] = []
        cpu: list[float] = []
        for number in range(messages + 1):
            await asyncio.sleep(pause)
            before = _cpu_seconds(self._pid)
            ours.append(await self._time(self._post(str(number))))
            cpu.append(_cpu_seconds(self._pid) - before)
            floors.append(await self._time(self._send_to_floor(json.loads(self._sample))))
        for task in self._reading:
            task.cancel()
        for socket in (*chat, *floor):
            await socket.close()
        # The first of each finds everything cold.
        mine, theirs = statistics.median(ours[1:]), statistics.median(floors[1:])
        return {
            "sockets": len(chat),
            "messages": messages,
            "pause s": pause,
            "frame bytes": len(self._sample.encode()),
            "commit to the last socket, median ms": round(mine * 1000),
            "slowest ms": round(max(ours[1:]) * 1000),
            "floor, median ms": round(theirs * 1000),
            "CPU of a message, median ms": round(statistics.median(cpu[1:]) * 1000),
            "ratio": round(mine / theirs, 2),
        }

    async def _open(self, path: str, cookie: str) -> Any:
        from websockets.asyncio.client import connect

        from benchmarks.chaos_clients import ORIGIN

        address = f"ws://127.0.0.1:{self._port}/{path}"
        headers = {"Cookie": cookie} if cookie else {}
        options: Any = {"max_size": None, "compression": None, "additional_headers": headers}
        return await connect(address, origin=ORIGIN, open_timeout=30, **options)  # type: ignore[arg-type]

    async def _read(self, socket: Any) -> None:
        async for text in socket:
            if text.startswith(('{"message":"message_created', '{"message": "message_created')):
                self._sample = text
                self._last = time.perf_counter()
                self._left -= 1
                if not self._left:
                    self._all_here.set()

    async def _time(self, send: Any) -> float:
        self._left = len(self._cookies)
        self._all_here.clear()
        began: float = await send
        await asyncio.wait_for(self._all_here.wait(), _PATIENCE_SECONDS)
        return self._last - began

    async def _post(self, text: str) -> float:
        return await asyncio.to_thread(self._post_now, text)

    def _post_now(self, text: str) -> float:
        from chat_api.chat import actions
        from chat_api.chat.actions.drafts import Draft
        from chat_api.chat.models import UserThread
        from chat_api.lib.db.transactions import atomic, on_commit

        author = UserThread.objects.filter(thread_id=self._thread_id).order_by("pk")[0]
        committed: list[float] = []
        with atomic():
            on_commit(lambda: committed.append(time.perf_counter()))
            actions.send_message(author=author, draft=Draft(text=text))
        return committed[0]

    async def _send_to_floor(self, content: Any) -> float:
        from channels.layers import get_channel_layer

        began = time.perf_counter()
        await get_channel_layer().group_send("floor", {"type": "floor.message", "content": content})
        return began


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_redis() -> int:
    """Choose the port of a Redis for one run and pass it to the settings."""
    port = free_port()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "benchmarks.fanout_settings",
        "CHAT_API_CHAOS_DATABASE": _DATABASE,
        "CHAT_API_CHAOS_REDIS": f"redis://127.0.0.1:{port}",
    }
    return port
