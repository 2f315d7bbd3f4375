"""URLs of attachment files: the storage's own, or our view for private files."""

from __future__ import annotations

import logging
from typing import Final

from django.urls import NoReverseMatch, reverse

from chat_api.attachments.models import BaseAttachment
from chat_api.lib.url_prefix import url_of_file
from chat_api.settings import chat_settings

logger: Final = logging.getLogger("chat_api")

VIEW_NAME: Final = "attachment-file"
#: The query parameter that requests the thumbnail.
THUMBNAIL: Final = "thumbnail"
_LINKS: Final = ("/", "https://", "http://")


def url_of_attachment(attachment: BaseAttachment, *, thumbnail: bool = False) -> str:
    """Return the URL of the attachment's file or thumbnail, or an empty string if there is none.

    It is the storage's own URL, unless ATTACHMENT_FILES_PRIVATE is set or the storage has no URLs.
    """
    file = attachment.thumbnail_image if thumbnail else attachment.file
    if not file:
        return ""
    if not chat_settings.ATTACHMENT_FILES_PRIVATE:
        try:
            return url_of_file(file)
        except (ValueError, NotImplementedError):
            # A storage without URLs.
            pass
        except Exception:
            # A failing storage must not make messages unreadable; our view reports the state of the file.
            logger.exception("The storage failed: it has no URL for %s", file.name)
    if attachment.pk is None or attachment.pk < 0:
        # A row that is not stored, as in previews.
        return ""
    try:
        url = reverse(VIEW_NAME, kwargs={"kind": attachment.file_kind, "pk": attachment.pk})
    except NoReverseMatch:
        return ""
    return f"{url}?{THUMBNAIL}=true" if thumbnail else url


def web_link(source: str) -> str:
    """Return the URL of an attachment if it is a path or a URL of the web, which browsers may follow; else empty."""
    return source if source.startswith(_LINKS) else ""
