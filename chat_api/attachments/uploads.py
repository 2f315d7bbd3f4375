"""Uploaded files: base64 in `file_content`, or the file itself in `file`."""

from __future__ import annotations

import binascii
import secrets
from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import filetype
from django.core.files.base import ContentFile
from rest_framework.exceptions import ValidationError

from chat_api.attachments.imaging import FORMATS
from chat_api.lib.conf.django_settings import accepted_image_mime, extensions_by_mime
from chat_api.lib.errors import NON_FIELD
from chat_api.lib.rest.parsers import FILE_KEY
from chat_api.settings import chat_settings

FILE: Final = "file"
FILE_CONTENT: Final = FILE_KEY
INCORRECT_TYPE: Final = "INCORRECT_TYPE"
TOO_LARGE: Final = "TOO_LARGE"

_IMAGES: Final = ("image/gif", "image/png", "image/jpeg", "image/webp")
#: Aliases: an animated PNG, and the name that hosts of 0.8.8 used for a JPEG.
_SAME: Final = {"image/apng": "image/png", "image/jpg": "image/jpeg"}
_SPACE: Final = str.maketrans("", "", " \t\r\n")
#: Base64 encodes three bytes as four characters.
_GROUP: Final = (4, 3)
#: Bytes for the field names and the boundaries of a form.
_ROOM_BESIDE: Final = 2**16


@dataclass(frozen=True, slots=True)
class Upload:
    """The bytes of a file, and the `field` of the body that contained them."""

    field: str
    content: bytes


def uploaded(sent: dict[str, Any]) -> Upload | None:
    """Return the uploaded file, or None if there is none; `file` takes precedence over `file_content`.

    Raises `ValidationError` for the field: TOO_LARGE above ATTACHMENT_MAX_BYTES, INCORRECT_TYPE if it is empty or not
    base64.
    """
    most: int = chat_settings.ATTACHMENT_MAX_BYTES
    if sent.get(FILE) is not None:
        file = sent[FILE]
        if file.size > most:
            raise ValidationError({FILE: [TOO_LARGE]})
        return Upload(FILE, _not_empty(FILE, file.read()))
    if sent.get(FILE_CONTENT) is None:
        return None
    text = str(sent[FILE_CONTENT])
    if text.startswith("data:"):
        text = text.partition(",")[2]
    if len(text) > 2 * most:
        # Too large, however much of it is white space.
        raise ValidationError({FILE_CONTENT: [TOO_LARGE]})
    text = text.translate(_SPACE)
    characters, size = _GROUP
    if len(text.rstrip("=")) * size // characters > most:
        raise ValidationError({FILE_CONTENT: [TOO_LARGE]})
    try:
        content = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValidationError({FILE_CONTENT: [INCORRECT_TYPE]}) from None
    return Upload(FILE_CONTENT, _not_empty(FILE_CONTENT, content))


def _not_empty(field: str, content: bytes) -> bytes:
    if not content:
        raise ValidationError({field: [INCORRECT_TYPE]})
    return content


def room_for(files: int) -> int:
    """Return the maximum number of bytes of a body for that many files, in base64, together with their other fields.

    It allows a quarter more, so that a file slightly above the limit is rejected by field and not by size of the body.
    """
    characters, size = _GROUP
    most: int = chat_settings.ATTACHMENT_MAX_BYTES
    return files * (most * characters * 5 // (size * 4) + _ROOM_BESIDE)


def room_for_inline(request: Any) -> int:
    """Return the maximum number of bytes of attachments in the body of their parent: in JSON, those of one file.

    In a form, which is streamed, there can be as many files as a message can have attachments.
    """
    is_form = str(request.content_type).startswith("multipart/")
    return room_for(chat_settings.MESSAGE_ATTACHMENTS_MAX if is_form else 1)


def kind_of(content: bytes, accepted: Collection[str]) -> tuple[str, str]:
    """Return the MIME type and extension, detected from the bytes. Raises `ValidationError` if not accepted."""
    kind = filetype.guess(content)
    mime = None if kind is None else _SAME.get(kind.mime, kind.mime)
    if kind is None or mime is None or mime not in accepted:
        raise ValidationError({NON_FIELD: [INCORRECT_TYPE]})
    return mime, extension_of(mime, kind.extension)


def accepted_images() -> frozenset[str]:
    """Return the MIME types of accepted images: those of ACCEPTED_IMAGE_MIME that Pillow can encode again."""
    return listed_images() & FORMATS.keys()


def listed_images() -> frozenset[str]:
    """Return the MIME types in the Django setting ACCEPTED_IMAGE_MIME, or the default ones."""
    listed = accepted_image_mime() or _IMAGES
    return frozenset(_SAME.get(mime, mime) for mime in listed)


def extension_of(mime: str, otherwise: str) -> str:
    """Return the extension of stored files: from the Django setting MIME_TO_EXT, the default, or `otherwise`."""
    listed = extensions_by_mime()
    ours = FORMATS[mime][1] if mime in FORMATS else otherwise
    return str(listed.get(mime, ours)).lstrip(".")


def named_at_random(content: bytes, extension: str) -> ContentFile[bytes]:
    """Return the bytes as a file with a random name that reveals nothing and cannot be guessed."""
    return ContentFile(content, name=f"{secrets.token_urlsafe(16)}.{extension}")
