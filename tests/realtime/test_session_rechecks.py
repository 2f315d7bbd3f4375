"""User and session of open sockets are rechecked together for all that are due, with every session engine."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from chat_api.realtime.auth import identities
from chat_api.realtime.auth.identities import Identity, Watch, still_allowed
from chat_api.realtime.auth.sessions import contents_of_sessions
from chat_api.realtime.socket.codes import CloseCode
from tests.chat.talking import Talk
from tests.factories import UserFactory
from tests.realtime.counting import queries
from tests.realtime.sockets import Opener, Socket, outside, say, texts, with_cookie
from tests.realtime.test_query_counts import crowd, shape

pytestmark = pytest.mark.django_db(transaction=True)

ENGINES = ["db", "cached_db", "cache", "signed_cookies", "file"]


async def signed_in(user: Any, opened: Opener) -> tuple[Socket, Client]:
    browser = Client()
    await outside(browser.force_login, user)
    return await opened(headers=with_cookie(browser.cookies)), browser


def make_due(sockets: list[Socket]) -> None:
    for socket in sockets:
        socket.consumer._checked = 0.0


async def test_sockets_due_together_share_one_recheck(alice: Any, opened: Opener) -> None:
    talk, others = await outside(crowd, alice, 30)
    statements_by_case = []
    sockets: list[Socket] = []
    for users in ([alice], others[:29]):
        sockets += [(await signed_in(user, opened))[0] for user in users]
        await say(talk, "warm")
        for socket in sockets:
            await socket.news()
        make_due(sockets)
        with queries() as asked:
            await say(talk, "a")
            for socket in sockets:
                assert texts(await socket.news()) == ["a"]
        statements_by_case.append(shape(asked))
    assert statements_by_case[0] == statements_by_case[1]


async def test_recheck_closes_only_sockets_of_signed_out_users(alice: Any, opened: Opener) -> None:
    talk, others = await outside(crowd, alice, 6)
    pairs = [await signed_in(user, opened) for user in others]
    sockets = [socket for socket, _ in pairs]
    rows = type(alice).objects

    def end_some() -> None:
        rows.filter(pk=others[0].pk).update(is_active=False)
        rows.filter(pk=others[1].pk).update(password="another")
        pairs[2][1].session.flush()

    await outside(end_some)
    make_due(sockets)
    await say(talk, "a")
    for socket in sockets[:3]:
        assert await socket.closed_with() == CloseCode.NOT_SIGNED_IN
    for socket in sockets[3:]:
        assert texts(await socket.news()) == ["a"]


@pytest.mark.parametrize("engine", ENGINES)
async def test_recheck_works_with_every_session_engine(
    engine: str, both: list[Talk], opened: Opener, settings: LazySettings, tmp_path: Path
) -> None:
    alice_talk, bob_talk = both
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    phone, browser = await signed_in(bob_talk.user, opened)
    desk, _ = await signed_in(bob_talk.user, opened)
    make_due([phone, desk])
    await say(alice_talk, "a")
    assert texts(await phone.news()) == texts(await desk.news()) == ["a"]
    if engine == "signed_cookies":
        # The server cannot end a signed cookie session, but a changed password does.
        await outside(type(bob_talk.user).objects.filter(pk=bob_talk.user.pk).update, password="other")
    else:
        await outside(browser.session.flush)
    make_due([phone, desk])
    await say(alice_talk, "b")
    assert await phone.closed_with() == CloseCode.NOT_SIGNED_IN
    if engine != "signed_cookies":
        assert texts(await desk.news()) == ["b"]
    cache.clear()


def test_unknown_sessions_are_empty(settings: LazySettings, tmp_path: Path) -> None:
    settings.SESSION_FILE_PATH = str(tmp_path)
    for engine in ENGINES:
        settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
        assert not any(contents_of_sessions({"x" * 32, "nothing"}).values())
        assert contents_of_sessions(set()) == {}


def test_session_of_a_fallback_secret_key_is_valid(settings: LazySettings, alice: Any) -> None:
    browser = Client()
    browser.force_login(alice)
    key = str(browser.session.session_key)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one"
    assert still_allowed([Identity(alice, key)])[0] is not None
    settings.SECRET_KEY_FALLBACKS = []
    assert still_allowed([Identity(alice, key)]) == [None]


async def test_failed_recheck_raises_for_each_socket_and_is_not_cached(
    alice: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch()

    def fails(_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(identities, "still_allowed", fails)
        found = await asyncio.gather(
            *(watch.still_allowed(Identity(alice)) for _ in range(3)), return_exceptions=True
        )
        assert [type(each) for each in found] == [RuntimeError] * 3
    assert await watch.still_allowed(Identity(alice)) == Identity(alice)


async def test_cancelled_recheck_does_not_cancel_that_of_another_socket(alice: Any) -> None:
    watch = Watch()
    first, second = (asyncio.ensure_future(watch.still_allowed(Identity(alice))) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == Identity(alice)
    assert first.cancelled()


def test_watch_works_in_consecutive_event_loops() -> None:
    alice, watch = UserFactory.create(), Watch()
    for _ in range(2):
        assert asyncio.run(watch.still_allowed(Identity(alice))) == Identity(alice)


async def test_socket_is_closed_if_the_recheck_fails(
    both: list[Talk], opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Any) -> None:
        raise OperationalError("the database went away")

    # Admission has its own query; the database fails between the two.
    monkeypatch.setattr(identities, "still_allowed", fails)
    socket = Socket(both[0].user)
    assert await socket.connect()
    assert await socket.closed_with() == CloseCode.INTERNAL
    await socket.leave()
