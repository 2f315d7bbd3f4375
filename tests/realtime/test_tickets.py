"""Tickets: how a client without a cookie opens a socket, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client, override_settings
from django.utils import timezone

from chat_api.realtime.auth.tickets import issue_ticket, redeem_ticket
from chat_api.realtime.models import SocketTicket
from chat_api.realtime.socket.codes import CloseCode
from tests.chat.conftest import client_of
from tests.chat.talking import Talk
from tests.realtime.sockets import Opener, outside


async def ticket_of(client: Any) -> str:
    response = await outside(client.post, "/api/ws-ticket")
    assert response.status_code == 201, response.content
    assert response.json().keys() == {"ticket", "expires"}
    ticket: str = response.json()["ticket"]
    return ticket


async def opens(bare: Opener, ticket: str, user: Any = None) -> bool:
    """Return whether the ticket opens a socket."""
    socket = bare(user, path=f"/ws/chat?ticket={ticket}")
    assert await socket.connect()
    output = await socket.wire.receive_output(5)
    if output["type"] == "websocket.close":
        assert output["code"] == CloseCode.NOT_SIGNED_IN
        return False
    return True


@pytest.mark.django_db(transaction=True)
async def test_ticket_opens_one_socket(both: list[Talk], bare: Opener) -> None:
    alice_talk, bob_talk = both
    ticket = await ticket_of(alice_talk.client)
    assert not await outside(SocketTicket.objects.filter(digest=ticket).exists)
    assert await opens(bare, ticket)
    # An invalid ticket is refused even with a valid session.
    assert not await opens(bare, ticket, user=bob_talk.user)
    for wrong in ("x", "%00", "%ff", "a" * 5000, ticket.swapcase()):
        assert not await opens(bare, wrong)


@pytest.mark.django_db(transaction=True)
async def test_user_of_a_ticket_takes_precedence_over_the_session(both: list[Talk], bare: Opener) -> None:
    alice_talk, bob_talk = both
    socket = bare(bob_talk.user, path=f"/ws/chat?ticket={await ticket_of(alice_talk.client)}")
    await socket.open()
    assert socket.consumer.user == alice_talk.user


@pytest.mark.django_db(transaction=True)
async def test_expired_ticket_opens_no_socket(both: list[Talk], bare: Opener) -> None:
    ticket = await ticket_of(both[0].client)
    left = (await outside(SocketTicket.objects.get)).expires - timezone.now()
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)
    await outside(SocketTicket.objects.update, expires=timezone.now() - timedelta(seconds=1))
    assert not await opens(bare, ticket)
    assert not await outside(SocketTicket.objects.exists)


@pytest.mark.django_db(transaction=True)
async def test_ticket_of_a_deactivated_user_opens_no_socket(both: list[Talk], bare: Opener) -> None:
    user = both[0].user
    ticket = await ticket_of(both[0].client)
    await outside(type(user).objects.filter(pk=user.pk).update, is_active=False)
    assert not await opens(bare, ticket)


@pytest.mark.django_db(transaction=True)
async def test_socket_opened_with_a_ticket_ends_with_the_session_of_the_ticket(
    both: list[Talk], bare: Opener
) -> None:
    browser, token = Client(), both[0].client
    await outside(browser.force_login, both[0].user)
    socket = bare(path=f"/ws/chat?ticket={await ticket_of(browser)}")
    other = bare(path=f"/ws/chat?ticket={await ticket_of(token)}")
    await socket.open()
    await other.open()
    await outside(browser.logout)
    assert await socket.closed_with() == CloseCode.NOT_SIGNED_IN
    assert await other.news() == []


@pytest.mark.django_db(transaction=True)
async def test_anonymous_session_does_not_bind_the_socket(both: list[Talk], bare: Opener) -> None:
    """A page with the cookie of an anonymous session signs in by a token."""
    client = client_of(both[0].user)
    await outside(lambda: client.session.update({"basket": [1]}))
    assert await opens(bare, await ticket_of(client))
    for backend in ("signed_cookies", "cache", "db"):
        with override_settings(SESSION_ENGINE=f"django.contrib.sessions.backends.{backend}"):
            browser = Client()
            await outside(browser.force_login, both[0].user)
            assert await opens(bare, await ticket_of(browser)), backend


@pytest.mark.django_db(transaction=True)
def test_ticket_used_fifty_times_at_once_opens_one_socket(alice: Any, postgres_only: None) -> None:
    ticket = issue_ticket(user=alice).text
    together = Barrier(50)

    def come() -> bool:
        together.wait(10)
        try:
            return redeem_ticket(ticket) is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        came = [done.result() for done in [pool.submit(come) for _ in range(50)]]
    assert came.count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_new_ticket_deletes_expired_tickets(alice: Any, bob: Any) -> None:
    issue_ticket(user=alice)
    issue_ticket(user=bob)
    SocketTicket.objects.update(expires=timezone.now() - timedelta(seconds=1))
    fresh = issue_ticket(user=alice)
    assert fresh.expires > timezone.now()
    assert set(SocketTicket.objects.values_list("user", flat=True)) == {bob.pk, alice.pk}
