"""Constants that host code imports from this path since 0.8.8."""

from __future__ import annotations


class AttachmentTypes:
    """The built-in types of attachments; `TYPES_CUSTOM_ATTACHMENTS` adds types of the host."""

    IMAGE = "image"
    YOUTUBE = "youtube"
    OBJECT_REFERENCE = "object_reference"

    CHOICES = (
        (IMAGE, "Image"),
        (YOUTUBE, "YouTube"),
        (OBJECT_REFERENCE, "Object reference"),
    )
