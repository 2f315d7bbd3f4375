"""What a host's `asgi.py` serves sockets with."""

from __future__ import annotations

from django.urls import path

from chat_api.chat.feed import ChatFeed
from chat_api.realtime.access import OriginGate, SessionUnlessKnown
from chat_api.realtime.admission import AdmissionGate, StrangersGate
from chat_api.realtime.consumer import ChatConsumer
from chat_api.realtime.frames import SOCKET_PATH
from chat_api.realtime.hub import Hub

_socket = ChatConsumer.as_asgi(hub=Hub(ChatFeed()))

#: For `channels.routing.URLRouter`. Origin, session and ticket are looked at here: no middleware is needed around it.
websocket_urlpatterns = [
    path(SOCKET_PATH, OriginGate(StrangersGate(SessionUnlessKnown(AdmissionGate(_socket)))), name="ws-chat"),
]
