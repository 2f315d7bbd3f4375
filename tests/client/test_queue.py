"""The queue of a client in a browser: offline, after a closed page, in two tabs, under the account that wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chat_api.chat.models import Message
from tests.client.pages_of import Pages, Profile
from tests.client.proxy import Proxy
from tests.client.serving import Host, people, thread_of

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TEXTS = ["first", "second", "third"]
#: Sends texts without waiting for the server, and returns when they are stored in the browser.
QUEUE = """async ([thread, texts]) => {
  for (const text of texts) chat.client.send(thread, {text}).done.catch(() => {});
  await chat.until(({queue}) => queue.length === texts.length, "all are queued");
}"""
OPEN = """async (thread) => {
  chat.start();
  chat.show(chat.client, thread);
  await chat.client.openThread(thread);
  await chat.until(({rooms, connection}) => rooms.get(thread).isLoaded && connection === "online", "open");
}"""
#: Waits until nothing is queued and the thread shows these texts.
SHOWN = """async ([thread, texts]) => {
  await chat.until(({queue}) => queue.length === 0, "nothing is queued");
  await chat.until(() => JSON.stringify(chat.texts(thread)) === JSON.stringify(texts), "all are shown");
}"""
STATE = """() => {
  const {queue, rooms, authRequired} = chat.client.getSnapshot();
  const shown = [...rooms.values()].flatMap(({pending, draft}) => [...pending, ...(draft ? [draft] : [])]);
  return {queue: queue.map(({data}) => data.draft.text), shown: shown.length, authRequired};
}"""
#: Whether the requests of the page have the cookies of its account.
SIGNED_IN = """async () => {
  const {api, user} = chat.page;
  return (await fetch(`${api}accounts/${user}/unread?account=${user}`)).ok;
}"""
#: Returns when requests fail, which is not as soon as the browser is without a network.
CUT_OFF = """async () => {
  for (;;) {
    try {
      await fetch(location.href, {cache: "no-store"});
    } catch {
      return;
    }
  }
}"""
DRAFT = """(thread) => chat.client.getSnapshot().rooms.get(thread).draft"""
LOST = """() => chat.until(({authRequired}) => authRequired, "it asks to sign in")"""


@pytest.fixture
def proxy(host: Host) -> Iterator[Proxy]:
    """A proxy in front of the project, which counts requests."""
    with Proxy(host.server.port) as made:
        yield made


@pytest.fixture
def anna(transactional_db: None) -> Any:
    return people("anna")[0]


@pytest.fixture
def ben(transactional_db: None) -> Any:
    return people("ben")[0]


@pytest.fixture
def thread(anna: Any, ben: Any) -> int:
    key: int = thread_of(anna, ben).pk
    return key


def opened(profile: Profile, base: str, thread: int) -> Any:
    """Return a page that shows the thread, connected."""
    page = profile.open(base)
    page.evaluate(OPEN, thread)
    return page


def queued_offline(profile: Profile, proxy: Proxy, thread: int, texts: list[str]) -> Any:
    """Queue texts without a network, and return the page."""
    page = opened(profile, proxy.base, thread)
    profile.context.set_offline(True)
    page.evaluate(CUT_OFF)
    page.evaluate(QUEUE, [thread, texts])
    return page


def stored() -> list[tuple[str, str]]:
    """Return the sender and the text of each message, in order."""
    return list(Message.objects.order_by("pk").values_list("sender__username", "text"))


def test_messages_queued_offline_are_sent_by_the_next_page(
    pages: Pages, proxy: Proxy, anna: Any, thread: int
) -> None:
    profile = pages.profile()
    profile.sign_in(proxy.base, anna)
    queued_offline(profile, proxy, thread, TEXTS).close()
    profile.context.set_offline(False)
    assert stored() == []
    page = opened(profile, proxy.base, thread)
    page.evaluate(SHOWN, [thread, TEXTS])
    assert page.locator("#messages li").all_text_contents() == TEXTS
    assert stored() == [("anna", text) for text in TEXTS]
    assert len(proxy.posts("/messages")) == 3


def test_of_two_tabs_one_sends_the_queue(pages: Pages, proxy: Proxy, anna: Any, thread: int) -> None:
    profile = pages.profile()
    profile.sign_in(proxy.base, anna)
    other = opened(profile, proxy.base, thread)
    page = queued_offline(profile, proxy, thread, TEXTS)
    other.evaluate("() => chat.until(({queue}) => queue.length === 3, 'the other tab shows them, too')")
    profile.context.set_offline(False)
    for tab in (page, other):
        tab.evaluate(SHOWN, [thread, TEXTS])
    assert stored() == [("anna", text) for text in TEXTS]
    assert len(proxy.posts("/messages")) == 3


def test_queue_is_neither_sent_nor_shown_under_another_account(
    pages: Pages, proxy: Proxy, anna: Any, ben: Any, thread: int
) -> None:
    profile = pages.profile()
    profile.sign_in(proxy.base, anna)
    page = queued_offline(profile, proxy, thread, TEXTS)
    page.evaluate("(thread) => chat.client.setDraft(thread, 'a secret')", thread)
    assert page.evaluate("() => chat.client.signOut()") is False, "a question comes first"
    page.close()
    profile.context.set_offline(False)
    profile.sign_out(proxy.base)
    profile.sign_in(proxy.base, ben)
    page = opened(profile, proxy.base, thread)
    page.evaluate("(thread) => chat.client.send(thread, {text: 'from Ben'}).done", thread)
    page.evaluate(SHOWN, [thread, ["from Ben"]])
    assert page.evaluate(STATE) == {"queue": [], "shown": 0, "authRequired": None}
    page.close()
    assert stored() == [("ben", "from Ben")]
    profile.sign_in(proxy.base, anna)
    page = opened(profile, proxy.base, thread)
    page.evaluate(SHOWN, [thread, ["from Ben", *TEXTS]])
    assert stored() == [("ben", "from Ben"), *(("anna", text) for text in TEXTS)]
    assert page.evaluate(DRAFT, thread) == "a secret"


def test_discarded_queue_is_never_sent(pages: Pages, proxy: Proxy, anna: Any, thread: int) -> None:
    profile = pages.profile()
    profile.sign_in(proxy.base, anna)
    page = queued_offline(profile, proxy, thread, TEXTS)
    page.evaluate("(thread) => chat.client.setDraft(thread, 'a secret')", thread)
    assert page.evaluate("() => chat.client.signOut({discard: true})") is True
    page.close()
    profile.context.set_offline(False)
    profile.sign_in(proxy.base, anna)
    page = opened(profile, proxy.base, thread)
    page.evaluate("(thread) => chat.client.send(thread, {text: 'later'}).done", thread)
    page.evaluate(SHOWN, [thread, ["later"]])
    assert stored() == [("anna", "later")]
    assert page.evaluate(STATE) == {"queue": [], "shown": 0, "authRequired": None}


def test_nothing_is_sent_under_the_account_that_signed_in_in_another_tab(
    pages: Pages, proxy: Proxy, anna: Any, ben: Any, thread: int
) -> None:
    profile = pages.profile()
    profile.sign_in(proxy.base, anna)
    page = opened(profile, proxy.base, thread)
    profile.sign_in(proxy.base, ben)
    page.evaluate(QUEUE, [thread, TEXTS])
    page.evaluate(LOST)
    assert page.evaluate(STATE) == {"queue": TEXTS, "shown": 3, "authRequired": "other-account"}
    # A new connection changes nothing about it.
    page.evaluate("() => dispatchEvent(new Event('online'))")
    assert stored() == []
    # A session that ends takes its cookie along: late responses to its requests delete that of the next one.
    profile.context.clear_cookies()
    profile.sign_in(proxy.base, anna)
    page.wait_for_function(SIGNED_IN)
    page.evaluate("() => chat.client.resume()")
    page.evaluate(SHOWN, [thread, TEXTS])
    assert stored() == [("anna", text) for text in TEXTS]
    assert page.evaluate("() => chat.problems") == ["other-account"]
