"""The signal by which hosts handle the frames that clients send."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from django.dispatch import Signal


def _ws_received() -> Signal:
    """Return the signal of universal_notifications if it is installed, so that handlers written for it keep working."""
    try:
        found = import_module("universal_notifications.signals").ws_received
    except ImportError:
        return Signal()
    return found if isinstance(found, Signal) else Signal()


#: Our own receiver, which executes the frames that hosts send; sockets send it nothing.
OUR_RECEIVER: Final = "chat_api.relayed"


def hosts_listen() -> bool:
    """Return whether `ws_received` has receivers other than `OUR_RECEIVER`."""
    return any(entry[0][0] != OUR_RECEIVER for entry in ws_received.receivers)


#: Sent for every well-formed frame: `message_data` (the whole frame), `channel_emails` (`[user.email]`), `user`.
ws_received: Final = _ws_received()
