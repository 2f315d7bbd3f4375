"""The public key with which browsers subscribe to push messages."""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from chat_api.notifications.transports.webpush import WebPushTransport
from chat_api.settings import chat_settings, import_setting

logger = logging.getLogger("chat_api.notifications")

_TRANSPORTS = "NOTIFICATION_TRANSPORTS"


def application_server_key() -> str | None:
    """Return the key as `pushManager.subscribe` takes it, in Base64.

    None if no transport sends Web Push, or if its key is invalid.
    """
    options = chat_settings.NOTIFICATION_OPTIONS
    for name, path in chat_settings.NOTIFICATION_TRANSPORTS.items():
        try:
            transport = import_setting(_TRANSPORTS, path)
        except ImportError:
            # A system check reports it.
            continue
        if isinstance(transport, type) and issubclass(transport, WebPushTransport):
            own = options.get(name)
            private_key = own.get("vapid_private_key") if isinstance(own, Mapping) else None
            if isinstance(private_key, str) and (found := _public_key(private_key)) is not None:
                return found
    return None


@lru_cache(maxsize=10)
def _public_key(private_key: str) -> str | None:
    """Return the public key of a private one: a string, or the path of a file, as pywebpush takes it."""
    try:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
        from py_vapid import Vapid
    except ImportError:
        # A system check reports it.
        return None
    try:
        # `from_file` creates a key where there is no file.
        load = Vapid.from_file if Path(private_key).is_file() else Vapid.from_string
        raw = load(private_key).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    except Exception:
        # The host wrote it, and pages work without pushes.
        logger.exception("`vapid_private_key` of NOTIFICATION_OPTIONS is not a key.")
        return None
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
