"""The size in bytes of a message or survey item together with its attachments, not counting files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from chat_api.attachments.models import BaseAttachment
from chat_api.lib.db.storable import json_size
from chat_api.lib.errors import NON_FIELD, InvalidInput
from chat_api.settings import chat_settings

MESSAGE_TOO_LARGE: Final = "MESSAGE_TOO_LARGE"


def holder_bytes(text: str, meta: Any, attachments: Iterable[BaseAttachment] = ()) -> int:
    """Return the bytes of the stored text, of `meta`, and of the texts and JSON of the attachments."""
    size = len(text.encode(errors="replace"))
    if meta is not None:
        size += json_size(meta)
    for attachment in attachments:
        texts = (attachment.title, attachment.description, attachment.url or "", attachment.src)
        size += sum(len(part.encode(errors="replace")) for part in texts)
        size += sum(
            json_size(part) for part in (attachment.options, attachment.thumbnail) if part is not None
        )
    return size


def refuse_above_bytes_max(text: str, meta: Any, attachments: Iterable[BaseAttachment] = ()) -> None:
    """Raise `InvalidInput` (MESSAGE_TOO_LARGE) if they take more than MESSAGE_BYTES_MAX together."""
    if holder_bytes(text, meta, attachments) > chat_settings.MESSAGE_BYTES_MAX:
        raise InvalidInput.field(NON_FIELD, MESSAGE_TOO_LARGE)
