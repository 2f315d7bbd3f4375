"""The gates before sockets count in the process, so what a test has used up is missing in the next."""

from __future__ import annotations

from typing import Any

from chat_api.routing import websocket_urlpatterns


def open_gates() -> None:
    """Forget the handshakes of earlier tests."""
    origin_gate: Any = websocket_urlpatterns[0].callback
    anonymous_gate = origin_gate._application
    anonymous_gate.budget.forget()
    admission_gate = anonymous_gate._application._application
    admission_gate._next = 0.0
