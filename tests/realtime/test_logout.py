"""Logout, deactivation and password changes close open sockets at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest
from django.test import Client, override_settings
from django.urls import path

from chat_api.lib.db.managers import accounts
from chat_api.realtime.socket.codes import CloseCode
from tests import urls
from tests.chat.talking import Talk
from tests.factories import PASSWORD
from tests.realtime.sockets import (
    Opener,
    Socket,
    outside,
    say,
    texts,
    with_cookie,
)

pytestmark = pytest.mark.django_db(transaction=True)

urlpatterns = [*urls.urlpatterns, path("leave", LogoutView.as_view(next_page="/"))]


AT_ONCE = override_settings(CHAT_SETTINGS={"WS_RECHECK_SECONDS": 0})


@override_settings(ROOT_URLCONF="tests.realtime.test_logout")
async def test_logout_closes_only_the_sockets_of_that_session(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    phone, desk, bob_browser = Client(), Client(), Client()
    for client, user in ((phone, alice_talk.user), (desk, alice_talk.user), (bob_browser, bob_talk.user)):
        await outside(client.force_login, user)
    on_phone = [await opened(headers=with_cookie(phone.cookies)) for _ in range(2)]
    others: list[Socket] = [
        await opened(headers=with_cookie(desk.cookies)),
        await opened(headers=with_cookie(bob_browser.cookies)),
        await opened(alice_talk.user),
    ]
    assert (await outside(phone.post, "/leave")).status_code == 302
    for socket in on_phone:
        assert await socket.closed_with() == CloseCode.NOT_SIGNED_IN
        assert await socket.wire.receive_nothing(timeout=0.01)
    await say(alice_talk, "a")
    for socket in others:
        assert texts(await socket.news()) == ["a"]


async def test_logout_closes_a_busy_socket(both: list[Talk], opened: Opener) -> None:
    """A stalled client in the middle of a long catch-up loses its socket, too."""
    alice_talk, _ = both
    browser = Client()
    await outside(browser.force_login, alice_talk.user)
    for number in range(3):
        await say(alice_talk, f"{number}" * 1000)
    socket = await opened(headers=with_cookie(browser.cookies))
    socket.consumer.outbox._limit = 1000
    taken = socket.consumer.outbox._send

    async def stuck(text: str) -> None:
        await taken(text)
        await asyncio.Event().wait()

    socket.consumer.outbox._send = stuck
    await socket.send("catch_up", {"threads": {str(alice_talk.thread_id): 0}})
    await socket.frame()
    await outside(browser.logout)
    assert await socket.closed_with() == CloseCode.NOT_SIGNED_IN


async def test_deactivation_or_deletion_closes_every_socket_of_the_user(
    both: list[Talk], carol: Any, opened: Opener
) -> None:
    alice_talk, bob_talk = both
    alice_sockets, bob_socket = (
        [await opened(alice_talk.user), await opened(alice_talk.user)],
        await opened(bob_talk.user),
    )
    carol_socket = await opened(carol)
    alice_talk.user.is_active = False
    await outside(alice_talk.user.save)
    for socket in alice_sockets:
        assert await socket.closed_with() == CloseCode.NOT_SIGNED_IN
    await outside(bob_talk.user.delete)
    assert await bob_socket.closed_with() == CloseCode.NOT_SIGNED_IN
    assert await carol_socket.news() == []


async def test_recheck_finds_changes_without_a_signal(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    bob_socket, other = await opened(bob_talk.user), await opened(bob_talk.user)
    rows = type(bob_talk.user).objects.filter(pk=bob_talk.user.pk)
    with AT_ONCE:
        await say(alice_talk, "a")
        assert texts(await bob_socket.news()) == texts(await other.news()) == ["a"]
        await outside(rows.update, is_active=False)
        await say(alice_talk, "b")
        assert (await bob_socket.wire.receive_output(5))["code"] == CloseCode.NOT_SIGNED_IN
        assert (await other.wire.receive_output(5))["code"] == CloseCode.NOT_SIGNED_IN


async def test_heartbeat_closes_sockets_of_inactive_users(both: list[Talk], opened: Opener) -> None:
    bob_socket = await opened(both[1].user)
    await outside(type(both[1].user).objects.update, is_active=False)
    bob_socket.consumer._checked = 0.0
    bob_socket.consumer.streams.request_reload(heartbeat=True)
    assert (await bob_socket.wire.receive_output(5))["code"] == CloseCode.NOT_SIGNED_IN


@AT_ONCE
async def test_password_change_closes_sockets_of_other_sessions(both: list[Talk], opened: Opener) -> None:
    alice_talk, bob_talk = both
    phone, desk = Client(), Client()
    for client in (phone, desk):
        assert await outside(client.login, username="bob", password=PASSWORD)
    on_phone, on_desk = [await opened(headers=with_cookie(client.cookies)) for client in (phone, desk)]

    def change() -> None:
        user = accounts().get(pk=bob_talk.user.pk)
        user.set_password("another")
        user.save()
        request = HttpRequest()
        request.session, request.user = desk.session, user
        update_session_auth_hash(request, user)
        request.session.save()
        desk.cookies["sessionid"] = str(request.session.session_key)

    await outside(change)
    await say(alice_talk, "a")
    for socket in (on_phone, on_desk):
        assert (await socket.wire.receive_output(5))["code"] == CloseCode.NOT_SIGNED_IN
    # Django gives the session with the new password another key, with which its page connects again.
    again = await opened(headers=with_cookie(desk.cookies))
    await say(alice_talk, "b")
    assert texts(await again.news()) == ["b"]
