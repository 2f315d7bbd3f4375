"""The limits that a client has to know before it sends something."""

from __future__ import annotations

from typing import Any

from chat_api.attachments.uploads import accepted_images
from chat_api.lib.rest.parsers import request_bytes_max
from chat_api.settings import chat_settings


def client_limits() -> dict[str, Any]:
    """Return the limits of messages and files by key: characters, bytes, pixels, numbers, and lists of MIME types."""
    return {
        "text_max": chat_settings.MESSAGE_TEXT_MAX,
        "attachments_max": chat_settings.MESSAGE_ATTACHMENTS_MAX,
        "json_bytes_max": chat_settings.JSON_BYTES_MAX,
        "message_bytes_max": chat_settings.MESSAGE_BYTES_MAX,
        "request_bytes_max": request_bytes_max(),
        "frame_bytes_max": chat_settings.WS_FRAME_MAX,
        "file_bytes_max": chat_settings.ATTACHMENT_MAX_BYTES,
        "image_pixels_max": chat_settings.ATTACHMENT_MAX_PIXELS,
        "image_types": sorted(accepted_images()),
        "file_types": {
            name: list(types) for name, types in chat_settings.CUSTOM_ATTACHMENTS_FILE_TYPES.items()
        },
    }
