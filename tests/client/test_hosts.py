"""The client on pages with the template tag, in projects that are set up differently, under the documented policy."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.pages_of import Pages
from tests.client.serving import Host, Hosts, people, thread_of
from tests.client.test_queue import OPEN, SHOWN, opened
from tests.client.test_signed_out import BEARER
from tests.settings import REST_FRAMEWORK

pytestmark = [pytest.mark.postgres_only, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MANIFEST = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
SEND = "async (thread) => { await chat.client.send(thread, {text: 'to Ben'}).done; }"
SAME = """async () => {
  const [path] = chat.page.module.split(/\\.[0-9a-f]{12}\\.js$/);
  const other = await import(`${path}.js`);
  const same = other.createClient() === chat.client;
  return [other !== chat.module, other.createClient !== chat.module.createClient, same];
}"""
SETTINGS: dict[str, dict[str, Any]] = {
    "manifest": {"STORAGES": MANIFEST},
    "prefix": {"API_PREFIX": "clinic/chat/"},
    "namespace": {"API_NAMESPACE": "clinic"},
    "csrf_in_session": {"CSRF_USE_SESSIONS": True},
}


@pytest.fixture
def anna(transactional_db: None) -> Any:
    return people("anna")[0]


@pytest.fixture
def ben(transactional_db: None) -> Any:
    return people("ben")[0]


def assert_talks(page: Any, host: Host, ben: Any, thread: int) -> None:
    """The page sends a message, and receives one by its socket."""
    page.evaluate(SEND, thread)
    host.post(ben, f"threads/{thread}/messages", {"text": "to Anna"})
    page.evaluate(SHOWN, [thread, ["to Ben", "to Anna"]])


@pytest.mark.parametrize("name", SETTINGS)
def test_client_without_options_talks(pages: Pages, hosts: Hosts, anna: Any, ben: Any, name: str) -> None:
    host, thread = hosts.start(**SETTINGS[name]), thread_of(anna, ben).pk
    profile = pages.profile()
    profile.sign_in(host.base, anna)
    page = opened(profile, host.base, thread)
    assert_talks(page, host, ben, thread)
    assert page.evaluate("() => chat.page.api") == f"/{host.prefix}"
    if name == "manifest":
        assert page.evaluate(SAME) == [True, True, True], "two copies of the module share one client"


def test_client_with_tokens_talks_to_another_origin(pages: Pages, hosts: Hosts, anna: Any, ben: Any) -> None:
    pytest.importorskip("corsheaders", reason="django-cors-headers is not installed")
    front, api, socket = (
        "http://app.example.net:{port}",
        "http://api.example.com:{port}",
        "ws://api.example.com:{port}",
    )
    host = hosts.start(
        ALLOWED_HOSTS=["*"],
        CORS_ALLOWED_ORIGINS=[front],
        REST_FRAMEWORK={**REST_FRAMEWORK, "DEFAULT_AUTHENTICATION_CLASSES": BEARER},
        CHAT_SETTINGS={
            "CLIENT_API_URL": f"{api}/api/",
            "CLIENT_SOCKET_URL": f"{socket}/ws/chat",
            "WS_ALLOWED_ORIGINS": [front],
        },
    )
    thread = thread_of(anna, ben).pk
    here, *connect = (each.format(port=host.server.port) for each in (front, api, socket))
    page = pages.profile().open(here, connect=connect)
    with_tokens = OPEN.replace("chat.start()", f"chat.start({OPTIONS})")
    page.evaluate(with_tokens.replace("ACCOUNT", str(anna.pk)), thread)
    assert_talks(page, host, ben, thread)


OPTIONS = """{auth: {
  account: ACCOUNT,
  scheme: "Bearer",
  token: async () => (await (await fetch("/token/?username=anna&seconds=3600")).json()).token,
}}"""
