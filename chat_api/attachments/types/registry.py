"""The registry of attachment types, built-in and custom."""

from __future__ import annotations

from typing import Final

from chat_api.attachments.types.base import AttachmentType, StoredOnly
from chat_api.attachments.types.custom import CustomType
from chat_api.attachments.types.image import Image
from chat_api.attachments.types.reference import ObjectReference
from chat_api.attachments.types.youtube import YouTube
from chat_api.common import AttachmentTypes
from chat_api.settings import chat_settings

BUILT_IN: Final[dict[str, AttachmentType]] = {
    AttachmentTypes.IMAGE: Image(),
    AttachmentTypes.YOUTUBE: YouTube(),
    AttachmentTypes.OBJECT_REFERENCE: ObjectReference(),
}
_STORED_ONLY: Final = StoredOnly()


def type_named(name: str) -> AttachmentType:
    """Return the type with that name. An unknown name is a type that shows stored rows and cannot be created."""
    built_in = BUILT_IN.get(name)
    if built_in is not None:
        return built_in
    if any(name == custom for custom, _ in chat_settings.choices("TYPES_CUSTOM_ATTACHMENTS")):
        return CustomType(name)
    return _STORED_ONLY
