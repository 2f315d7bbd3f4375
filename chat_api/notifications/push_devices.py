"""The devices that receive push messages."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final
from urllib.parse import urlsplit

from chat_api.lib.db.transactions import atomic
from chat_api.notifications.models import PushDevice
from chat_api.settings import chat_settings

#: URLs that all parsers read alike; a backslash, for example, ends the host for some and belongs to it for others.
_URL: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:[/?][!-\[\]-~]*)?")


def digest_of(endpoint: str) -> str:
    """Return the SHA-256 of an endpoint, by which devices are looked up."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def is_push_service(endpoint: str) -> bool:
    """Return whether the URL belongs to a push service in WEB_PUSH_SERVICES.

    Users send the endpoints, and the server sends requests to them. Any other URL could lead into the host's network.
    """
    if not _URL.fullmatch(endpoint):
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").rstrip(".")
    for service in chat_settings.WEB_PUSH_SERVICES:
        if "://" in service:
            if f"{parts.scheme}://{parts.netloc}" == service:
                return True
        elif host == service or (service.startswith(".") and host.endswith(service)):
            return parts.scheme == "https" and port in (None, 443)
    return False


def devices_of(user: Any) -> list[PushDevice]:
    """Return the user's devices, newest first, at most PUSH_DEVICES_MAX."""
    rows = PushDevice.objects.filter(user=user).order_by("-pk")
    return list(rows[: chat_settings.PUSH_DEVICES_MAX])


@atomic
def register_device(*, user: Any, endpoint: str, p256dh: str, auth: str) -> PushDevice:
    """Register the device for the user, even if another user had it; delete the oldest beyond PUSH_DEVICES_MAX."""
    device, _ = PushDevice.objects.update_or_create(
        digest=digest_of(endpoint),
        defaults={"user": user, "endpoint": endpoint, "p256dh": p256dh, "auth": auth},
    )
    kept = [row.pk for row in devices_of(user)]
    PushDevice.objects.filter(user=user).exclude(pk__in={*kept, device.pk}).delete()
    return device


def remove_device(*, user: Any, endpoint: str) -> bool:
    """Delete the user's device with that endpoint, and return whether there was one."""
    return bool(PushDevice.objects.filter(user=user, digest=digest_of(endpoint)).delete()[0])


def forget_device(device: PushDevice) -> None:
    """Delete a device that no longer exists at its push service."""
    PushDevice.objects.filter(pk=device.pk).delete()
