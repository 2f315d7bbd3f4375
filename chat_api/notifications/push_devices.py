"""The devices that take pushes."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final
from urllib.parse import urlsplit

from chat_api.lib.db.transactions import atomic
from chat_api.notifications.models import PushDevice
from chat_api.settings import chat_settings

#: What any two parsers read alike: a backslash ends the host for some and is part of it for others.
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:[/?][!-\[\]-~]*)?")


def digest_of(endpoint: str) -> str:
    """Give the SHA-256 of an endpoint, by which devices are found."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def is_push_service(endpoint: str) -> bool:
    """Say whether the address is at a push service of WEB_PUSH_SERVICES.

    Users name endpoints, and the server sends to them: any other address could be one inside the host's own network.
    """
    if not _ADDRESS.fullmatch(endpoint):
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
    """Give the user's devices, the newest first; at most PUSH_DEVICES_MAX."""
    rows = PushDevice.objects.filter(user=user).order_by("-pk")
    return list(rows[: chat_settings.PUSH_DEVICES_MAX])


@atomic
def register_device(*, user: Any, endpoint: str, p256dh: str, auth: str) -> PushDevice:
    """Make the device the user's, whoever had it before; beyond PUSH_DEVICES_MAX the oldest is forgotten."""
    device, _ = PushDevice.objects.update_or_create(
        digest=digest_of(endpoint),
        defaults={"user": user, "endpoint": endpoint, "p256dh": p256dh, "auth": auth},
    )
    kept = [row.pk for row in devices_of(user)]
    PushDevice.objects.filter(user=user).exclude(pk__in={*kept, device.pk}).delete()
    return device


def remove_device(*, user: Any, endpoint: str) -> bool:
    """Forget the user's device at that endpoint; say whether there was one."""
    return bool(PushDevice.objects.filter(user=user, digest=digest_of(endpoint)).delete()[0])


def forget_device(device: PushDevice) -> None:
    """Forget a device that is gone."""
    PushDevice.objects.filter(pk=device.pk).delete()
