"""Rate limits of handshakes: for anonymous clients by IP address, and for sockets that are accepted.

A handshake passes three gates. `AnonymousGate` checks everything that needs no query: whether there is a session or a
ticket at all, and how many anonymous handshakes came from the IP address recently. `SessionUnlessKnown` loads the
session. `AdmissionGate` loads the user, and only known users count against WS_CONNECTS_PER_SECOND: anonymous clients,
however many, never make signed-in users wait.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import time
from collections import OrderedDict
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from django.conf import settings

from chat_api.realtime.auth import handshake
from chat_api.realtime.socket.codes import CloseCode
from chat_api.realtime.thread_pool import in_database
from chat_api.settings import chat_settings

logger = logging.getLogger("chat_api.realtime")

#: The keys of the scope by which the gates pass on their results.
IDENTITY: Final = "chat_api.identity"
_VISIT: Final = "chat_api.visit"

#: How many IP addresses are kept; beyond that, the least recently used one is dropped.
_ADDRESSES_MAX: Final = 10_000
_WINDOW_SECONDS: Final = 60.0


class AnonymousBudget:
    """The budget of anonymous handshakes per IP address: WS_STRANGERS_PER_MINUTE, refilled evenly over time."""

    def __init__(self) -> None:
        #: The budget left, and at which time (monotonic seconds).
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def has_room(self, address: str) -> bool:
        """Return whether another anonymous handshake from that IP address is within its budget."""
        return self._now(address) >= 1

    def count(self, address: str) -> None:
        """Count one anonymous handshake from that IP address."""
        self._left[address] = (max(0.0, self._now(address) - 1), time.monotonic())
        self._left.move_to_end(address)
        while len(self._left) > _ADDRESSES_MAX:
            self._left.popitem(last=False)

    def forget(self) -> None:
        """Drop all IP addresses."""
        self._left.clear()

    def _now(self, address: str) -> float:
        most = float(chat_settings.WS_STRANGERS_PER_MINUTE)
        left, at = self._left.get(address, (most, 0.0))
        return min(most, left + (time.monotonic() - at) * most / _WINDOW_SECONDS)


def address_of(scope: Any) -> str:
    """Return the key of the client: an IPv4 address, an IPv6 network (/64), or an empty string if unknown.

    It comes from the server only. Behind a proxy, servers take it from the proxy headers if they are configured to
    trust the proxy (`uvicorn --proxy-headers`); headers that any client can send are not used here.
    """
    client = scope.get("client")
    try:
        address = ipaddress.ip_address(client[0].partition("%")[0])
    except (TypeError, ValueError, IndexError, AttributeError):
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


class _Visit:
    """A handshake whose user is not known yet. A suspect one holds the single slot for suspects until then."""

    def __init__(self, address: str, place: asyncio.Semaphore | None) -> None:
        self.address = address
        self._place = place

    def end(self) -> None:
        """Release the slot; further calls have no effect."""
        if self._place is not None:
            self._place.release()
            self._place = None


class AnonymousGate:
    """Reject anonymous clients that exceed the budget of their IP address, without a query.

    A handshake with a session or a ticket goes on, because its user may be a known one. From an IP address over its
    budget, only one goes on at a time, so that forged ones do not keep the database busy.
    """

    def __init__(self, application: Any) -> None:
        self._application = application
        self.budget = AnonymousBudget()
        self._suspects: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Call the inner application, or close with 4401 or 4429."""
        address = address_of(scope)
        has_room = self.budget.has_room(address)
        if "user" not in scope and not _shows_something(scope):
            if has_room:
                self.budget.count(address)
            return await turn_away(
                receive, send, CloseCode.NOT_SIGNED_IN if has_room else CloseCode.TOO_MANY_CONNECTIONS
            )
        place = None
        if not has_room:
            place = self._place()
            try:
                async with asyncio.timeout(chat_settings.WS_CONNECT_WAIT_SECONDS):
                    await place.acquire()
            except TimeoutError:
                return await turn_away(receive, send, CloseCode.TOO_MANY_CONNECTIONS)
        visit = _Visit(address, place)
        try:
            return await self._application({**scope, _VISIT: (visit, self.budget)}, receive, send)
        finally:
            visit.end()

    def _place(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if self._suspects is None or self._suspects[0] is not loop:
            self._suspects = (loop, asyncio.Semaphore(1))
        return self._suspects[1]


def _shows_something(scope: Any) -> bool:
    """Return whether the handshake has a ticket or a session cookie."""
    if b"ticket=" in scope.get("query_string", b""):
        return True
    name = settings.SESSION_COOKIE_NAME
    for key, value in scope.get("headers", ()):
        if key == b"cookie" and name.encode("latin1", "replace") in value:
            cookie: SimpleCookie = SimpleCookie()
            try:
                cookie.load(value.decode("latin1"))
            except CookieError:
                # The parser that reads the cookies later is more lenient.
                return True
            if name not in cookie or cookie[name].value:
                return True
    return False


class AdmissionGate:
    """Identify the user, and admit known users at a limited rate.

    So mass reconnects do not overload the database.
    """

    def __init__(self, application: Any) -> None:
        self._application = application
        self._next = 0.0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Call the inner application when it is the socket's turn; else accept the socket and close it with a code."""
        visit, budget = scope[_VISIT]
        try:
            identity = await in_database(handshake.identify, scope)
        except Exception:
            logger.exception("The user of a socket could not be identified")
            return await turn_away(receive, send, CloseCode.INTERNAL)
        finally:
            visit.end()
        if identity is None:
            has_room = budget.has_room(visit.address)
            budget.count(visit.address)
            return await turn_away(
                receive, send, CloseCode.NOT_SIGNED_IN if has_room else CloseCode.TOO_MANY_CONNECTIONS
            )
        now = time.monotonic()
        turn = max(now, self._next)
        if turn - now > chat_settings.WS_CONNECT_WAIT_SECONDS:
            return await turn_away(receive, send, CloseCode.TOO_MANY_CONNECTIONS)
        self._next = turn + 1 / chat_settings.WS_CONNECTS_PER_SECOND
        if turn > now:
            await asyncio.sleep(turn - now)
        return await self._application({**scope, IDENTITY: identity}, receive, send)


async def turn_away(receive: Any, send: Any, code: CloseCode) -> None:
    """Accept a socket only to close it with `code`."""
    while (message := await receive())["type"] != "websocket.disconnect":
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": int(code)})
