"""The how-to about front ends works: its settings, views and scripts, in a browser with pages of two sites."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.docs.browsing import PATIENCE_MS, browser
from tests.docs.examples import ROOT, Block, blocks_of, environment, free_port, serving

pytest.importorskip("corsheaders", reason="django-cors-headers is not installed")

# It is about browsers, and the projects are on SQLite in any case.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]

#: One process serves the project, so that news needs no server to travel.
LAYER = """
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
"""
PREPARE = """
from django.contrib.auth import get_user_model
from django.core.management import call_command
call_command("migrate", verbosity=0)
get_user_model().objects.create_superuser("me", "me@example.com", "secret")
"""
PAGE = '<!doctype html><meta charset="utf-8"><title>A front end</title>'
#: Signs in, posts a message, and waits for the event that a socket delivers about it.
ROUND_TRIP = """async (script) => {
  const app = await import(script);
  await app.signIn("me", "secret");
  const thread = await app.call("POST", "/api/accounts/1/threads/chat", {});
  const socket = await app.openSocket();
  const event = new Promise((resolve, reject) => {
    socket.onclose = ({code}) => reject(new Error(`closed with ${code}`));
    socket.onmessage = ({data}) => {
      const frame = JSON.parse(data);
      if (frame.message === "heartbeat") app.call("POST", `/api/threads/${thread.id}/messages`, {text: "Hello"});
      if (frame.message === "message_created_or_updated") resolve(frame.data.text);
    };
  });
  return event;
}"""
FETCH = """async ([url, options]) => {
  try {
    return (await fetch(url, options)).status;
  } catch {
    return "unreadable";
  }
}"""
#: Posts for an account over the page's own functions, and returns the code of the error.
POSTED_FOR = """async ([script, user]) => {
  const {call} = await import(script);
  try {
    await call("POST", `/api/threads/1/messages?account=${user}`, {text: "Hello"});
  } catch (error) {
    return error.answer.code;
  }
}"""
CLOSED = """(url) => new Promise((resolve) => {
  const socket = new WebSocket(url);
  socket.onclose = ({code}) => resolve(code);
})"""


def section(title: str) -> list[Block]:
    """Return the code blocks of a section of the how-to."""
    page = (ROOT / "docs" / "howto" / "front-end.rst").read_text(encoding="utf-8")
    _, _, rest = page.partition(f"\n{title}\n---")
    assert rest, title
    return blocks_of(rest.split("\n\n", 1)[1].partition("\n---")[0])


class Site:
    """A project made as the how-to says, and a page of another origin in front of it."""

    def __init__(self, place: Path, stack: ExitStack, *, host: str) -> None:
        self.place, self.stack = place, stack
        self.env = environment(DJANGO_SETTINGS_MODULE="mysite.settings", PYTHONPATH=f"{place}:{ROOT}")
        self.ports = free_port(), free_port()
        self.api = f"http://api.example.com:{self.ports[0]}"
        self.page = f"http://{host}:{self.ports[1]}"
        self._places = {f"https://{host}": self.page, "https://api.example.com": self.api}
        self.run("django-admin", "startproject", "mysite", ".")

    def run(self, *command: str) -> None:
        subprocess.run(command, cwd=self.place, env=self.env, check=True, capture_output=True)

    def write(self, block: Block) -> None:
        """Append a block to its file, with the origins of this test and without TLS."""
        body = block.body.replace("COOKIE_SECURE = True", "COOKIE_SECURE = False")
        for shown, here in self._places.items():
            body = body.replace(shown, here)
        folder = self.place / "front" if block.language == "javascript" else self.place
        path = folder / block.caption
        path.parent.mkdir(exist_ok=True)
        with path.open("a") as file:
            file.write(f"\n{body}")

    def serve(self) -> None:
        """Serve the project and the page."""
        (self.place / "front" / "index.html").write_text(PAGE)
        with (self.place / "mysite" / "settings.py").open("a") as file:
            file.write(LAYER)
        self.run("python", "manage.py", "shell", "-c", PREPARE)
        uvicorn = ("uvicorn", "mysite.asgi:application", "--ws", "websockets-sansio", "--lifespan", "off")
        for port, command in zip(
            self.ports,
            (
                (*uvicorn, "--port", str(self.ports[0])),
                ("python", "-m", "http.server", "-d", "front", "-b", "127.0.0.1", str(self.ports[1])),
            ),
            strict=True,
        ):
            self.stack.enter_context(serving(*command, port=port, cwd=self.place, env=self.env))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Return a function that serves a project with the blocks of a section."""
    start = blocks_of((ROOT / "docs" / "index.rst").read_text(encoding="utf-8"))
    sockets = blocks_of((ROOT / "docs" / "howto" / "sockets.rst").read_text(encoding="utf-8"))
    with ExitStack() as stack:

        def make(title: str, host: str) -> Site:
            made = Site(tmp_path, stack, host=host)
            for block in start:
                if block.language == "python":
                    made.write(block)
            [asgi] = [block for block in sockets if block.body.startswith("# mysite/asgi.py")]
            (tmp_path / "mysite" / "asgi.py").write_text(asgi.body)
            for block in section(title):
                if block.caption:
                    made.write(block)
            made.serve()
            return made

        yield make


@pytest.fixture
def open_page() -> Iterator[Callable[[str], Any]]:
    """Return a function that opens a page; every host of the how-to is this machine."""
    with browser("--host-resolver-rules=MAP *.example.* 127.0.0.1") as driven:

        def go(url: str) -> Any:
            page = driven.new_context().new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.goto(url)
            return page

        yield go


def test_page_of_same_site_signs_in_with_session_and_csrf_token(
    site: Callable[..., Site], open_page: Callable[[str], Any]
) -> None:
    served = site("Another origin of the same site", "app.example.com")
    page = open_page(served.page)
    assert page.evaluate(ROUND_TRIP, "/app.js") == "Hello"

    thread = f"{served.api}/api/threads/1/messages"
    written = {"method": "POST", "credentials": "include", "headers": {"Content-Type": "application/json"}}
    assert page.evaluate(FETCH, [thread, {"credentials": "include"}]) == 200
    assert page.evaluate(FETCH, [thread, {**written, "body": '{"text": "no token"}'}]) == 403
    # The account needs no CORS settings, as it is part of the URL.
    socket = served.api.replace("http", "ws") + "/ws/chat"
    assert page.evaluate(POSTED_FOR, ["/app.js", 1]) is None
    assert page.evaluate(POSTED_FOR, ["/app.js", 2]) == "OTHER_ACCOUNT"
    assert page.evaluate(CLOSED, f"{socket}?account=2") == 4401
    # A page of another origin reads nothing, although the browser is signed in, and opens no socket.
    page.goto(served.page.replace("app.", "other."))
    assert page.evaluate(FETCH, [thread, {"credentials": "include"}]) == "unreadable"
    assert page.evaluate(CLOSED, socket) == 1006


def test_page_of_another_site_signs_in_with_token_and_ticket(
    site: Callable[..., Site], open_page: Callable[[str], Any]
) -> None:
    served = site("Another site, or an app", "app.example.net")
    page = open_page(served.page)
    assert page.evaluate(ROUND_TRIP, "/token.js") == "Hello"
    # There is no session, and a ticket that nobody issued opens nothing.
    assert page.evaluate(FETCH, [f"{served.api}/api/threads/1/messages", {"credentials": "omit"}]) == 401
    assert page.evaluate(CLOSED, served.api.replace("http", "ws") + "/ws/chat?ticket=nobodys") == 4401
