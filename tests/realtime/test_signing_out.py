"""Signing out while sockets are open: it takes effect at once."""

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


@override_settings(ROOT_URLCONF="tests.realtime.test_signing_out")
async def test_signing_out_closes_the_sockets_of_that_session_alone(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    phone, desk, his = Client(), Client(), Client()
    for client, user in ((phone, mine.user), (desk, mine.user), (his, bobs.user)):
        await outside(client.force_login, user)
    on_phone = [await opened(headers=with_cookie(phone.cookies)) for _ in range(2)]
    others: list[Socket] = [
        await opened(headers=with_cookie(desk.cookies)),
        await opened(headers=with_cookie(his.cookies)),
        await opened(mine.user),
    ]
    assert (await outside(phone.post, "/leave")).status_code == 302
    for socket in on_phone:
        assert await socket.closed_with() == CloseCode.NOT_SIGNED_IN
        assert await socket.wire.receive_nothing(timeout=0.01)
    await say(mine, "a")
    for socket in others:
        assert texts(await socket.news()) == ["a"]


async def test_signing_out_is_not_behind_what_keeps_the_socket_busy(both: list[Talk], opened: Opener) -> None:
    """A client that takes nothing, in the middle of a long history, has lost his socket all the same."""
    mine, _ = both
    browser = Client()
    await outside(browser.force_login, mine.user)
    for number in range(3):
        await say(mine, f"{number}" * 1000)
    socket = await opened(headers=with_cookie(browser.cookies))
    socket.consumer.outbox._limit = 1000
    taken = socket.consumer.outbox._send

    async def stuck(text: str) -> None:
        await taken(text)
        await asyncio.Event().wait()

    socket.consumer.outbox._send = stuck
    await socket.send("catch_up", {"threads": {str(mine.thread_id): 0}})
    await socket.frame()
    await outside(browser.logout)
    assert await socket.closed_with() == CloseCode.NOT_SIGNED_IN


async def test_deactivation_and_deletion_close_every_socket_of_the_user(
    both: list[Talk], carol: Any, opened: Opener
) -> None:
    mine, bobs = both
    alices, his = [await opened(mine.user), await opened(mine.user)], await opened(bobs.user)
    hers = await opened(carol)
    mine.user.is_active = False
    await outside(mine.user.save)
    for socket in alices:
        assert await socket.closed_with() == CloseCode.NOT_SIGNED_IN
    await outside(bobs.user.delete)
    assert await his.closed_with() == CloseCode.NOT_SIGNED_IN
    assert await hers.news() == []


async def test_what_no_signal_tells_is_found_by_rechecking(both: list[Talk], opened: Opener) -> None:
    mine, bobs = both
    his, other = await opened(bobs.user), await opened(bobs.user)
    rows = type(bobs.user).objects.filter(pk=bobs.user.pk)
    with AT_ONCE:
        await say(mine, "a")
        assert texts(await his.news()) == texts(await other.news()) == ["a"]
        await outside(rows.update, is_active=False)
        await say(mine, "b")
        assert (await his.wire.receive_output(5))["code"] == CloseCode.NOT_SIGNED_IN
        assert (await other.wire.receive_output(5))["code"] == CloseCode.NOT_SIGNED_IN


async def test_a_heartbeat_finds_who_may_not_stay(both: list[Talk], opened: Opener) -> None:
    his = await opened(both[1].user)
    await outside(type(both[1].user).objects.update, is_active=False)
    his.consumer._checked = 0.0
    his.consumer.streams.hint_anew(beat=True)
    assert (await his.wire.receive_output(5))["code"] == CloseCode.NOT_SIGNED_IN


@AT_ONCE
async def test_another_password_ends_the_sessions_that_do_not_know_it(
    both: list[Talk], opened: Opener
) -> None:
    mine, bobs = both
    phone, desk = Client(), Client()
    for client in (phone, desk):
        assert await outside(client.login, username="bob", password=PASSWORD)
    on_phone, on_desk = [await opened(headers=with_cookie(client.cookies)) for client in (phone, desk)]

    def change() -> None:
        user = accounts().get(pk=bobs.user.pk)
        user.set_password("another")
        user.save()
        request = HttpRequest()
        request.session, request.user = desk.session, user
        update_session_auth_hash(request, user)
        request.session.save()
        desk.cookies["sessionid"] = str(request.session.session_key)

    await outside(change)
    await say(mine, "a")
    for socket in (on_phone, on_desk):
        assert (await socket.wire.receive_output(5))["code"] == CloseCode.NOT_SIGNED_IN
    # Django gives the session that knows it another key, with which its page connects again.
    again = await opened(headers=with_cookie(desk.cookies))
    await say(mine, "b")
    assert texts(await again.news()) == ["b"]
