"""The URLs that a page names to the client: the prefixes of the REST API and of the hosted pages, and the socket."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_resolver, get_urlconf, path, reverse

from chat_api.realtime.socket.frames import SOCKET_PATH
from chat_api.settings import chat_settings
from chat_api.web.places import PREFIX, Place, pages_in, parts_in, shown, unreachable

#: What follows the prefix of the hosted pages.
WORKER: Final = "worker.js"
PRINT: Final = "print/"

_SOCKET: Final = "socket"
#: The socket is not in the host's URLconf; `reverse` quotes the script prefix in front of it as for all other URLs.
_SOCKET_URLCONF: Final[Any] = (path(SOCKET_PATH, unreachable, name=_SOCKET),)


def api_url(request: HttpRequest) -> str:
    """Return the prefix of all URLs of the REST API, with a slash at its end: CLIENT_API_URL, else the URLconf's.

    Raises `ImproperlyConfigured` if neither is known.
    """
    configured = chat_settings.CLIENT_API_URL
    if configured is not None:
        return f"{str(configured).rstrip('/')}/"
    parts = parts_in(get_resolver(get_urlconf()))
    if not parts:
        raise ImproperlyConfigured(
            "{% chat_api_client %}: the REST API is not in the URLconf. Include 'chat_api.api_urls', or set "
            "CHAT_SETTINGS['CLIENT_API_URL']."
        )
    match = request.resolver_match
    captured = match.kwargs if match is not None else {}
    first, *others = ([_prefix(place, captured) for place in places] for places in parts.values())
    for prefix in first:
        if prefix is not None and all(prefix in other for other in others):
            return prefix
    raise ImproperlyConfigured(
        f"{{% chat_api_client %}}: no prefix serves all parts of the REST API ({shown(parts)}), or it has parameters "
        "that the URL of this page does not have. Include 'chat_api.api_urls' as a whole, or set "
        "CHAT_SETTINGS['CLIENT_API_URL']."
    )


def pages_url(request: HttpRequest) -> str | None:
    """Return the prefix of `chat_api.client_urls`, with a slash at its end; None where they are not in the URLconf.

    Under several prefixes, it is the one that the URL of this page is under, else the first.
    """
    match = request.resolver_match
    captured = match.kwargs if match is not None else {}
    found = [_prefix(place, captured) for place in pages_in(get_resolver(get_urlconf()))]
    prefixes = [prefix for prefix in found if prefix is not None]
    here = request.get_full_path()
    return next((prefix for prefix in prefixes if here.startswith(prefix)), next(iter(prefixes), None))


def socket_url() -> str:
    """Return CLIENT_SOCKET_URL, else the path of the socket under the prefix of the project.

    A path leaves `ws` or `wss` to the browser, which knows whether the page came by HTTPS; Django behind a proxy may
    not.
    """
    configured = chat_settings.CLIENT_SOCKET_URL
    return str(reverse(_SOCKET, urlconf=_SOCKET_URLCONF) if configured is None else configured)


def _prefix(place: Place, captured: dict[str, object]) -> str | None:
    """Return the prefix in the current language and under the current script prefix; None if a parameter is missing."""
    if not place.is_usable:
        return None
    values = {name: captured[name] for name in place.parameters if name in captured}
    try:
        return reverse(PREFIX, urlconf=place.urlconf, kwargs=values)
    except NoReverseMatch:
        return None
