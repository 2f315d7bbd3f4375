"""The server of the example: HTTP, sockets and background work, until it is stopped."""

import os
import signal
from types import FrameType

import uvicorn
from django.conf import settings

from chat_api.settings import chat_settings
from clinic.background import background_work

HOST = "127.0.0.1"


def serve(port: int) -> None:
    """Serve until Ctrl+C, SIGTERM or the end of the terminal; then stop everything that was started."""
    # uvicorn stops at these signals, then raises them again, which must not skip the cleanup below.
    signal.signal(signal.SIGTERM, _leave)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, _stop_server)
    # For links in e-mails that this process or a worker sends.
    os.environ["CLINIC_URL"] = f"http://{HOST}:{port}"
    settings.CHAT_SETTINGS["NOTIFICATION_BASE_URL"] = os.environ["CLINIC_URL"]
    # Settings are kept once they were read.
    chat_settings.reload()
    with background_work():
        uvicorn.run(
            "clinic.asgi:application",
            host=HOST,
            port=port,
            ws="websockets-sansio",
            lifespan="off",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=3,
        )


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _stop_server(number: int, frame: FrameType | None) -> None:
    signal.raise_signal(signal.SIGTERM)
