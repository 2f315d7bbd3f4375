"""Where clients find the files of attachments: at the storage, or at our own view where only that may serve them."""

from __future__ import annotations

import logging
from typing import Final

from django.urls import NoReverseMatch, reverse

from chat_api.attachments.models import BaseAttachment
from chat_api.lib.url_prefix import url_of_file
from chat_api.settings import chat_settings

logger: Final = logging.getLogger("chat_api")

VIEW_NAME: Final = "attachment-file"
#: The query parameter that asks for the small image.
THUMBNAIL: Final = "thumbnail"


def address_of_file(attachment: BaseAttachment, *, thumbnail: bool = False) -> str:
    """Give the address of the attachment's file, or of its small image; an empty text where there is none.

    It is the storage's own, unless ATTACHMENT_FILES_PRIVATE is set or the storage has no addresses.
    """
    file = attachment.thumbnail_image if thumbnail else attachment.file
    if not file:
        return ""
    if not chat_settings.ATTACHMENT_FILES_PRIVATE:
        try:
            return url_of_file(file)
        except (ValueError, NotImplementedError):
            # A storage without addresses.
            pass
        except Exception:
            # One that fails must not keep messages from being read; our own view says how the file is.
            logger.exception("The storage failed: it has no URL for %s", file.name)
    try:
        address = reverse(VIEW_NAME, kwargs={"kind": attachment.file_kind, "pk": attachment.pk})
    except NoReverseMatch:
        return ""
    return f"{address}?{THUMBNAIL}=true" if thumbnail else address
