"""Authentication of the handshake: the origin of the page, and the user by a session or a ticket."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qs, urlparse

from channels.auth import AuthMiddleware
from channels.security.websocket import OriginValidator, WebsocketDenier
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.conf import settings
from django.contrib.auth import SESSION_KEY

from chat_api.lib.db.storable import is_storable
from chat_api.lib.named_account import ACCOUNT, is_other_account
from chat_api.realtime.auth.identities import Identity, still_allowed
from chat_api.realtime.auth.tickets import redeem_ticket
from chat_api.settings import chat_settings


def allowed_origins() -> list[str]:
    """Return the origins that pages can connect from: WS_ALLOWED_ORIGINS, else the hosts in ALLOWED_HOSTS."""
    wanted = chat_settings.WS_ALLOWED_ORIGINS
    if wanted is not None:
        return list(wanted)
    hosts = list(settings.ALLOWED_HOSTS)
    return ["localhost", "127.0.0.1", "[::1]"] if settings.DEBUG and not hosts else hosts


#: An origin exactly as browsers send it: no path, no user, nothing that only a lenient parser accepts.
_ORIGIN: Final = re.compile(r"([a-z][a-z0-9+.-]*)://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?", re.I)
_PORT_MAX: Final = 65_535


class OriginGate:
    """Reject the handshake (403) of pages from other origins and of clients without an Origin header."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Check the origin of the scope against those that are allowed now."""
        given = [value.decode("latin1") for name, value in scope.get("headers", ()) if name == b"origin"]
        inner = self._application if _is_allowed(given) else WebsocketDenier()
        return await inner(scope, receive, send)


def _is_allowed(given: list[str]) -> bool:
    allowed = allowed_origins()
    if "*" in allowed:
        return True
    origin = _ORIGIN.fullmatch(given[0]) if len(given) == 1 else None
    if origin is None or int(origin[2] or 0) > _PORT_MAX:
        return False
    if origin[1].lower() not in ("http", "https"):
        # A host name without a scheme allows web pages only.
        allowed = [pattern for pattern in allowed if "://" in pattern]
    try:
        return bool(OriginValidator(WebsocketDenier(), allowed).valid_origin(urlparse(origin[0])))
    except ValueError:
        # Brackets without an IP address in them.
        return False


class StorableCookies:
    """Drop cookies with characters that no database can store, so that looking up a session key cannot fail."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Call the inner application with the remaining cookies."""
        cookies = {name: value for name, value in scope["cookies"].items() if is_storable(value)}
        return await self._application({**scope, "cookies": cookies}, receive, send)


class SessionUnlessKnown:
    """Load the user from the Django session, unless a middleware of the host has set the user already."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._with_session = CookieMiddleware(StorableCookies(SessionMiddleware(AuthMiddleware(application))))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Call the inner application with a user in the scope."""
        inner: Any = self._application if "user" in scope else self._with_session
        return await inner(scope, receive, send)


def identify(scope: Any) -> Identity | None:
    """Return the identity of the socket: the ticket's user, else the scope's; None if unknown. Runs queries.

    Return None, too, if the query string names another account. Its ticket stays valid.
    """
    query = parse_qs(scope.get("query_string", b"").decode("latin1"), keep_blank_values=True)
    tickets, named = list(filter(None, query.get("ticket", ()))), query.get(ACCOUNT, ())
    if tickets:
        redeemed = redeem_ticket(tickets[0], named=named)
        found = None if redeemed is None else Identity(*redeemed)
    else:
        user = scope.get("user")
        is_other = is_other_account(named, user)
        found = None if is_other else Identity(user, session_key_of(user, scope.get("session")))
    return None if found is None else still_allowed([found])[0]


def session_key_of(user: Any, session: Any) -> str:
    """Return the session key if the user is signed in by that session, else an empty string."""
    key = getattr(session, "session_key", None)
    if not key or not getattr(user, "is_authenticated", False):
        return ""
    return str(key) if session.get(SESSION_KEY) == user._meta.pk.value_to_string(user) else ""
