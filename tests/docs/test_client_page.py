"""The how-to about the client works: its page, view and policy, in a browser, with a module in place of the client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from chat_api.web.files import MODULE
from tests.docs.browsing import PATIENCE_MS, browser
from tests.docs.projects import Project, docs_blocks, sign_in

# It is about browsers, and the project is on SQLite in any case.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]

SETTINGS = """
INSTALLED_APPS += ["mysite"]
STATICFILES_DIRS = [BASE_DIR / "module"]
"""
#: Sends a request that writes, opens the socket, and shows an image of its own.
CLIENT = """
export async function createClient({api, socket, csrf}) {
  const created = await fetch(`${api}accounts/1/threads/chat`, {
    method: "POST",
    headers: {"Content-Type": "application/json", [csrf.header]: csrf.token},
    body: "{}",
  });
  const url = new URL(socket, location);
  url.protocol = url.protocol.replace("http", "ws");
  const opened = await new Promise((resolve) => {
    const connection = new WebSocket(url);
    connection.onmessage = ({data}) => resolve(JSON.parse(data).message);
    connection.onclose = ({code}) => resolve(code);
  });
  const image = new Image();
  const shown = new Promise((resolve) => { image.onload = () => resolve(image.width); image.onerror = resolve; });
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>';
  image.src = URL.createObjectURL(new Blob([svg], {type: "image/svg+xml"}));
  return [created.status, opened, await shown];
}
"""
START = """async (url) => {
  const {page, createClient} = await import(url);
  return createClient(page);
}"""
#: The paths of the client's module among the loaded resources: one, if the preloaded module is the imported one.
LOADED = """() => performance.getEntriesByType("resource")
  .map(({name}) => new URL(name).pathname)
  .filter((path) => path.endsWith("/client.js"))"""
INLINE = """() => {
  const script = document.createElement("script");
  script.textContent = "window.executed = true";
  document.head.append(script);
  return window.executed === true;
}"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Serve a project with the blocks of the how-to, and return its URL."""
    with ExitStack() as stack:
        project = Project(tmp_path, stack)
        project.follow(docs_blocks("howto/client.rst"))
        project.write("mysite/settings.py", SETTINGS)
        project.write(f"module/{MODULE}", CLIENT)
        project.prepare()
        yield project.serve()


@pytest.fixture
def page() -> Iterator[Any]:
    with browser() as driven:
        page = driven.new_context().new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield page


def test_client_works_under_the_documented_policy(site: str, page: Any) -> None:
    said: list[str] = []
    sign_in(page, site, then="/messages/")
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    assert page.evaluate(START, "/static/mysite/messages.js") == [201, "heartbeat", 7]
    assert page.evaluate(LOADED) == [f"/static/{MODULE}"]
    assert [text for text in said if "favicon" not in text] == []
    # The policy is in force.
    assert page.evaluate(INLINE) is False
    assert any("Content Security Policy" in text for text in said)
