"""The how-to about the client works: its page, view and policy, in a browser, with a module in place of the client."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from chat_api.web.page import MODULE
from tests.docs.browsing import PATIENCE_MS, browser
from tests.docs.examples import ROOT, blocks_of, environment, free_port, serving

# It is about browsers, and the project is on SQLite in any case.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]

SETTINGS = """
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
INSTALLED_APPS += ["mysite"]
STATICFILES_DIRS = [BASE_DIR / "module"]
"""
PREPARE = """
from django.contrib.auth import get_user_model
from django.core.management import call_command
call_command("migrate", verbosity=0)
get_user_model().objects.create_superuser("me", "me@example.com", "secret")
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
    env = environment(DJANGO_SETTINGS_MODULE="mysite.settings", PYTHONPATH=f"{tmp_path}:{ROOT}")

    def run(*command: str) -> None:
        subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True)

    def write(name: str, body: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write(f"\n{body}" if name.endswith(".py") else body)

    def page_of(name: str) -> str:
        return (ROOT / "docs" / name).read_text(encoding="utf-8")

    run("django-admin", "startproject", "mysite", ".")
    blocks = [block for block in blocks_of(page_of("index.rst")) if block.language == "python"]
    blocks += [block for block in blocks_of(page_of("howto/client.rst")) if block.caption]
    for block in blocks:
        write(block.caption, block.body)
    [asgi] = [b for b in blocks_of(page_of("howto/sockets.rst")) if b.body.startswith("# mysite/asgi.py")]
    (tmp_path / "mysite" / "asgi.py").write_text(asgi.body)
    write("mysite/settings.py", SETTINGS)
    write(f"module/{MODULE}", CLIENT)
    run("python", "manage.py", "shell", "-c", PREPARE)
    port = free_port()
    command = ("uvicorn", "mysite.asgi:application", "--ws", "websockets-sansio", "--lifespan", "off")
    with ExitStack() as stack:
        stack.enter_context(serving(*command, "--port", str(port), port=port, cwd=tmp_path, env=env))
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page() -> Iterator[Any]:
    with browser() as driven:
        page = driven.new_context().new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield page


def test_client_works_under_the_documented_policy(site: str, page: Any) -> None:
    said: list[str] = []
    page.goto(f"{site}/admin/login/?next=/messages/")
    page.fill("[name=username]", "me")
    page.fill("[name=password]", "secret")
    page.on("console", lambda message: said.append(message.text))
    page.click("[type=submit]")
    page.wait_for_url(f"{site}/messages/")
    assert page.evaluate(START, "/static/mysite/messages.js") == [201, "heartbeat", 7]
    assert page.evaluate(LOADED) == [f"/static/{MODULE}"]
    assert [text for text in said if "favicon" not in text] == []
    # The policy is in force.
    assert page.evaluate(INLINE) is False
    assert any("Content Security Policy" in text for text in said)
