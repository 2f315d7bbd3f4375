"""The ASGI application of ``benchmarks.fanout``: the chat's socket, and beside it the least that a socket can do."""

from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

django_application = get_asgi_application()

from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402

from chat_api.routing import websocket_urlpatterns  # noqa: E402

FLOOR_GROUP = "floor"


class Floor(AsyncJsonWebsocketConsumer):
    """A consumer that joins a group and sends what comes, as Channels' documentation shows it."""

    async def connect(self) -> None:
        """Join the group and accept the socket."""
        await self.channel_layer.group_add(FLOOR_GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        await self.channel_layer.group_discard(FLOOR_GROUP, self.channel_name)

    async def floor_message(self, message: dict[str, Any]) -> None:
        """Send the content to the client."""
        await self.send_json(message["content"])


application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": URLRouter([*websocket_urlpatterns, path("ws/floor", Floor.as_asgi())]),
    }
)
