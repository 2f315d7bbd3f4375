"""Images: detected by their content, re-encoded, and shown with the URL of their file."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ValidationError

from chat_api.attachments.image_cost import NotAPicture, PictureWork, TooMuchWork
from chat_api.attachments.imaging import picture_of
from chat_api.attachments.links import url_of_attachment
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
    """An image, shown with the URL of its file."""

    def takes_files(self) -> bool:
        """Return True: every image has a file."""
        return True

    def columns_of(self, upload: Upload, work: PictureWork) -> dict[str, Any]:
        """Return the image and its thumbnail, neither stored yet, and the size of the thumbnail.

        Raises `ValidationError`: INCORRECT_TYPE (as a non-field error) for a type that is not accepted, INCORRECT_TYPE
        of the upload's field if the file cannot be decoded or contains more than an image, TOO_LARGE above
        ATTACHMENT_MAX_PIXELS, ATTACHMENT_SCANS_MAX or the budget left in `work`.
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
        """Return the URL of the file, or an empty string."""
        return url_of_attachment(attachment)

    def shows_inline(self, attachment: BaseAttachment) -> bool:
        """Return True: stored images were encoded by this library or by the host."""
        return True

    def thumbnail(self, attachment: BaseAttachment, serializer: Any) -> Any:
        """Return the URL and the size of the thumbnail."""
        stored = attachment.thumbnail
        if not attachment.thumbnail_image or (isinstance(stored, dict) and "src" in stored):
            return stored
        # Rows from before the upgrade have no size, and reading it from the file takes an access each time. The
        # box is an upper bound.
        width, height = chat_settings.ATTACHMENT_THUMBNAIL_SIZE
        size = stored if isinstance(stored, dict) else {}
        return {
            "width": size.get("width", width),
            "height": size.get("height", height),
            "src": url_of_attachment(attachment, thumbnail=True),
        }
