"""Opening a socket: origins, sessions, tickets and the connection rate."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, override_settings

from chat_api.realtime.socket.codes import CloseCode
from tests.chat.talking import Talk
from tests.factories import UserFactory
from tests.realtime.sockets import ORIGIN, Opener, Socket, nobody, outside, with_cookie

HOSTILE = [
    b"null",
    b"",
    b"http://localhost.evil.test",
    b"http://evil-localhost",
    b"http://evillocalhost",
    b"http://127.0.0.1.nip.test",
    b"http://localhost@evil.test",
    b"http://evil.test@localhost",
    b"http://user:word@localhost",
    b"http://localhost.",
    b"http://localhost:99999",
    b"http://localhost:",
    b"http://localhost:80a",
    b"http://localhost:80:80",
    b"http://evil.test:80#localhost",
    b"http://evil.test/localhost",
    b"http://evil.test?localhost",
    b"http://localhost/",
    b"http://localhost\\@evil.test",
    b"http://local\thost",
    b"http://localhost\r\n",
    b" http://localhost",
    b"http://localhost http://localhost",
    b"//localhost",
    b"localhost",
    b"file://localhost",
    b"javascript://localhost",
    b"chrome-extension://localhost",
    b"http://[::1",
    b"http://[localhost]",
    b"http://loc%61lhost",
    "http://lоcalhost".encode(),  # noqa: RUF001  (a Cyrillic o)
    "http://ⓛocalhost".encode(),
    "http://localhost。evil.test".encode(),
    b"http://xn--lcalhost-gbg",
    b"http://*",
]


def origin(*values: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"origin", value) for value in values]


async def is_accepted(*values: bytes) -> bool:
    """Return whether an anonymous user with these origins passes the check of origins."""
    socket = Socket(nobody(), headers=origin(*values))
    accepted = await socket.connect()
    if accepted:
        assert await socket.closed_with() == CloseCode.NOT_SIGNED_IN
    await socket.leave()
    return accepted


@pytest.mark.parametrize("value", HOSTILE)
async def test_hostile_origin_is_refused_in_the_handshake(value: bytes) -> None:
    assert not await is_accepted(value)


async def test_missing_or_repeated_origin_is_refused() -> None:
    assert not await is_accepted()
    assert not await is_accepted(b"http://evil.test", ORIGIN.encode())
    assert not await is_accepted(ORIGIN.encode(), b"http://evil.test")


@pytest.mark.django_db(transaction=True)
async def test_origins_of_allowed_hosts_are_accepted() -> None:
    for value in (ORIGIN, "https://localhost", "http://LOCALHOST:8000", "http://127.0.0.1:5173"):
        assert await is_accepted(value.encode()), value
    with override_settings(ALLOWED_HOSTS=[".chat.example", "[::1]"]):
        for value in ("https://chat.example", "https://a.b.chat.example", "http://[::1]:8000"):
            assert await is_accepted(value.encode()), value
        for value in (
            "https://evilchat.example",
            "https://chat.example.evil.test",
            ORIGIN,
            "https://.chat.example.",
        ):
            assert not await is_accepted(value.encode()), value


@pytest.mark.django_db(transaction=True)
async def test_allowed_origins_are_compared_with_scheme_and_port() -> None:
    named = ["https://chat.example", "http://localhost:5173", "capacitor://localhost"]
    with override_settings(CHAT_SETTINGS={"WS_ALLOWED_ORIGINS": named}):
        for value in (*named, "https://chat.example:443"):
            assert await is_accepted(value.encode()), value
        for value in ("http://chat.example", "https://chat.example:8443", ORIGIN, "ionic://localhost"):
            assert not await is_accepted(value.encode()), value
    with override_settings(CHAT_SETTINGS={"WS_ALLOWED_ORIGINS": []}):
        assert not await is_accepted(ORIGIN.encode())
    with override_settings(CHAT_SETTINGS={"WS_ALLOWED_ORIGINS": ["*"]}):
        assert await is_accepted(b"null")
        assert await is_accepted()


@pytest.mark.django_db(transaction=True)
async def test_socket_of_an_anonymous_user_is_accepted_and_closed_at_once(bare: Opener) -> None:
    deleted = await outside(UserFactory.build, pk=10**6)
    inactive = await outside(UserFactory.create, is_active=False)
    for user in (None, nobody(), deleted, inactive):
        socket = bare(user)
        assert await socket.connect()
        # Commands are neither read nor answered.
        await socket.send("ping")
        assert await socket.wire.receive_output(5) == {
            "type": "websocket.close",
            "code": CloseCode.NOT_SIGNED_IN,
        }
        assert await socket.wire.receive_nothing(timeout=0.02)


@pytest.mark.django_db(transaction=True)
async def test_user_is_that_of_the_session(both: list[Talk], opened: Opener, bare: Opener) -> None:
    browser = Client()
    await outside(browser.force_login, both[0].user)
    socket = await opened(headers=with_cookie(browser.cookies))
    assert socket.consumer.user == both[0].user
    await outside(browser.logout)
    assert await socket.closed_with() == CloseCode.NOT_SIGNED_IN
    late = bare(headers=with_cookie(browser.cookies))
    assert await late.connect()
    assert await late.closed_with() == CloseCode.NOT_SIGNED_IN


@pytest.mark.django_db(transaction=True)
async def test_connections_over_the_rate_are_closed_with_too_many_connections(
    both: list[Talk], bare: Opener
) -> None:
    user = both[0].user
    storm = {"WS_CONNECTS_PER_SECOND": 1, "WS_CONNECT_WAIT_SECONDS": 0}
    with override_settings(CHAT_SETTINGS=storm):
        await bare(user).open()
        for _ in range(5):
            late = bare(user)
            assert await late.connect()
            assert await late.closed_with() == CloseCode.TOO_MANY_CONNECTIONS
            assert late.consumer is None
        # A refused origin does not count.
        assert not await is_accepted(b"null")


@pytest.mark.django_db(transaction=True)
async def test_connection_waits_for_a_short_turn(both: list[Talk], bare: Opener) -> None:
    with override_settings(CHAT_SETTINGS={"WS_CONNECTS_PER_SECOND": 100, "WS_CONNECT_WAIT_SECONDS": 10}):
        for _ in range(3):
            await bare(both[0].user).open()


@pytest.mark.django_db(transaction=True)
async def test_socket_is_closed_for_a_retry_if_the_database_fails(
    both: list[Talk], bare: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chat_api.chat.delivery.event_source import ChatEventSource

    def fails(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(ChatEventSource, "threads_of", fails)
    socket = bare(both[0].user)
    assert await socket.connect()
    assert await socket.closed_with() == CloseCode.INTERNAL
    monkeypatch.undo()
