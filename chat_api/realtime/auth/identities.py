"""Identities of sockets: whether the user and the session are still valid, checked for many sockets at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from chat_api.lib.db.managers import accounts
from chat_api.realtime.auth.sessions import contents_of_sessions
from chat_api.realtime.thread_pool import in_database

#: How many sockets one check serves; this many keys fit into a statement on every database.
_TOGETHER_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Identity:
    """The user of a socket and the session they are signed in by."""

    user: Any
    #: The key of the session; empty if the socket depends on no session.
    session_key: str = ""


def still_allowed(identities: Sequence[Identity]) -> list[Identity | None]:
    """Return each identity with the user as stored now; None if the user is gone or inactive, or the session has ended.

    Takes at most `_TOGETHER_MAX` identities, and a constant number of queries.
    """
    known = [each for each in identities if getattr(each.user, "is_authenticated", False)]
    if not known:
        return [None] * len(identities)
    keys = {each.user.pk for each in known}
    users = {user.pk: user for user in accounts().filter(pk__in=keys)}
    sessions = contents_of_sessions({each.session_key for each in known if each.session_key})
    return [_as_now(each, users, sessions) for each in identities]


def _as_now(
    identity: Identity, users: Mapping[Any, Any], sessions: Mapping[str, Mapping[str, Any]]
) -> Identity | None:
    user = users.get(getattr(identity.user, "pk", None))
    if user is None or not user.is_active or not getattr(identity.user, "is_authenticated", False):
        return None
    if identity.session_key and not _is_of(user, sessions.get(identity.session_key, {})):
        return None
    return Identity(user, identity.session_key)


def _is_of(user: Any, session: Mapping[str, Any]) -> bool:
    """Return whether the session signs the user in with their current password."""
    if session.get(SESSION_KEY) != user._meta.pk.value_to_string(user):
        return False
    if not hasattr(user, "get_session_auth_hash"):
        return True
    given = str(session.get(HASH_SESSION_KEY, ""))
    if constant_time_compare(given, user.get_session_auth_hash()):
        return True
    # Sessions signed with a fallback secret key, which Django accepts, too.
    fallbacks = getattr(user, "get_session_auth_fallback_hash", lambda: ())
    return any(constant_time_compare(given, each) for each in fallbacks())


class Watch:
    """Check identities for the sockets of one process. Checks that are requested while one runs share the next one."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: list[tuple[Identity, asyncio.Future[Identity | None]]] = []
        self._looking: asyncio.Task[None] | None = None

    async def still_allowed(self, identity: Identity) -> Identity | None:
        """Return the current identity, or None if it is no longer valid. Database errors propagate."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop, self._waiting, self._looking = loop, [], None
        found: asyncio.Future[Identity | None] = loop.create_future()
        self._waiting.append((identity, found))
        if self._looking is None:
            # It starts once all sockets that were woken together have requested a check.
            self._looking = asyncio.create_task(self._look_up(), name="chat_api.watch")
        return await found

    async def _look_up(self) -> None:
        try:
            while self._waiting:
                asked = [each for each in self._waiting[:_TOGETHER_MAX] if not each[1].done()]
                del self._waiting[:_TOGETHER_MAX]
                await self._look_up_together(asked)
        finally:
            self._looking = None

    async def _look_up_together(
        self, asked: Sequence[tuple[Identity, asyncio.Future[Identity | None]]]
    ) -> None:
        try:
            answers = await in_database(still_allowed, [identity for identity, _ in asked])
        except Exception as error:  # noqa: BLE001 (each socket that asked raises it)
            for _, found in asked:
                if not found.done():
                    found.set_exception(error)
            return
        for (_, found), answer in zip(asked, answers, strict=True):
            if not found.done():
                found.set_result(answer)
