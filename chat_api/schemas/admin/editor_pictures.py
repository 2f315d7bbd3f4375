"""Pictures of the script editor: stored before any question has them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath
from typing import Any, Final

from django.core import signing
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from chat_api.attachments.file_view import file_response
from chat_api.attachments.image_cost import picture_work
from chat_api.attachments.links import url_of_attachment
from chat_api.attachments.orphans import HELD_PREFIX
from chat_api.attachments.storage import OpenFile, delete_file, save_file
from chat_api.attachments.types.image import Image
from chat_api.attachments.uploads import TOO_LARGE, accepted_images, room_for, uploaded
from chat_api.lib.errors import StorageUnavailable
from chat_api.schemas.models import AttachmentTemplate, Schema

Document = dict[str, Any]

_COLUMNS: Final = ("file", "thumbnail_image")
_SALT: Final = "chat_api.schemas.admin.editor_pictures"
#: How long a page can show a picture by the same URL, in seconds.
_SHOWN_FOR: Final = 24 * 60 * 60


class PictureRefused(Exception):
    """The file cannot be a picture of a question; the text says why, `status` is that of the response."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


def store_picture(schema: Schema, request: HttpRequest) -> Document:
    """Store the picture in `file`, and return its attachment for the document and the URL that shows it.

    Raises `PictureRefused`; nothing is stored then.
    """
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if length.isdecimal() and int(length[:20]) > room_for(1):
        raise _too_large()
    file = request.FILES.get("file")
    if file is None:
        raise PictureRefused(_("Choose a picture."))
    try:
        upload = uploaded({"file": file})
        if upload is None:
            raise PictureRefused(_("Choose a picture."))
        columns = Image().columns_of(upload, picture_work())
    except ValidationError as error:
        codes = [str(code) for found in dict(error.detail).values() for code in found]  # type: ignore[arg-type]
        if TOO_LARGE in codes:
            raise _too_large() from error
        kinds = ", ".join(sorted(mime.partition("/")[2].upper() for mime in accepted_images()))
        raise PictureRefused(
            _("Choose a picture of one of these types: %(types)s.") % {"types": kinds}
        ) from error
    names = _store(columns)
    attachment = {"type": "image", "thumbnail": columns["thumbnail"], **names}
    return {"attachment": attachment, "src": url_of_picture(schema, AttachmentTemplate(**attachment))}


def _too_large() -> PictureRefused:
    return PictureRefused(_("Choose a smaller picture: this one has too many bytes or pixels."), 413)


def _store(columns: Document) -> dict[str, str]:
    stored: dict[str, str] = {}
    try:
        for column in _COLUMNS:
            field: Any = AttachmentTemplate._meta.get_field(column)
            content = columns[column]
            stored[column] = save_file(field, f"{HELD_PREFIX}{content.name}", content)
    except StorageUnavailable as error:
        for column, name in stored.items():
            stored_in: Any = AttachmentTemplate._meta.get_field(column)
            delete_file(stored_in.storage, name)
        raise PictureRefused(_("Files are not available now. Please try again."), 503) from error
    return stored


def url_of_picture(schema: Schema, template: AttachmentTemplate) -> str:
    """Return the URL of the file of a template that is not stored: that of the storage, else a signed one of ours."""
    if not template.file:
        return ""
    # Without an id, the view of stored attachments cannot serve it.
    template.pk = None
    url = url_of_attachment(template)
    if url:
        return url
    signed = signing.dumps([schema.pk, template.file.name], salt=_SALT)
    return reverse("admin:chat_api_schema_editor_file", args=[schema.pk, signed])


def shown_pictures(
    schema: Schema, templates: Collection[AttachmentTemplate], *, may_change: bool
) -> dict[int, str]:
    """Return the URLs of files that only we can serve, by the ids of their templates, which are not stored.

    Users who cannot change the schema see those of its files that are stored with it.
    """
    lacking = [each for each in templates if each.file and not url_of_attachment(each)]
    if not lacking:
        return {}
    names = {str(each.file.name) for each in lacking}
    if not may_change:
        stored = AttachmentTemplate.objects.filter(question__schema=schema, file__in=names)
        names = {str(name) for name in stored.values_list("file", flat=True)}
    ids = {each.pk: each for each in lacking if str(each.file.name) in names}
    return {pk: url_of_picture(schema, AttachmentTemplate(file=each.file.name)) for pk, each in ids.items()}


def pictures_of(schema: Schema, templates: Iterable[AttachmentTemplate]) -> dict[str, str]:
    """Return the URLs that show the files of stored templates, by the names of the files."""
    return {
        str(each.file.name): url_of_attachment(each)
        or url_of_picture(schema, AttachmentTemplate(file=each.file.name))
        for each in templates
        if each.file
    }


def file_of(schema: Schema, signed: str, request: HttpRequest) -> HttpResponseBase:
    """Return the file that `url_of_picture` has signed. Raises `Http404`."""
    try:
        pk, name = signing.loads(signed, salt=_SALT, max_age=_SHOWN_FOR)
    except (signing.BadSignature, ValueError) as error:
        raise Http404 from error
    if pk != schema.pk:
        raise Http404
    field: Any = AttachmentTemplate._meta.get_field("file")
    try:
        content = OpenFile(field.storage, name)
    except (FileNotFoundError, StorageUnavailable) as error:
        raise Http404 from error
    return file_response(request, content, name, PurePosixPath(name).name, inline=True)
