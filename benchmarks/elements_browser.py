"""Opening threads, receiving messages and typing in a browser, for `benchmarks.elements`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ
from pathlib import Path
from typing import Any

from benchmarks.elements_hosts import LONG, MESSAGES, READER, Site

CHROMIUM = environ.get("CHAT_API_CHROMIUM", "/usr/bin/chromium")
#: So much slower is the processor of the page.
_SLOWER = 4
_APPENDED = 100
_TYPED = "Thirty characters are typed in"
_PAUSE_MS = 60
_TASK = "ThreadControllerImpl::RunTask"
_PATIENCE_MS = 120_000
_SCRIPT = Path(__file__).with_name("elements_page.js")
_LOAD_ALL = """async (size) => {
  const data = JSON.parse(document.getElementById("chat-api-client").textContent);
  const { createClient } = await import(data.module);
  const client = createClient();
  const [id] = client.getSnapshot().rooms.keys();
  const room = () => client.getSnapshot().rooms.get(id);
  while (room().hasEarlier) await client.loadEarlier(id);
  if (room().messages.length !== size) throw new Error(`${room().messages.length} messages are loaded`);
  client.destroy();
}"""


class Browser:
    """A browser, with a new profile for each page that is opened."""

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium
        self._context: Any = None
        self._page: Any = None

    def open(self, site: Site, thread: int, messages: int = MESSAGES) -> float:
        """Open a thread with an empty cache; return the milliseconds until it can be used."""
        self.close()
        self._context = self._chromium.new_context(viewport={"width": 900, "height": 700})
        self._context.set_default_timeout(_PATIENCE_MS)
        self._context.add_init_script(path=_SCRIPT)
        assert self._context.request.get(f"{site.base}/sign-in/{READER}/").ok
        self._page = self._context.new_page()
        session = self._context.new_cdp_session(self._page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
        last = f"Message {messages}:"
        # Begins before the page does, as its script would.
        self._context.add_init_script(f"window.opened = bench.usable({json.dumps(last)})")
        assert self._page.goto(f"{site.base}/page/{thread}/", wait_until="commit").ok
        return float(self._page.evaluate("opened"))

    def append(self, site: Site, thread: int) -> float:
        """Have messages sent to the open page; return the milliseconds that it takes to draw them."""
        page = self._page
        page.evaluate("bench.hold()")
        for number in range(1, _APPENDED + 1):
            site.send(thread, f"Appended {number}.")
            page.wait_for_function(f"bench.count() === {number}", polling=5)
        return float(page.evaluate("bench.release", f"Appended {_APPENDED}."))

    def type(self, site: Site, thread: int) -> float:
        """Type in a thread with all its messages loaded; return the milliseconds of the longest task."""
        size = LONG if thread == site.many else MESSAGES
        self.open(site, thread, size)
        page = self._page
        page.evaluate(_LOAD_ALL, size)
        page.wait_for_timeout(2_000)
        # Other categories, those of the developer tools, add to each task what they do for each element of the page.
        self._chromium.start_tracing(page=page, categories=["toplevel", "devtools.timeline"])
        page.keyboard.type(_TYPED, delay=_PAUSE_MS)
        page.wait_for_timeout(200)
        trace = json.loads(self._chromium.stop_tracing())
        assert page.evaluate("bench.field().value") == _TYPED
        return _longest_task(trace["traceEvents"])

    def close(self) -> None:
        """Close the page."""
        if self._context is not None:
            self._context.close()


def _longest_task(events: list[dict[str, Any]]) -> float:
    """Return the milliseconds of the longest task of the process that handled the keys."""
    names = {(one["pid"], one["tid"]): one["args"]["name"] for one in events if one["name"] == "thread_name"}
    typed = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "EventDispatch" and one.get("args", {}).get("data", {}).get("type") == "keydown"
    }
    main = {key for key in typed if names.get(key) == "CrRendererMain"}
    tasks = [one for one in events if one["name"] == _TASK and (one["pid"], one["tid"]) in main]
    # One that had not ended with the trace has no duration: no key was handled so late.
    return max(one.get("dur", 0) for one in tasks) / 1000


@contextmanager
def browser() -> Iterator[Browser]:
    """Run Chromium for the block."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = Browser(chromium)
        yield page
        page.close()
        chromium.close()
