"""The ASGI application: pages and the API, static files, and the socket."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
# The imports below require that Django is set up.
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler  # noqa: E402

from chat_api.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        # In production, the web server serves static files.
        "http": ASGIStaticFilesHandler(django_application),
        "websocket": URLRouter(websocket_urlpatterns),
    }
)
