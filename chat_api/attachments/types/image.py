"""Attachments that are images: uploaded, told by their bytes, made anew, shown by their file."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ValidationError

from chat_api.attachments.image_cost import NotAPicture, PictureWork, TooMuchWork
from chat_api.attachments.imaging import picture_of
from chat_api.attachments.links import address_of_file
from chat_api.attachments.models import BaseAttachment
from chat_api.attachments.types.base import AttachmentType
from chat_api.attachments.uploads import (
    INCORRECT_TYPE,
    TOO_LARGE,
    Upload,
    accepted_images,
    kind_of,
    named_at_random,
)
from chat_api.settings import chat_settings


class Image(AttachmentType):
    """An image, shown by its file."""

    def takes_files(self) -> bool:
        """Say yes: an image is its file."""
        return True

    def columns_of(self, upload: Upload, work: PictureWork) -> dict[str, Any]:
        """Return the image and its thumbnail, neither stored yet, and the thumbnail's size.

        Raises `ValidationError`: INCORRECT_TYPE (of no field) for a kind not accepted, INCORRECT_TYPE of the upload's
        field for what cannot be decoded or is more than an image, TOO_LARGE above ATTACHMENT_MAX_PIXELS,
        ATTACHMENT_SCANS_MAX, or what is left of `work`.
        """
        mime, extension = kind_of(upload.content, accepted_images())
        width, height = chat_settings.ATTACHMENT_THUMBNAIL_SIZE
        try:
            picture = picture_of(
                upload.content,
                mime,
                pixels_max=chat_settings.ATTACHMENT_MAX_PIXELS,
                scans_max=chat_settings.ATTACHMENT_SCANS_MAX,
                box=(width, height),
                work=work,
            )
        except TooMuchWork:
            raise ValidationError({upload.field: [TOO_LARGE]}) from None
        except NotAPicture:
            raise ValidationError({upload.field: [INCORRECT_TYPE]}) from None
        return {
            "file": named_at_random(picture.content, extension),
            "thumbnail_image": named_at_random(picture.small, extension),
            "thumbnail": {"width": picture.size[0], "height": picture.size[1]},
        }

    def src(self, attachment: BaseAttachment, serializer: Any) -> str:
        """Give the file's address, or an empty text."""
        return address_of_file(attachment)

    def shows_inline(self, attachment: BaseAttachment) -> bool:
        """Say yes: what is stored was made by us, or by the host."""
        return True

    def thumbnail(self, attachment: BaseAttachment, serializer: Any) -> Any:
        """Give the address and the size of the small image."""
        stored = attachment.thumbnail
        if not attachment.thumbnail_image or (isinstance(stored, dict) and "src" in stored):
            return stored
        # An upgraded row knows no size, and asking the file for it would cost an access each time: this bounds it.
        width, height = chat_settings.ATTACHMENT_THUMBNAIL_SIZE
        size = stored if isinstance(stored, dict) else {}
        return {
            "width": size.get("width", width),
            "height": size.get("height", height),
            "src": address_of_file(attachment, thumbnail=True),
        }
