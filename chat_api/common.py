"""Constants that hosts import; the path is 0.8.8's."""

from __future__ import annotations


class AttachmentTypes:
    """The built-in types of attachments. A host adds its own in ``CHAT_SETTINGS["TYPES_CUSTOM_ATTACHMENTS"]``."""

    IMAGE = "image"
    YOUTUBE = "youtube"
    OBJECT_REFERENCE = "object_reference"

    CHOICES = (
        (IMAGE, "Image"),
        (YOUTUBE, "YouTube"),
        (OBJECT_REFERENCE, "Object reference"),
    )
