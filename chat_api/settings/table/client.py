"""Settings of the client in the browser."""

from __future__ import annotations

from typing import Final

from chat_api.settings.rules import Maybe, Url
from chat_api.settings.setting import Setting
from chat_api.settings.table.threads import THREAD_TYPE

SETTINGS: Final = (
    Setting(
        "CLIENT_API_URL",
        None,
        Maybe(Url(("http", "https"))),
        """
The prefix of all URLs of the REST API, for pages with the template tag ``chat_api_client``: a path or a URL, for
example ``"/api/"`` or ``"https://api.example.com/"``. With ``None``, it is looked up in the URLconf. Set it if the API
is at another origin, or behind a proxy that changes paths. See :doc:`/howto/client`.""",
    ),
    Setting(
        "CLIENT_PAGE_THREAD_TYPE",
        None,
        Maybe(THREAD_TYPE),
        """
The type of the threads that the page of ``chat_api.client_urls`` shows. With ``None``, ``chat``, or else the first one
in ``TYPES_CHAT_LIST_THROUGH_API``, which has to contain the type. See :doc:`/howto/hosted-page`.""",
    ),
    Setting(
        "CLIENT_SOCKET_URL",
        None,
        Maybe(Url(("ws", "wss"))),
        """
The URL of the socket, for the same pages: a path or a URL, for example ``"/chat/ws"`` or
``"wss://sockets.example.com/ws/chat"``. With ``None``, ``/ws/chat`` under the path prefix of the project. Set it if
your ``asgi.py`` or a proxy serves the socket at another path or origin.""",
    ),
)
