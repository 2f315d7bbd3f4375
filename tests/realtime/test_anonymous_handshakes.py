"""Anonymous handshakes do not delay signed-in users, cost no queries, and have a budget per IP address."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from django.conf import LazySettings
from django.test import Client

from chat_api.realtime.socket import admission
from chat_api.realtime.socket.admission import AnonymousBudget, address_of
from chat_api.realtime.socket.codes import CloseCode
from tests.chat.talking import Talk
from tests.realtime.counting import queries
from tests.realtime.sockets import ORIGIN, Opener, Socket, nobody, outside, with_cookie

pytestmark = pytest.mark.django_db(transaction=True)

FORGED = [(b"origin", ORIGIN.encode()), (b"cookie", b"sessionid=" + b"x" * 32)]


async def rejected(socket: Socket, client: Any = None) -> int:
    """Connect from that client address and return the close code."""
    if client is not None:
        cast(dict[str, Any], socket.wire.scope)["client"] = client
    assert await socket.connect()
    assert socket.consumer is None
    return await socket.closed_with()


async def test_anonymous_handshakes_do_not_use_the_connection_rate(
    both: list[Talk], bare: Opener, settings: LazySettings
) -> None:
    settings.CHAT_SETTINGS = {"WS_CONNECTS_PER_SECOND": 1, "WS_CONNECT_WAIT_SECONDS": 0}
    for make in (
        lambda: bare(nobody()),
        bare,
        lambda: bare(headers=FORGED),
        lambda: bare(path="/ws/chat?ticket=x"),
    ):
        for _ in range(3):
            assert await rejected(make()) == CloseCode.NOT_SIGNED_IN
    await bare(both[0].user).open()


async def test_signed_in_user_can_connect_from_a_flooding_ip_address(
    both: list[Talk], bare: Opener, settings: LazySettings
) -> None:
    settings.CHAT_SETTINGS = {"WS_STRANGERS_PER_MINUTE": 2}
    codes = [await rejected(bare(headers=FORGED)) for _ in range(5)]
    codes += [await rejected(bare()) for _ in range(5)]
    assert codes == [CloseCode.NOT_SIGNED_IN] * 2 + [CloseCode.TOO_MANY_CONNECTIONS] * 8
    browser = Client()
    await outside(browser.force_login, both[0].user)
    await bare(headers=with_cookie(browser.cookies)).open()
    ticket = (await outside(browser.post, "/api/ws-ticket")).json()["ticket"]
    await bare(path=f"/ws/chat?ticket={ticket}").open()


async def test_handshake_without_credentials_costs_no_query(bare: Opener) -> None:
    other_cookie = [(b"origin", ORIGIN.encode()), (b"cookie", b"csrftoken=sessionid; sessionid=")]
    with queries() as asked:
        for socket in (bare(), bare(nobody()), bare(headers=other_cookie)):
            assert await rejected(socket) == CloseCode.NOT_SIGNED_IN
    assert asked == []


async def test_each_ip_address_has_its_own_budget(bare: Opener, settings: LazySettings) -> None:
    settings.CHAT_SETTINGS = {"WS_STRANGERS_PER_MINUTE": 1}
    for client, code in (
        (["192.0.2.1", 1], CloseCode.NOT_SIGNED_IN),
        (["192.0.2.1", 2], CloseCode.TOO_MANY_CONNECTIONS),
        (["::ffff:192.0.2.1", 3], CloseCode.TOO_MANY_CONNECTIONS),
        (["192.0.2.2", 1], CloseCode.NOT_SIGNED_IN),
        (["2001:db8::1", 1], CloseCode.NOT_SIGNED_IN),
        (["2001:db8::2", 1], CloseCode.TOO_MANY_CONNECTIONS),
        (["2001:db8:0:1::1", 1], CloseCode.NOT_SIGNED_IN),
    ):
        assert await rejected(bare(), client) == code, client


async def test_forged_sessions_over_the_budget_are_looked_up_one_at_a_time(
    bare: Opener, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CHAT_SETTINGS = {"WS_STRANGERS_PER_MINUTE": 1, "WS_CONNECT_WAIT_SECONDS": 0}
    assert await rejected(bare()) == CloseCode.NOT_SIGNED_IN
    let_go, busy = asyncio.Event(), asyncio.Event()

    async def waits(*args: Any) -> None:
        busy.set()
        await let_go.wait()

    monkeypatch.setattr(admission, "in_database", waits)
    first = asyncio.create_task(rejected(bare(headers=FORGED)))
    await busy.wait()
    assert await rejected(bare(headers=FORGED)) == CloseCode.TOO_MANY_CONNECTIONS
    let_go.set()
    assert await first == CloseCode.TOO_MANY_CONNECTIONS


async def test_database_outage_does_not_sign_users_out(
    both: list[Talk], bare: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(admission, "in_database", fails)
    assert await rejected(bare(both[0].user)) == CloseCode.INTERNAL


def test_budgets_are_renewed_over_time_and_bounded_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("chat_api.realtime.socket.admission.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(admission, "_ADDRESSES_MAX", 3)
    budget = AnonymousBudget()
    for _ in range(60):
        assert budget.has_room("a")
        budget.count("a")
    assert not budget.has_room("a")
    clock[0] += 1
    assert budget.has_room("a")
    budget.count("a")
    assert not budget.has_room("a")
    clock[0] += 3600
    for _ in range(60):
        budget.count("a")
    assert not budget.has_room("a")
    for name in "bcde":
        budget.count(name)
    assert len(budget) == 3


@pytest.mark.parametrize("client", [None, [], ["", 0], ["a path", 1], [None, 1], 5, [b"1", 2]])
def test_invalid_ip_addresses_share_one_budget(client: Any) -> None:
    assert address_of({"client": client}) == address_of({}) == ""


def test_forwarding_headers_do_not_change_the_ip_address() -> None:
    headers = [(b"x-forwarded-for", b"192.0.2.9"), (b"forwarded", b"for=192.0.2.9")]
    assert address_of({"client": ("192.0.2.1", 1), "headers": headers}) == "192.0.2.1"
    assert address_of({"client": ("fe80::1%eth0", 1)}) == "fe80::/64"
