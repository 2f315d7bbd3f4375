"""The files of attachments, served by us to those who may read the attachment: for hosts with private storage."""

from __future__ import annotations

import mimetypes
import re
from pathlib import PurePosixPath
from typing import Final

from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request, clone_request
from rest_framework.response import Response

from chat_api.attachments.links import THUMBNAIL
from chat_api.attachments.models import BaseAttachment
from chat_api.attachments.storage import AsyncOpenFile, OpenFile
from chat_api.attachments.types.registry import type_named
from chat_api.lib.rest.openapi import refusals
from chat_api.lib.rest.views import ChatAPIView

_SHOWN: Final = frozenset({"image/gif", "image/png", "image/jpeg", "image/webp"})
_UNUSUAL: Final = re.compile(r"[^\w .()-]+")
_NAME_MAX: Final = 100
_ANYTHING: Final = "application/octet-stream"

describe_file = extend_schema(
    summary="Read an attachment's file",
    parameters=[
        OpenApiParameter(THUMBNAIL, OpenApiTypes.BOOL, description="`true` gives the small image."),
    ],
    responses={(200, "*/*"): OpenApiTypes.BINARY, **refusals(503)},
)


class FileViewMixin(ChatAPIView):
    """Makes the view of one object serve an attachment's file; who may read the object may read that."""

    http_method_names = ["get", "head", "options"]
    #: An image is asked for by `Accept: image/*`.
    negotiates = False

    def check_permissions(self, request: Request) -> None:
        """Refuse whom reading the object is not for, whatever he asks for."""
        super().check_permissions(clone_request(request, "GET"))

    def handle_exception(self, exc: Exception) -> Response:
        """Answer whom the attachment is not for as if there was none: its number tells nothing else."""
        return super().handle_exception(NotFound() if isinstance(exc, PermissionDenied) else exc)

    def served(self, request: Request, attachment: BaseAttachment) -> HttpResponseBase:
        """Return the file, or its small image. Raises `NotFound` where there is none, `StorageUnavailable`."""
        wants_small = request.query_params.get(THUMBNAIL, "").strip().lower() in ("true", "1", "yes")
        file = attachment.thumbnail_image if wants_small else attachment.file
        name = str(file.name) if file else ""
        if not name:
            raise NotFound
        try:
            content = OpenFile(file.storage, name)
        except FileNotFoundError as error:
            raise NotFound from error
        kind = mimetypes.guess_type(name)[0] or _ANYTHING
        inline = kind in _SHOWN and type_named(attachment.type).shows_inline(attachment)
        # The response closes the file, also one to HEAD, or to a client that is gone.
        response = StreamingHttpResponse(
            AsyncOpenFile(content) if isinstance(request._request, ASGIRequest) else content
        )
        response["Content-Type"] = kind
        response["Content-Disposition"] = str(
            content_disposition_header(as_attachment=not inline, filename=_name_of(attachment, name))
        )
        response["Content-Length"] = content.size
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cache-Control"] = "private"
        return response


def _name_of(attachment: BaseAttachment, stored: str) -> str:
    """Give the name to save the file under: its title, with the extension of what it is."""
    path = PurePosixPath(stored)
    title = _UNUSUAL.sub("_", attachment.title).strip(" .")[:_NAME_MAX]
    if not title:
        return path.name
    return title if title.lower().endswith(path.suffix.lower()) else f"{title}{path.suffix}"
