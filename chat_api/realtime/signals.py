"""Signals for hosts' own handlers of what clients send."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from django.dispatch import Signal


def _ws_received() -> Signal:
    """Give universal_notifications' own signal where it is installed, so that handlers written for it go on working."""
    try:
        found = import_module("universal_notifications.signals").ws_received
    except ImportError:
        return Signal()
    return found if isinstance(found, Signal) else Signal()


#: The receiver of ours that carries out what hosts send; sockets have no need to send it anything.
OUR_RECEIVER: Final = "chat_api.relayed"


def hosts_listen() -> bool:
    """Return whether anybody but `OUR_RECEIVER` listens to `ws_received`."""
    return any(entry[0][0] != OUR_RECEIVER for entry in ws_received.receivers)


#: Sent for every well-formed frame: `message_data` (the whole frame), `channel_emails` (`[user.email]`), `user`.
ws_received: Final = _ws_received()
