"""A handshake that names another account is closed like that of an unknown user, and uses no ticket up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from chat_api.realtime.models import SocketTicket
from chat_api.realtime.socket.codes import CloseCode
from tests.chat.talking import Talk
from tests.realtime.sockets import Opener, nobody, outside, with_cookie
from tests.realtime.test_tickets import ticket_of

pytestmark = pytest.mark.django_db(transaction=True)

#: Query strings that name another account than that of the user `{}`.
OTHERS = (
    "account=",
    "account",
    "account=x",
    "account=0{}",
    "account=+{}",
    "account=%20{}",
    "account={}&account={}",
    "account={}&account=",
    "account=%00",
    "account=%ff",
    "account=\xff",
    "account={}%00",
)


async def code_of(bare: Opener, user: Any = None, *, query: str, **kwargs: Any) -> int | None:
    """Return the code with which the socket is closed at once, or None if it is open."""
    socket = bare(user, path=f"/ws/chat?{query}", **kwargs)
    assert await socket.connect()
    output = await socket.wire.receive_output(5)
    return int(output["code"]) if output["type"] == "websocket.close" else None


@pytest.mark.parametrize("query", OTHERS)
async def test_malformed_or_repeated_account_is_another_one(
    both: list[Talk], bare: Opener, query: str
) -> None:
    user = both[0].user
    assert await code_of(bare, user, query=query.format(user.pk, user.pk)) == CloseCode.NOT_SIGNED_IN


async def test_user_of_the_session_is_the_named_account(both: list[Talk], bare: Opener) -> None:
    alice, bob = (talk.user for talk in both)
    browser = Client()
    await outside(browser.force_login, alice)
    headers = with_cookie(browser.cookies)
    assert await code_of(bare, query=f"account={alice.pk}", headers=headers) is None
    assert await code_of(bare, query=f"account={bob.pk}", headers=headers) == CloseCode.NOT_SIGNED_IN
    # Another tab of the browser.
    await outside(browser.logout)
    await outside(browser.force_login, bob)
    headers = with_cookie(browser.cookies)
    assert await code_of(bare, query=f"account={alice.pk}", headers=headers) == CloseCode.NOT_SIGNED_IN


async def test_anonymous_user_is_not_an_account(both: list[Talk], bare: Opener) -> None:
    for user in (None, nobody()):
        for named in (both[0].user.pk, "None", ""):
            assert await code_of(bare, user, query=f"account={named}") == CloseCode.NOT_SIGNED_IN


async def test_ticket_of_another_account_stays_valid(both: list[Talk], bare: Opener) -> None:
    alice, bob = (talk.user for talk in both)
    ticket = await ticket_of(both[0].client)
    for query in (f"ticket={ticket}&account={bob.pk}", f"account=&ticket={ticket}"):
        # The user of the scope plays no part where there is a ticket.
        for user in (None, alice, bob):
            assert await code_of(bare, user, query=query) == CloseCode.NOT_SIGNED_IN
    socket = bare(path=f"/ws/chat?account={alice.pk}&ticket={ticket}")
    await socket.open()
    assert socket.consumer.user == alice
    assert await code_of(bare, query=f"account={alice.pk}&ticket={ticket}") == CloseCode.NOT_SIGNED_IN


async def test_expired_ticket_of_another_account_opens_nothing(both: list[Talk], bare: Opener) -> None:
    alice, bob = (talk.user for talk in both)
    ticket = await ticket_of(both[0].client)
    await outside(SocketTicket.objects.update, expires=timezone.now() - timedelta(seconds=1))
    for user in (bob, alice):
        query = f"ticket={ticket}&account={user.pk}"
        assert await code_of(bare, query=query) == CloseCode.NOT_SIGNED_IN
    assert not await outside(SocketTicket.objects.exists)


async def test_handshakes_for_other_accounts_count_as_anonymous_ones(both: list[Talk], bare: Opener) -> None:
    alice, bob = (talk.user for talk in both)
    with override_settings(CHAT_SETTINGS={"WS_STRANGERS_PER_MINUTE": 2}):
        codes = [await code_of(bare, alice, query=f"account={bob.pk}") for _ in range(3)]
        assert codes == [
            CloseCode.NOT_SIGNED_IN,
            CloseCode.NOT_SIGNED_IN,
            CloseCode.TOO_MANY_CONNECTIONS,
        ]
        # Known users are admitted all the same.
        assert await code_of(bare, alice, query=f"account={alice.pk}") is None
