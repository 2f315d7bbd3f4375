"""The running example project: its socket, its background work, its shutdown."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.attachments.pictures import as_text, picture
from tests.docs.clinics import Visitor
from tests.docs.examples import ROOT, curl, environment, free_port
from tests.docs.migrated import migrate_example

MANAGE = str(ROOT / "example" / "manage.py")

pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]


class Clinic:
    """A running example."""

    def __init__(self, place: Path, server: subprocess.Popen[bytes], base: str) -> None:
        self.place, self.server, self.base = place, server, base

    def ask(self, name: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send a request as that person and return the response."""
        sent = "" if body is None else f"--json '{json.dumps(body)}'"
        answer = curl(f"curl -u {name}:demo {sent} {self.base}{path}", instead_of=self.base, base=self.base)
        assert answer.status < 300, answer
        return answer.body

    @contextmanager
    def socket(self, name: str) -> Iterator[ClientConnection]:
        """Open a socket with a ticket, and return it after its first heartbeat."""
        ticket = self.ask(name, "/api/ws-ticket", {})["ticket"]
        with connect(f"{self.address}?ticket={ticket}", additional_headers={"Origin": self.base}) as socket:
            until(socket, "heartbeat")
            yield socket

    @property
    def address(self) -> str:
        """The URL of the socket."""
        return f"{self.base.replace('http', 'ws')}/ws/chat"

    def logged(self) -> str:
        """Return the output of the server."""
        return (self.place / "log").read_text()


@contextmanager
def running(place: Path, **env: str) -> Iterator[Clinic]:
    port = free_port()
    migrate_example(place / "clinic.sqlite3")
    of_mine = {"CLINIC_DATABASE": str(place / "clinic.sqlite3"), "CLINIC_EMAIL_DELAY": "1", **env}
    of_mine["CLINIC_MEDIA"] = str(place / "media")
    with (place / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-u", MANAGE, "demo", "--bare", "--port", str(port)],
            cwd=place,
            env=environment(without=("REDIS_URL", "AMQP_URL"), **of_mine),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    clinic = Clinic(place, server, f"http://127.0.0.1:{port}")
    try:
        eventually(lambda: answers(clinic), seconds=90)
        yield clinic
    finally:
        server.terminate()
        server.wait(timeout=30)


def answers(clinic: Clinic) -> bool:
    assert clinic.server.poll() is None, clinic.logged()
    try:
        with urlopen(f"{clinic.base}/sign-in/", timeout=5):  # noqa: S310  (our own server)
            return True
    except OSError:
        return False


def eventually(holds: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.1)


def until(socket: ClientConnection, name: str, *, seconds: float = 30) -> Any:
    """Return the next frame of that name."""
    deadline = time.monotonic() + seconds
    while (frame := json.loads(socket.recv(timeout=deadline - time.monotonic())))["message"] != name:
        pass
    return frame


def say(socket: ClientConnection, name: str, **data: Any) -> None:
    socket.send(json.dumps({"message": name, "data": data}))


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with running(tmp_path_factory.mktemp("live")) as made:
        yield made


def test_two_people_receive_events_of_each_other(clinic: Clinic) -> None:
    thread = clinic.ask("anna", "/api/accounts/1/threads/chat", {})["id"]
    clinic.ask("anna", f"/api/threads/{thread}/users", {"user": 3})
    with clinic.socket("anna") as anna, clinic.socket("dora") as dora:
        sent = clinic.ask("anna", f"/api/threads/{thread}/messages", {"text": "hello"})
        received = until(dora, "message_created_or_updated")
        assert (received["data"]["id"], received["data"]["text"]) == (sent["id"], "hello")
        assert received["data"]["thread_data"]["unread"] == 1
        say(dora, "thread_someone_is_writing", thread=thread, length=3000)
        assert until(anna, "thread_someone_is_writing")["data"]["sender_data"]["first_name"] == "Dora"
        say(dora, "mark_message_as_read", message=sent["id"])
        read = until(anna, "messages_read")
        assert read["data"] == {"thread": thread, "user": 3, "messages": [sent["id"]]}
        assert read["event"] == {"thread": thread, "seq": received["event"]["seq"] + 1}


def test_session_of_the_pages_opens_a_socket_until_the_sign_out(clinic: Clinic) -> None:
    ben = Visitor.signed_in(clinic.base, "ben")
    [session] = [cookie.value for cookie in ben.cookies if cookie.name == "sessionid"]
    headers = {"Origin": clinic.base, "Cookie": f"sessionid={session}"}
    with connect(clinic.address, additional_headers=headers) as socket:
        until(socket, "heartbeat")
        assert ben.send("/sign-out/", "/").headers["Location"] == "/sign-in/"
        with pytest.raises(ConnectionClosed):
            until(socket, "never")
        assert socket.close_code == 4401


def test_image_is_served_only_to_members_of_the_thread(clinic: Clinic) -> None:
    thread = clinic.ask("anna", "/api/accounts/1/threads/chat", {})["id"]
    image = {"type": "image", "file_content": as_text(picture())}
    sent = clinic.ask("anna", f"/api/threads/{thread}/messages", {"text": "look", "attachments": [image]})
    [shown] = sent["attachments_data"]

    def fetched(name: str, address: str) -> int:
        headers = {"Authorization": f"Basic {b64encode(f'{name}:demo'.encode()).decode()}"}
        try:
            with urlopen(Request(f"{clinic.base}{address}", headers=headers), timeout=30) as answer:  # noqa: S310
                return int(answer.status)
        except HTTPError as refusal:
            return refusal.code

    for address in (shown["src"], shown["thumbnail"]["src"]):
        assert fetched("anna", address) == 200
        assert fetched("ben", address) == 404


def test_pages_of_other_origins_get_no_socket(clinic: Clinic) -> None:
    headers = {"Origin": "https://elsewhere.example"}
    with pytest.raises(InvalidStatus) as refused, connect(clinic.address, additional_headers=headers):
        pass
    assert refused.value.response.status_code == 403


def repeat_a_script(clinic: Clinic, name: str) -> None:
    """Start the short questionnaire with repetition, finish it, and make its next start due."""
    script = {
        "state": "scripted",
        "schema": 3,
        "on_finish": "repeat",
        "frequency_value": 1,
        "frequency_unit": "hours",
    }
    me = {"anna": 1, "ben": 2}[name]
    begun = clinic.ask(name, f"/api/accounts/{me}/threads/chat", script)
    good = begun["question_data"]["answers"][0]["id"]
    done = clinic.ask(name, f"/api/threads/{begun['id']}/messages", {"answers": [good]})
    assert done["thread_data"]["question"] is None
    with closing(sqlite3.connect(clinic.place / "clinic.sqlite3", timeout=20)) as database, database:
        database.execute(
            "UPDATE chat_api_userthread SET next_restart = '2020-01-01 00:00:00' WHERE thread_id = ?",
            [begun["id"]],
        )


def test_scripts_restart_and_mail_is_printed_without_celery(clinic: Clinic) -> None:
    thread = clinic.ask("anna", "/api/accounts/1/threads/chat", {"title": "About sleep"})["id"]
    clinic.ask("anna", f"/api/threads/{thread}/users", {"user": 3})
    clinic.ask("anna", f"/api/threads/{thread}/messages", {"text": "Are you there?"})
    with clinic.socket("ben") as ben:
        repeat_a_script(clinic, "ben")
        texts: list[str] = []
        while texts.count("How was your mood this evening?") < 2:
            texts.append(until(ben, "message_created_or_updated")["data"]["text"])
    assert texts[-2:] == ["Good night, Ben.", "How was your mood this evening?"]
    eventually(lambda: "Are you there?" in clinic.logged())
    assert "To: dora@clinic.example" in clinic.logged()
    assert f"<{clinic.base}/api/notifications/unsubscribe/" in clinic.logged()
    assert "Traceback" not in clinic.logged()


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    found = subprocess.run(
        ["/bin/ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in found.stdout.split()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda end: end.name)
def test_with_redis_worker_and_beat_run_and_stop_with_the_server(
    tmp_path: Path, needs_redis: str, end: signal.Signals
) -> None:
    with running(tmp_path, REDIS_URL=needs_redis, CLINIC_NAME=uuid4().hex) as clinic:
        workers = children_of(clinic.server)
        assert len(workers) == 2
        if end is signal.SIGTERM:
            with clinic.socket("ben") as ben:
                repeat_a_script(clinic, "ben")
                texts: list[str] = []
                while texts.count("How was your mood this evening?") < 2:
                    texts.append(until(ben, "message_created_or_updated", seconds=60)["data"]["text"])
        clinic.server.send_signal(end)
        assert clinic.server.wait(timeout=30) == 0
        assert [pid for pid in workers if is_alive(pid)] == []
    assert "Traceback" not in clinic.logged()


def test_server_closes_its_sockets_and_stops_on_a_signal(tmp_path: Path) -> None:
    with running(tmp_path) as clinic, clinic.socket("anna") as socket:
        clinic.server.send_signal(signal.SIGINT)
        with pytest.raises(ConnectionClosed):
            until(socket, "never")
        assert socket.close_code == 1012
        assert clinic.server.wait(timeout=15) == 0
        assert "Traceback" not in clinic.logged()
