"""The two projects of `benchmarks.elements`, served with the same messages, and who writes in them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from os import environ
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from benchmarks.chaos import DROP, query_postgres
from benchmarks.chaos_servers import ROOT, Server, free_port, running, web_command
from benchmarks.elements_other import Other

READER, WRITER, PASSWORD = "reader", "writer", "a password for the benchmark"
#: In each thread from the beginning.
MESSAGES = 50
LONG = 5_000


@dataclass
class Site:
    """A served project; `threads` has one thread for each round, `send` writes into it as the other person."""

    name: str
    base: str
    threads: list[int]
    send: Callable[[int, str], None]
    #: Threads with a few and with many messages, only in ours.
    few: int = 0
    many: int = 0


def texts(number: int) -> list[str]:
    """Return the texts of so many messages, of one to four sentences."""
    sentence = "The quick brown fox jumps over the lazy dog. "
    return [f"Message {at + 1}: {sentence * (1 + at % 4)}".strip() for at in range(number)]


@contextmanager
def our_site(folder: Path, rounds: int) -> Iterator[Site]:
    """Serve a page with our element; `DJANGO_SETTINGS_MODULE` must be `benchmarks.elements_settings`."""
    import django

    redis = free_port()
    environ["CHAT_API_CHAOS_REDIS"] = f"redis://127.0.0.1:{redis}"
    environ["CHAT_API_ELEMENTS_STATIC"] = str(folder / "static")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    name = settings.DATABASES["default"]["NAME"]
    query_postgres(DROP.format(name), f'CREATE DATABASE "{name}"')
    try:
        call_command("migrate", verbosity=0)
        collect = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
        subprocess.run(collect, check=True, cwd=ROOT)
        threads = _our_threads([MESSAGES] * rounds + [MESSAGES, LONG])
        port = free_port()
        web = Server(
            web_command(port, "benchmarks.chaos_asgi:application"), port, environ, folder / "web.log"
        )
        base = f"http://127.0.0.1:{port}"

        client = httpx.Client(base_url=f"{base}/api/", auth=(WRITER, PASSWORD), timeout=60)

        def send(thread: int, text: str) -> None:
            client.post(f"threads/{thread}/messages", json={"text": text}).raise_for_status()

        with running(environ, redis, processes=0):
            web.start()
            try:
                yield Site("chat_api", base, threads[:rounds], send, *threads[rounds:])
            finally:
                web.kill()
    finally:
        _drop(name)


def _our_threads(sizes: list[int]) -> list[int]:
    from django.db import connections

    from chat_api.chat.choices import PERMISSIONS_ALL
    from chat_api.chat.models import Message
    from tests.factories import MemberFactory, ThreadFactory, UserFactory

    people = [
        UserFactory.create(username=name, first_name=name, password=PASSWORD) for name in (READER, WRITER)
    ]
    threads = []
    for size in sizes:
        thread = ThreadFactory.create(title="A thread")
        for person in people:
            MemberFactory.create(thread=thread, user=person, permissions=PERMISSIONS_ALL)
        Message.objects.bulk_create(
            Message(thread=thread, sender=people[at // 5 % 2], text=text)
            for at, text in enumerate(texts(size))
        )
        threads.append(thread.pk)
    connections.close_all()
    return threads


@contextmanager
def other_site(folder: Path, rounds: int) -> Iterator[Site]:
    """Install the other package into the folder, and serve a page with its element."""
    from django.conf import settings

    database: dict[str, Any] = dict(settings.DATABASES["default"])
    database = {
        key: database[key]
        for key in ("ENGINE", "USER", "PASSWORD", "HOST", "PORT", "CONN_MAX_AGE", "OPTIONS")
    }
    name = f"{settings.DATABASES['default']['NAME']}_other"
    query_postgres(DROP.format(name), f'CREATE DATABASE "{name}"')
    try:
        other = Other(folder, {**database, "NAME": name})
        other.install()
        rooms = dict(other.prepare([READER, WRITER], texts(MESSAGES), rounds, PASSWORD))
        web = other.server()
        web.start()
        try:
            base = f"http://127.0.0.1:{web.port}"
            yield Site("django-chat-ui", base, list(rooms), _matrix_sender(base, rooms))
        finally:
            web.kill()
    finally:
        _drop(name)


def _matrix_sender(base: str, rooms: dict[int, str]) -> Callable[[int, str], None]:
    client = httpx.Client(base_url=f"{base}/chat/_matrix/client/v3/", timeout=60)
    login = {"type": "m.login.password", "user": WRITER, "password": PASSWORD}
    token = client.post("login", json=login).raise_for_status().json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"

    def send(thread: int, text: str) -> None:
        path = f"rooms/{quote(rooms[thread])}/send/m.room.message/{quote(text)}"
        client.put(path, json={"msgtype": "m.text", "body": text}).raise_for_status()

    return send


def _drop(name: str) -> None:
    from django.db import connections

    connections.close_all()
    query_postgres(DROP.format(name))
