"""The how-to about the hosted page works: its pages in a browser, and the worker with pushes and clicks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import chat_api
from tests.docs.browsing import PATIENCE_MS, browser
from tests.docs.projects import Project, docs_blocks, sign_in

# It is about browsers, and the project is on SQLite in any case.
pytestmark = [pytest.mark.sqlite_only, pytest.mark.slow]

WORKER = (Path(chat_api.__file__).parent / "static" / "chat_api" / "worker.js").read_text(encoding="utf-8")
TALK = """
from django.contrib.auth import get_user_model
from chat_api.api import *
from chat_api.chat.actions import Draft, ThreadDraft, create_thread, send_message
me = create_thread(creator=get_user_model().objects.get(), draft=ThreadDraft(type="chat", title="Knee"))
send_message(author=me, draft=Draft(text="a < b & c"))
"""
REGISTER = """async () => {
  const page = JSON.parse(document.getElementById("chat-api-client").textContent);
  const registration = await navigator.serviceWorker.register(page.worker);
  await navigator.serviceWorker.ready;
  return [new URL(registration.scope).pathname, page.print];
}"""
#: Runs the worker with pages that are open, sends it an event, and returns what it did.
RUN = """async ([source, language, pages, navigates, name, event]) => {
  const did = [], listeners = {}, waiting = [];
  const clients = pages.map((url) => ({
    url,
    focus: async () => { did.push(["focus", url]); },
    navigate: async (to) => { if (!navigates) throw new TypeError(); did.push(["navigate", to]); },
    postMessage: (said) => did.push(["message", said]),
  }));
  const self = {
    addEventListener: (kind, listener) => { listeners[kind] = listener; },
    navigator: {language},
    registration: {
      scope: "https://clinic.example/chat/",
      showNotification: async (title, options) => { did.push([title, options]); },
    },
    clients: {matchAll: async () => clients, openWindow: async (url) => { did.push(["open", url]); }},
  };
  new Function("self", source)(self);
  const sent = {waitUntil: (work) => waiting.push(work)};
  if (name === "push") {
    sent.data = event === null ? null : {json: () => JSON.parse(event)};
  } else {
    sent.notification = {close: () => did.push(["close"]), data: event};
  }
  listeners[name](sent);
  await Promise.all(waiting);
  return [did, Object.keys(listeners).sort()];
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a project with the blocks of the how-to, and return its URL."""
    with ExitStack() as stack:
        project = Project(tmp_path_factory.mktemp("site"), stack)
        project.write("mysite/settings.py", 'INSTALLED_APPS += ["mysite"]\n')
        project.follow(docs_blocks("howto/hosted-page.rst"))
        project.prepare()
        project.shell(TALK)
        yield project.serve()


@pytest.fixture
def page() -> Iterator[Any]:
    with browser() as driven:
        page = driven.new_context(permissions=["notifications"]).new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield page


def test_pages_of_the_how_to_are_served_under_their_policy(site: str, page: Any) -> None:
    said: list[str] = []
    sign_in(page, site, then="/conversations/")
    page.on("console", lambda message: said.append(message.text))
    for path, title, back, kind in (
        ("/conversations/", "Messages", "/", "chat"),
        ("/conversations/?type=tracker", "Messages", "/", "tracker"),
        ("/trackers/", "Messages", "/", "tracker"),
        ("/clinic/", "Clinic", "/start/", "chat"),
    ):
        page.goto(f"{site}{path}")
        assert page.title().endswith(title)
        assert page.get_attribute("header a", "href") == back
        assert page.get_attribute("dca-threads", "type") == kind
        # The header and the conversations fill the window, and no more.
        assert page.evaluate("() => document.documentElement.scrollHeight <= innerHeight")
    assert [text for text in said if "Content Security Policy" in text] == []


def test_conversation_is_printed_without_scripts(site: str, page: Any) -> None:
    sign_in(page, site, then="/conversations/print/1")
    assert page.inner_text("h1") == "Knee"
    assert page.inner_text(".text") == "a < b & c"
    assert page.evaluate("() => document.scripts.length") == 0
    assert page.is_visible("header")
    page.emulate_media(media="print")
    assert not page.is_visible("header")


def test_worker_is_registered_for_the_folder_of_the_page(site: str, page: Any) -> None:
    sign_in(page, site, then="/conversations/")
    assert page.evaluate(REGISTER) == ["/conversations/", "/conversations/print/"]


@pytest.fixture
def run(page: Any) -> Any:
    """Return a function that sends an event to the worker and returns what it did."""

    def send(
        name: str, event: Any, pages: tuple[str, ...] = (), *, navigates: bool = True, language: str = "en-GB"
    ) -> Any:
        did, listeners = page.evaluate(RUN, [WORKER, language, list(pages), navigates, name, event])
        assert listeners == ["activate", "install", "notificationclick", "push"]
        return did

    return send


def test_push_is_shown_and_replaces_the_one_before_of_the_same_thread(run: Any) -> None:
    sent = {"title": "2 new messages", "body": "Ben: hello", "thread": 7, "count": 2}
    options = {"body": "Ben: hello", "data": {"thread": 7}, "tag": "thread-7", "renotify": True}
    assert run("push", json.dumps(sent)) == [["2 new messages", options]]


@pytest.mark.parametrize("event", [None, "", "{", "[]", "null", "7", '"x"', '{"title": 7, "body": []}'])
def test_push_without_a_usable_text_is_neutral(run: Any, event: Any) -> None:
    neutral = {"body": "", "data": {"thread": None}}
    assert run("push", event) == [["New message", neutral]]
    assert run("push", event, language="pl") == [["Nowa wiadomość", neutral]]
    assert run("push", event, language="") == [["New message", neutral]]


@pytest.mark.parametrize("thread", ["7", "../x", 1.5, [], {}])
def test_push_with_a_malformed_thread_names_none(run: Any, thread: Any) -> None:
    assert run("push", json.dumps({"title": "x" * 900, "thread": thread})) == [
        ["x" * 500, {"body": "", "data": {"thread": None}}]
    ]


def test_click_opens_the_thread_in_a_page_that_is_open_else_in_a_new_one(run: Any) -> None:
    scope = "https://clinic.example/chat/"
    url, click = f"{scope}#/thread/7", ("notificationclick", {"thread": 7})
    assert run(*click) == [["close"], ["open", url]]
    assert run(*click, ("https://clinic.example/", f"{scope}print/7")) == [["close"], ["open", url]]
    hosted = f"{scope}?type=chat#/thread/3"
    assert run(*click, (hosted,)) == [["close"], ["focus", hosted], ["navigate", url]]
    assert run(*click, (hosted,), navigates=False)[2] == [
        "message",
        {"type": "chat-api-thread", "thread": 7},
    ]
    assert run("notificationclick", None) == [["close"], ["open", scope]]
    assert run("notificationclick", {"thread": None}, (hosted,)) == [["close"], ["focus", hosted]]
