"""The Python client of the guide to front ends works against a server, which is stopped and started again."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from tests.docs.projects import GUIDE, Project, docs_blocks

# The project is on SQLite in any case.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]

SETTINGS = """
INSTALLED_APPS += ["rest_framework.authtoken"]
REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"] = ["rest_framework.authentication.TokenAuthentication"]
"""
URLS = """
from rest_framework.authtoken.views import obtain_auth_token
urlpatterns += [path("token", obtain_auth_token)]
"""
#: Written while no server runs.
MEANWHILE = """
from chat_api.chat.actions import Draft, send_message
from chat_api.models import UserThread
for n in range(3):
    send_message(author=UserThread.objects.get(), draft=Draft(text=f"Meanwhile {n}"))
"""
#: Longer than anything takes; it only ends a test that would hang.
PATIENCE = 120


@pytest.fixture
def guide(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names that the Python blocks of the guide define."""
    names: dict[str, Any] = {}
    for block in docs_blocks(GUIDE):
        if block.language == "python":
            module = ModuleType(block.caption.removesuffix(".py"))
            exec(block.body, module.__dict__)  # noqa: S102
            monkeypatch.setitem(sys.modules, module.__name__, module)
            names.update(module.__dict__)
    return names


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with ExitStack() as stack:
        made = Project(tmp_path, stack)
        made.write("mysite/settings.py", SETTINGS)
        made.write("mysite/urls.py", URLS)
        made.prepare()
        yield made


def test_python_client_receives_what_happened_while_the_server_was_away(
    project: Project, guide: dict[str, Any]
) -> None:
    site = project.serve()
    credentials = {"username": "me", "password": "secret"}
    token = httpx.post(f"{site}/token", data=credentials, timeout=PATIENCE).json()["token"]

    async def talk() -> list[str]:
        client = guide["Client"](site, token)
        await client.call("POST", "accounts/1/threads/chat")
        texts: asyncio.Queue[str] = asyncio.Queue()
        following = asyncio.create_task(guide["follow"](client, 1, texts.put_nowait))
        received = [await texts.get()]
        await asyncio.to_thread(project.stop)
        await asyncio.to_thread(project.shell, MEANWHILE)
        await asyncio.to_thread(project.serve)
        received += [await texts.get() for _ in range(3)]
        await client.call("POST", "threads/1/messages", text="Afterwards")
        received.append(await texts.get())
        following.cancel()
        await asyncio.wait([following])
        await client.http.aclose()
        assert texts.empty()
        return received

    received = asyncio.run(asyncio.wait_for(talk(), PATIENCE))
    assert received == ["Hello", "Meanwhile 0", "Meanwhile 1", "Meanwhile 2", "Afterwards"]


def test_take_orders_and_requests_what_is_missing(guide: dict[str, Any]) -> None:
    client = guide["Client"]("http://127.0.0.1", "token")

    def event(seq: int) -> dict[str, Any]:
        return {"message": "thread_updated", "event": {"thread": 7, "seq": seq}, "data": {}}

    def heartbeat(**threads: int) -> dict[str, Any]:
        return {"message": "heartbeat", "data": {"threads": {name[1:]: seq for name, seq in threads.items()}}}

    assert client.take(heartbeat(t7=3)) == (True, {})
    assert client.take(event(3)) == (False, {})
    assert client.take(event(4)) == (True, {})
    assert client.take(event(6)) == (False, {7: 4})
    assert client.take(event(5)) == (True, {})
    assert client.take(event(6)) == (True, {})
    assert client.take(heartbeat(t7=9, t8=1)) == (True, {"7": 6})
    assert client.take({"message": "catch_up", "data": {"thread": 7, "outcome": "resync", "head": 9}}) == (
        True,
        {},
    )
    assert client.take(event(10)) == (True, {})
    many = heartbeat(**{f"t{thread}": 1 for thread in range(100, 300)})
    client.take(many)
    assert len(client.take(heartbeat(**{f"t{thread}": 2 for thread in range(100, 300)}))[1]) == 100
