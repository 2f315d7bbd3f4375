"""The socket's URL patterns for the host's `asgi.py`."""

from __future__ import annotations

from django.urls import path

from chat_api.chat.delivery.event_source import ChatEventSource
from chat_api.realtime.auth.handshake import OriginGate, SessionUnlessKnown
from chat_api.realtime.fanout import Hub
from chat_api.realtime.socket.admission import AdmissionGate, AnonymousGate
from chat_api.realtime.socket.consumer import ChatConsumer
from chat_api.realtime.socket.frames import SOCKET_PATH

_socket = ChatConsumer.as_asgi(hub=Hub(ChatEventSource()))

#: For `channels.routing.URLRouter`. Origin, session and ticket are checked here, so no middleware is needed around it.
websocket_urlpatterns = [
    path(SOCKET_PATH, OriginGate(AnonymousGate(SessionUnlessKnown(AdmissionGate(_socket)))), name="ws-chat"),
]
