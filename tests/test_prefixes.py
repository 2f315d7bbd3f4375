"""A project under a path prefix: URLs in responses, frames and mails work, whatever is read first after a start."""

from __future__ import annotations

import email
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from email import policy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from django.test import override_settings
from django.urls import get_script_prefix, reverse, set_script_prefix

from chat_api.lib.url_prefix import enter_prefix_of, public_prefix, public_url
from tests.docs.examples import ROOT, environment, free_port, serving
from tests.docs.migrated import migrate_example

SETTINGS = """
from clinic.settings import *

ROOT_URLCONF = "prefixed_urls"
MEDIA_URL = "media/"
MEDIA_ROOT = {place!r} + "/media"
DATABASES["default"]["NAME"] = {place!r} + "/db.sqlite3"
FORCE_SCRIPT_NAME = {forced!r}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = {place!r} + "/mails"
MAILERS = {{"default": {{"BACKEND": EMAIL_BACKEND, "OPTIONS": {{"file_path": EMAIL_FILE_PATH}}}}}}
if DJANGO < (6, 1):
    del MAILERS
CHAT_SETTINGS.pop("THREAD_INVITEES")
CHAT_SETTINGS |= {{
    "ATTACHMENT_FILES_PRIVATE": {private!r},
    "NOTIFICATION_DELAYS": {{"email": 0}},
    "NOTIFICATION_BASE_URL": "http://127.0.0.1:{port}/chat",
}}
"""
URLS = """
from django.conf import settings
from django.urls import path
from django.contrib.staticfiles.views import serve as serve_static
from django.views.static import serve

from clinic.urls import urlpatterns as of_clinic

urlpatterns = [
    *of_clinic,
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}),
    path("static/<path:path>", serve_static),
]
"""
FILL = """
import json, django
django.setup()
from django.contrib.auth.models import User
from django.core.management import call_command
from rest_framework.test import APIClient
from tests.attachments.pictures import as_text, picture

call_command("migrate", verbosity=0)
anna, dora = (User.objects.create_user(name, f"{name}@example.test", "demo") for name in ("anna", "dora"))
client = APIClient(SERVER_NAME="localhost")
client.force_login(anna)
thread = client.post(f"/api/accounts/{anna.pk}/threads/chat", {}).json()["id"]
added = client.post(f"/api/threads/{thread}/users", {"user": dora.pk})
assert added.status_code == 201, added.content
image = {"type": "image", "file_content": as_text(picture())}
for text in ("one", "two"):
    made = client.post(f"/api/threads/{thread}/messages", {"text": text, "attachments": [image]}, "json")
    assert made.status_code == 201, made.content
print(json.dumps({"thread": thread, "anna": anna.pk, "session": client.cookies["sessionid"].value}))
"""


class Site:
    """A running project under /chat."""

    def __init__(self, base: str, filled: dict[str, Any], *, proxy_strips: bool) -> None:
        self.base, self.thread, self.anna = base, filled["thread"], filled["anna"]
        self.cookie, self.proxy_strips = f"sessionid={filled['session']}", proxy_strips

    def local(self, url: str) -> str:
        """Return the URL at the server for a URL of a client, as the proxy in front of it does."""
        parts = urlsplit(url)
        assert f"{parts.scheme}://{parts.netloc}" in ("://", self.base), url
        assert re.match("/chat/(?!chat/)", parts.path), url
        path = parts.path.removeprefix("/chat") if self.proxy_strips else parts.path
        return f"{self.base}{path}{f'?{parts.query}' if parts.query else ''}"

    def fetch(self, url: str, data: bytes | None = None) -> bytes:
        """Fetch the URL as a client does; fail unless the response is 200."""
        request = Request(self.local(url), data, {"Cookie": self.cookie})  # noqa: S310  (our own server)
        with urlopen(request, timeout=60) as response:  # noqa: S310
            assert response.status == 200
            content: bytes = response.read()
            return content

    def frames(self) -> list[Any]:
        """Open a socket and catch up with the whole thread."""
        from websockets.sync.client import connect

        path = self.local("/chat/ws/chat").replace("http", "ws")
        if not self.proxy_strips:
            # FORCE_SCRIPT_NAME applies to Django only: the router of sockets matches its own paths.
            path = path.replace("/chat/ws", "/ws")
        headers = {"Origin": self.base, "Cookie": self.cookie}
        sent = {"message": "catch_up", "data": {"threads": {self.thread: 0}}}
        with connect(path, additional_headers=headers) as socket:
            frames: list[Any] = []
            socket.send(json.dumps(sent))
            while not frames or frames[-1]["message"] != "catch_up":
                frames.append(json.loads(socket.recv(timeout=60)))
            return frames


@pytest.fixture(params=["root_path", "forced", "root_path private"])
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    port = free_port()
    forced = "/chat" if request.param == "forced" else None
    place, private = str(tmp_path), "private" in request.param
    settings = SETTINGS.format(place=place, forced=forced, port=port, private=private)
    (tmp_path / "prefixed.py").write_text(settings)
    (tmp_path / "prefixed_urls.py").write_text(URLS)
    env = environment(
        without=("REDIS_URL", "AMQP_URL"),
        PYTHONPATH=f"{tmp_path}:{ROOT}:{ROOT / 'example'}",
        DJANGO_SETTINGS_MODULE="prefixed",
    )
    migrate_example(tmp_path / "db.sqlite3")
    fill = subprocess.run(
        [sys.executable, "-c", FILL], env=env, cwd=tmp_path, check=False, capture_output=True, text=True
    )
    assert fill.returncode == 0, fill.stderr
    command = [sys.executable, "-m", "uvicorn", "clinic.asgi:application", "--port", str(port)]
    command += ["--ws", "websockets-sansio", "--lifespan", "off"]
    if forced is None:
        command += ["--root-path", "/chat"]
    with serving(*command, port=port, cwd=tmp_path, env=env):
        made = Site(f"http://127.0.0.1:{port}", json.loads(fill.stdout), proxy_strips=forced is None)
        made.env, made.place = env, tmp_path  # type: ignore[attr-defined]
        yield made


def urls_in(value: Any) -> Iterator[str]:
    """Yield every URL in a response or frame."""
    if isinstance(value, dict):
        for one in value.values():
            yield from urls_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from urls_in(one)
    elif isinstance(value, str) and value.startswith(("/", "http:", "https:")):
        yield value


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_every_url_works_under_a_prefix(site: Site) -> None:
    socket_that_asks_first_and_rest_give_the_same_urls(site)
    link_of_a_mail_unsubscribes(site)


def socket_that_asks_first_and_rest_give_the_same_urls(site: Site) -> None:
    frames = site.frames()
    api = f"/chat/api/threads/{site.thread}/messages"
    page = json.loads(site.fetch(f"{api}?limit=1"))
    of_frames = [f["data"] for f in frames if f["message"] == "message_created_or_updated"]
    listed = json.loads(site.fetch(f"{api}?limit=10"))["results"]
    events = json.loads(site.fetch(f"/chat/api/threads/{site.thread}/events?after=0"))
    of_events = [f["data"] for f in events["events"] if f["message"] == "message_created_or_updated"]
    attached = [[one["attachments_data"] for one in rows] for rows in (of_frames, listed, of_events)]
    assert attached[0] == attached[1] == attached[2]
    found = set(urls_in([frames, page, listed, events]))
    assert page["next"] in found
    assert len([url for url in found if "media" in url or "/file" in url]) >= 4
    for url in found:
        assert site.fetch(url)


def link_of_a_mail_unsubscribes(site: Site) -> None:
    manage = str(ROOT / "example" / "manage.py")
    command = [sys.executable, manage, "deliver_pending_notifications"]
    subprocess.run(command, env=site.env, check=True, capture_output=True)  # type: ignore[attr-defined]
    (mail,) = (site.place / "mails").iterdir()  # type: ignore[attr-defined]
    text = mail.read_text().rsplit("-" * 79, 1)[0]
    message = email.message_from_string(text, policy=policy.default)
    link = message["List-Unsubscribe"].strip().strip("<>")
    body = message.get_body(("plain",))
    assert body is not None
    assert link in body.get_content()
    assert b"<form method=" in site.fetch(link)
    assert b"<form" not in site.fetch(link, b"List-Unsubscribe=One-Click")


@pytest.fixture
def no_prefix() -> Iterator[None]:
    set_script_prefix("/")
    yield
    set_script_prefix("/")


@pytest.mark.usefixtures("no_prefix")
@pytest.mark.parametrize(
    ("forced", "base", "prefix", "url"),
    [
        (None, "https://a.test", "/", "https://a.test/api/surveys"),
        (None, "https://a.test/", "/", "https://a.test/api/surveys"),
        (None, "https://a.test/x/y/", "/x/y/", "https://a.test/x/y/api/surveys"),
        ("/x", "https://a.test", "/x/", "https://a.test/x/api/surveys"),
        ("/x", "https://a.test/x", "/x/", "https://a.test/x/api/surveys"),
        ("/inside", "https://a.test/outside", "/inside/", "https://a.test/outside/api/surveys"),
        ("/x", None, "/x/", None),
        (None, None, "/", None),
    ],
)
def test_tasks_use_the_prefix(forced, base, prefix, url):
    with override_settings(FORCE_SCRIPT_NAME=forced, CHAT_SETTINGS={"NOTIFICATION_BASE_URL": base}):
        with public_prefix():
            assert get_script_prefix() == prefix
            assert public_url(reverse("surveys-list")) == url
        assert get_script_prefix() == "/"


@pytest.mark.usefixtures("no_prefix")
def test_prefix_of_a_request_is_kept():
    enter_prefix_of({"root_path": "/of/the/request"})
    with (
        override_settings(CHAT_SETTINGS={"NOTIFICATION_BASE_URL": "https://a.test/other"}),
        public_prefix(),
    ):
        assert get_script_prefix() == "/of/the/request/"
        assert re.match("https://a.test/other/api/", str(public_url(reverse("surveys-list"))))
    with override_settings(FORCE_SCRIPT_NAME="/forced"):
        enter_prefix_of({"root_path": "/of/the/request"})
    assert get_script_prefix() == "/forced/"
