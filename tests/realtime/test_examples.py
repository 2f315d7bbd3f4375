"""Each example of the socket reference runs: a socket receives the frames that the page shows.

``CHAT_API_RECORD_EXAMPLES=1`` writes what it receives into the files; read the difference before committing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from chat_api.chat.api.asyncapi import asyncapi_document
from tests.docs.example_files import FOLDER, names_in, read, settle
from tests.docs.example_world import HOST, NOW, Clinic, at
from tests.docs.packaged_examples import name_of, settle_names, settle_packaged, summary_of
from tests.realtime.sockets import Opener, Socket, outside

pytestmark = pytest.mark.django_db(transaction=True)

FILES = [path for kind in ("commands", "events") for path in sorted((FOLDER / kind).glob("*.json"))]


@pytest.fixture
def clinic(transactional_db: None, settings: LazySettings) -> Clinic:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, HOST]
    return Clinic.build()


def test_every_command_and_event_has_an_example() -> None:
    declared = set(asyncapi_document(address="/ws/chat")["components"]["messages"])
    shown = {f"{kind}.{name}" for kind in ("command", "event") for name in names_in(f"{kind}s")}
    assert shown == declared


def test_example_shows_the_command_or_event_named_by_its_file() -> None:
    for path in FILES:
        example, name = read(path), path.name.split(".")[0]
        if path.parent.name == "commands":
            assert example["sent"]["message"] == name
        else:
            assert name in {frame["message"] for frame in example["received"]}, path.name


def test_package_has_the_frames_of_the_examples() -> None:
    names: dict[str, set[str]] = {}
    for path in FILES:
        example, name = read(path), path.name.split(".")[0]
        is_command = path.parent.name == "commands"
        sent = [example["sent"]] if is_command else example["received"]
        key = f"{'command' if is_command else 'event'}.{name}"
        frame = next(frame for frame in sent if frame["message"] == name)
        entry = {"name": name_of(path), "summary": summary_of(example), "payload": frame}
        settle_packaged("socket", key, entry)
        names.setdefault(key, set()).add(entry["name"])
    settle_names("socket", names)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
async def test_socket_receives_the_frames_of_the_example(
    clinic: Clinic, bare: Opener, settings: LazySettings, path: Path
) -> None:
    example = read(path)
    settings.CHAT_SETTINGS = example.get("settings", {})
    with at(NOW):
        socket = await connected(bare, clinic, example["user"])
        received = [await socket.frame()]
        if path.stem != "heartbeat":
            if "sent" in example:
                await socket.send(**example["sent"])
            else:
                await cause(example["cause"], clinic, bare)
            received = await socket.news()
    settle(path, example, "received", received)


async def connected(bare: Opener, clinic: Clinic, name: str) -> Socket:
    """Return a connected socket of the person; it has not received its first heartbeat."""
    socket: Socket = bare(clinic.people[name])
    assert await socket.connect()
    return socket


async def cause(what: dict[str, Any], clinic: Clinic, bare: Opener) -> None:
    """Send the request or the command of another user that the example is about."""
    if "sent" in what:
        socket = await connected(bare, clinic, what["user"])
        await socket.frame()
        await socket.send(**what["sent"])
        await socket.news()
        return
    request = what["request"]
    call = getattr(clinic.client(what["user"]), request["method"].lower())
    response = await outside(call, request["path"], request.get("body"), format="json")
    assert response.status_code < 300, response.content
