"""A session or a token ends while the user is typing: nothing typed is lost, and one event asks to sign in again."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session

from tests.client.pages_of import Pages
from tests.client.proxy import Proxy
from tests.client.serving import Host, Hosts
from tests.client.test_queue import (
    LOST,
    QUEUE,
    SHOWN,
    STATE,
    TEXTS,
    anna,
    ben,
    opened,
    proxy,
    stored,
    thread,
)

__all__ = ["anna", "ben", "proxy", "thread"]

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BEARER = [
    "tests.client.host.tokens.BearerAuthentication",
    "rest_framework.authentication.BasicAuthentication",
]
#: Opens the thread with tokens: the first lasts for the given seconds, the others for an hour, as far as there are any.
START_WITH_TOKENS = """async ([account, username, first, thread]) => {
  chat.issued = [];
  chat.isRefused = false;
  const token = async (isRejected) => {
    if (chat.isRefused) throw new Error("The login has ended");
    const seconds = chat.issued.length ? 3600 : first;
    chat.issued.push(isRejected);
    return (await (await fetch(`/token/?username=${username}&seconds=${seconds}`)).json()).token;
  };
  chat.start({auth: {account, token, scheme: "Bearer"}});
  chat.show(chat.client, thread);
  await chat.client.openThread(thread);
  await chat.until(({rooms, connection}) => rooms.get(thread).isLoaded && connection === "online", "open");
}"""


@pytest.fixture(scope="module")
def bearer_host(hosts: Hosts) -> Host:
    """The project with tokens."""
    from tests.settings import REST_FRAMEWORK

    return hosts.start(REST_FRAMEWORK={**REST_FRAMEWORK, "DEFAULT_AUTHENTICATION_CLASSES": BEARER})


def test_message_and_draft_survive_the_end_of_the_session(
    pages: Pages, proxy: Proxy, anna: Any, thread: int
) -> None:
    profile = pages.profile()
    profile.sign_in(proxy.base, anna)
    page = opened(profile, proxy.base, thread)
    page.evaluate("(thread) => chat.client.setDraft(thread, 'half a sentence')", thread)
    # As the cleanup of expired sessions does: the socket stays open, and requests are refused.
    Session.objects.all().delete()
    page.evaluate(QUEUE, [thread, TEXTS])
    page.evaluate(LOST)
    assert page.evaluate(STATE) == {"queue": TEXTS, "shown": 4, "authRequired": "signed-out"}
    assert stored() == []
    profile.sign_in(proxy.base, anna)
    page.evaluate("() => chat.client.resume()")
    page.evaluate(SHOWN, [thread, TEXTS])
    assert page.evaluate("() => chat.problems") == ["signed-out"]
    draft = page.evaluate("(thread) => chat.client.getSnapshot().rooms.get(thread).draft", thread)
    assert draft == "half a sentence"
    assert stored() == [("anna", text) for text in TEXTS]


def test_logout_elsewhere_closes_the_socket_and_asks_to_sign_in(
    pages: Pages, proxy: Proxy, anna: Any, ben: Any, thread: int, host: Host
) -> None:
    profile = pages.profile()
    profile.sign_in(proxy.base, anna)
    page = opened(profile, proxy.base, thread)
    profile.sign_out(proxy.base)
    page.evaluate(LOST)
    page.evaluate(QUEUE, [thread, TEXTS])
    assert page.evaluate(STATE) == {"queue": TEXTS, "shown": 3, "authRequired": "signed-out"}
    host.post(ben, f"threads/{thread}/messages", {"text": "meanwhile"})
    assert proxy.posts("/messages") == []
    profile.sign_in(proxy.base, anna)
    page.evaluate("() => chat.client.resume()")
    page.evaluate(SHOWN, [thread, ["meanwhile", *TEXTS]])
    assert page.evaluate("() => chat.problems") == ["signed-out"]


def test_rejected_token_is_fetched_again(
    pages: Pages, bearer_host: Host, anna: Any, ben: Any, thread: int
) -> None:
    profile = pages.profile()
    profile.sign_in(bearer_host.base, anna)
    page = profile.open(bearer_host.base)
    page.evaluate(START_WITH_TOKENS, [anna.pk, "anna", -1, thread])
    assert page.evaluate("() => chat.issued") == [False, True]
    page.evaluate(QUEUE, [thread, TEXTS])
    page.evaluate(SHOWN, [thread, TEXTS])
    bearer_host.post(ben, f"threads/{thread}/messages", {"text": "an answer"})
    page.evaluate(SHOWN, [thread, [*TEXTS, "an answer"]])
    assert page.evaluate("() => chat.problems") == []


def test_queue_waits_until_the_host_has_a_token_again(
    pages: Pages, bearer_host: Host, anna: Any, thread: int
) -> None:
    profile = pages.profile()
    profile.sign_in(bearer_host.base, anna)
    page = profile.open(bearer_host.base)
    page.evaluate(START_WITH_TOKENS, [anna.pk, "anna", 3600, thread])
    # The tokens of the user end, and the host's code gets no others.
    page.evaluate("() => { chat.isRefused = true; }")
    old = anna.password
    anna.set_password("another")
    anna.save()
    page.evaluate(QUEUE, [thread, TEXTS])
    page.evaluate(LOST)
    assert page.evaluate(STATE) == {"queue": TEXTS, "shown": 3, "authRequired": "signed-out"}
    assert stored() == []
    assert anna.password != old
    page.evaluate(
        """async (account) => {
          chat.isRefused = false;
          const response = await fetch("/token/?username=anna&seconds=3600");
          chat.client.resume({account, scheme: "Bearer", token: (await response.json()).token});
        }""",
        anna.pk,
    )
    page.evaluate(SHOWN, [thread, TEXTS])
    assert page.evaluate("() => chat.problems") == ["signed-out"]
