"""The how-to about front ends works: its settings, views and scripts, in a browser with pages of two sites."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.docs.browsing import PATIENCE_MS, browser
from tests.docs.examples import ROOT, Block, blocks_of, free_port, serving
from tests.docs.projects import Project

pytest.importorskip("corsheaders", reason="django-cors-headers is not installed")

# It is about browsers, and the projects are on SQLite in any case.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]

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
#: Connects with the module, by a token, and waits for the socket.
MODULE_TRIP = """async () => {
  const {call} = await import("/token.js");
  const {connect} = await import("/built/spa.js");
  const client = connect(1, async () => (await call("POST", "/token", {username: "me", password: "secret"})).token);
  const thread = await client.startThread("chat");
  const {text} = await client.send(thread.id, {text: "Hello"}).done;
  await new Promise((resolve) => {
    const look = () => { if (client.getSnapshot().connection === "online") resolve(); };
    client.subscribe(look);
    look();
  });
  return text;
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


class Site(Project):
    """A project made as the how-to says, and a page of another origin in front of it."""

    def __init__(self, place: Path, stack: ExitStack, *, host: str) -> None:
        super().__init__(place, stack)
        self.page_port = free_port()
        self.api = f"http://api.example.com:{self.port}"
        self.page = f"http://{host}:{self.page_port}"
        self._places = {f"https://{host}": self.page, "https://api.example.com": self.api}

    def follow(self, blocks: Iterable[Block]) -> None:
        """Write the blocks, with the origins of this test and without TLS; scripts are the page's."""
        for block in blocks:
            body = block.body.replace("COOKIE_SECURE = True", "COOKIE_SECURE = False")
            for shown, here in self._places.items():
                body = body.replace(shown, here)
            folder = "front/" if block.language == "javascript" else ""
            super().follow([replace(block, body=body, caption=block.caption and f"{folder}{block.caption}")])

    def serve(self) -> str:
        """Serve the project and the page."""
        self.prepare()
        self.write("front/index.html", PAGE)
        command = ("python", "-m", "http.server", "-d", "front", "-b", "127.0.0.1", str(self.page_port))
        self._running.enter_context(serving(*command, port=self.page_port, cwd=self.place, env=self.env))
        return super().serve()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Return a function that serves a project with the blocks of a section."""
    with ExitStack() as stack:

        def make(title: str, host: str) -> Site:
            made = Site(tmp_path, stack, host=host)
            made.follow(section(title))
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


def test_module_connects_from_another_site(
    site: Callable[..., Site], open_page: Callable[[str], Any]
) -> None:
    # Imported here, because the other tests need no node.
    from tests.docs import front_ends

    served = site("Another site, or an app", "app.example.net")
    scripts = front_ends.write_scripts(served.place)
    [script] = [path for path in scripts if path.name == "spa.ts"]
    body = script.read_text().replace("https://api.example.com", served.api)
    script.write_text(body.replace("wss://api.example.com", served.api.replace("http", "ws")))
    front_ends.bundle([script], served.place / "front" / "built")
    assert open_page(served.page).evaluate(MODULE_TRIP) == "Hello"
