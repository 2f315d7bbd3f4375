"""References to the host's objects."""

from __future__ import annotations

from typing import Any

from chat_api.attachments.models import BaseAttachment
from chat_api.attachments.types.base import AttachmentType


class ObjectReference(AttachmentType):
    """A reference to an object; clients find it by `content_type`, `content_type_name` and `object_id`."""

    needs_reference = True

    def thumbnail(self, attachment: BaseAttachment, serializer: Any) -> Any:
        """Return None whatever is stored: the client decides how the object looks."""
        return None
