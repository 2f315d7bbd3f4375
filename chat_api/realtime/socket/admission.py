"""How many sockets are let in at once, and how many strangers are listened to.

A handshake comes through three gates. `StrangersGate` looks at what costs nothing: whether it names a session or a
ticket at all, and how often its client was a stranger lately. `SessionUnlessKnown` reads the session. `AdmissionGate`
looks the user up, and only those who are known take one of the turns of WS_CONNECTS_PER_SECOND: strangers, however
many, make no signed-in user wait.
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

#: The keys of the scope by which the gates hand on what they found out.
IDENTITY: Final = "chat_api.identity"
_VISIT: Final = "chat_api.visit"

#: How many addresses are remembered; beyond that the one is forgotten that was heard of least lately.
_ADDRESSES_MAX: Final = 10_000
_WINDOW_SECONDS: Final = 60.0


class Strangers:
    """By client address, how many strangers it may still send: WS_STRANGERS_PER_MINUTE, renewed evenly over time."""

    def __init__(self) -> None:
        #: What is left, and when that was so (monotonic seconds).
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def has_room(self, address: str) -> bool:
        """Return whether another stranger of that address is within its budget."""
        return self._now(address) >= 1

    def count(self, address: str) -> None:
        """Count one stranger of that address."""
        self._left[address] = (max(0.0, self._now(address) - 1), time.monotonic())
        self._left.move_to_end(address)
        while len(self._left) > _ADDRESSES_MAX:
            self._left.popitem(last=False)

    def forget(self) -> None:
        """Forget all addresses."""
        self._left.clear()

    def _now(self, address: str) -> float:
        most = float(chat_settings.WS_STRANGERS_PER_MINUTE)
        left, at = self._left.get(address, (most, 0.0))
        return min(most, left + (time.monotonic() - at) * most / _WINDOW_SECONDS)


def address_of(scope: Any) -> str:
    """Return what stands for the client: an IPv4 address, an IPv6 network (/64), or nothing where it is not known.

    It is the server's word alone. Behind a proxy, servers put the client's address there when told whom to trust
    (`uvicorn --proxy-headers`); a header that anybody can send is not read here.
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
    """A handshake whose client is not known yet. One that is suspect holds the one place for such until it is."""

    def __init__(self, address: str, place: asyncio.Semaphore | None) -> None:
        self.address = address
        self._place = place

    def end(self) -> None:
        """Free the place; further calls change nothing."""
        if self._place is not None:
            self._place.release()
            self._place = None


class StrangersGate:
    """Turns strangers away who are over the budget of their address, without asking the database anything.

    A handshake with a session or a ticket may be anybody's: it goes on, but from an address over its budget one at a
    time, so that forged ones do not keep the database busy.
    """

    def __init__(self, application: Any) -> None:
        self._application = application
        self.strangers = Strangers()
        self._suspects: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Call the inner application, or close with 4401 or 4429."""
        address = address_of(scope)
        has_room = self.strangers.has_room(address)
        if "user" not in scope and not _shows_something(scope):
            if has_room:
                self.strangers.count(address)
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
            return await self._application({**scope, _VISIT: (visit, self.strangers)}, receive, send)
        finally:
            visit.end()

    def _place(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if self._suspects is None or self._suspects[0] is not loop:
            self._suspects = (loop, asyncio.Semaphore(1))
        return self._suspects[1]


def _shows_something(scope: Any) -> bool:
    """Return whether the handshake names a ticket, or has a cookie of the session."""
    if b"ticket=" in scope.get("query_string", b""):
        return True
    name = settings.SESSION_COOKIE_NAME
    for key, value in scope.get("headers", ()):
        if key == b"cookie" and name.encode("latin1", "replace") in value:
            cookie: SimpleCookie = SimpleCookie()
            try:
                cookie.load(value.decode("latin1"))
            except CookieError:
                # What reads cookies later is more lenient.
                return True
            if name not in cookie or cookie[name].value:
                return True
    return False


class AdmissionGate:
    """Looks up whose socket it would be, and lets those who are known in at a bounded rate.

    So a storm of reconnects does not take the database down with it.
    """

    def __init__(self, application: Any) -> None:
        self._application = application
        self._next = 0.0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        """Call the inner application at the socket's turn; else accept it and close it, with a code that says why."""
        visit, strangers = scope[_VISIT]
        try:
            identity = await in_database(handshake.identify, scope)
        except Exception:
            logger.exception("It could not be found out whose socket it would be")
            return await turn_away(receive, send, CloseCode.INTERNAL)
        finally:
            visit.end()
        if identity is None:
            has_room = strangers.has_room(visit.address)
            strangers.count(visit.address)
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
    """Accept a socket for no more than telling it by `code` why it is closed."""
    while (message := await receive())["type"] != "websocket.disconnect":
        if message["type"] == "websocket.connect":
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": int(code)})
