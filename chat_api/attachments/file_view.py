"""The view that serves attachment files to users who can read the attachment, for hosts with private storage."""

from __future__ import annotations

import mimetypes
import re
from pathlib import PurePosixPath
from typing import Any, Final

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
from chat_api.lib.rest.authentication import CSRFFailed, refuse_other_account
from chat_api.lib.rest.filter_values import is_switched_on
from chat_api.lib.rest.openapi import refusals
from chat_api.lib.rest.views import ChatAPIView

_SHOWN: Final = frozenset({"image/gif", "image/png", "image/jpeg", "image/webp"})
_UNUSUAL: Final = re.compile(r"[^\w .()-]+")
_NAME_MAX: Final = 100
_ANYTHING: Final = "application/octet-stream"


class FileViewMixin(ChatAPIView):
    """Serve an attachment's file from a detail view. Users who can read the object can read its file."""

    http_method_names = ["get", "head", "options"]
    #: Browsers request images with `Accept: image/*`.
    negotiates = False

    def check_permissions(self, request: Request) -> None:
        """Check the permission to read the object, whatever the method of the request."""
        super().check_permissions(clone_request(request, "GET"))

    def handle_exception(self, exc: Exception) -> Response:
        """Respond 404 instead of 403, so that ids do not reveal which attachments exist."""
        is_about_the_file = isinstance(exc, PermissionDenied) and not isinstance(exc, CSRFFailed)
        return super().handle_exception(NotFound() if is_about_the_file else exc)

    def place(self) -> dict[str, int]:
        """Return the path parameters of the detail view for this attachment; zeros if there is none."""
        raise NotImplementedError

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Look up what the attachment belongs to, then run the same checks as the detail view."""
        self.refuse_out_of_shape()
        self.perform_authentication(request)
        refuse_other_account(request)
        self.kwargs = {**self.kwargs, **self.place()}
        super().initial(request, *args, **kwargs)

    def get_attachment(self) -> BaseAttachment:
        """Return the attachment whose file is served. Raises 404 and 403."""
        attachment: BaseAttachment = self.get_object()
        return attachment

    @extend_schema(
        summary="Download an attachment's file",
        parameters=[
            OpenApiParameter(THUMBNAIL, OpenApiTypes.BOOL, description="`true` returns the thumbnail."),
        ],
        responses={(200, "*/*"): OpenApiTypes.BINARY, **refusals(503)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Return the file."""
        return self.served(request, self.get_attachment())

    def served(self, request: Request, attachment: BaseAttachment) -> HttpResponseBase:
        """Return the file or its thumbnail. Raises `NotFound` if there is none, and `StorageUnavailable`."""
        wants_small = is_switched_on(request.query_params, THUMBNAIL)
        file = attachment.thumbnail_image if wants_small else attachment.file
        name = str(file.name) if file else ""
        if not name:
            raise NotFound
        try:
            content = OpenFile(file.storage, name)
        except FileNotFoundError as error:
            raise NotFound from error
        is_picture = type_named(attachment.type).shows_inline(attachment)
        return file_response(request._request, content, name, _name_of(attachment, name), inline=is_picture)


def file_response(
    request: Any, content: OpenFile, stored: str, shown: str, *, inline: bool
) -> StreamingHttpResponse:
    """Return a file by its name in the storage, as a download called `shown`; pictures inline, if `inline`."""
    kind = mimetypes.guess_type(stored)[0] or _ANYTHING
    # The response closes the file, even after a HEAD request or when the client has disconnected.
    response = StreamingHttpResponse(AsyncOpenFile(content) if isinstance(request, ASGIRequest) else content)
    response["Content-Type"] = kind
    response["Content-Disposition"] = str(
        content_disposition_header(as_attachment=not (inline and kind in _SHOWN), filename=shown)
    )
    response["Content-Length"] = content.size
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private"
    return response


def _name_of(attachment: BaseAttachment, stored: str) -> str:
    """Return the download name: the title with the extension of the stored file."""
    path = PurePosixPath(stored)
    title = _UNUSUAL.sub("_", attachment.title).strip(" .")[:_NAME_MAX]
    if not title:
        return path.name
    return title if title.lower().endswith(path.suffix.lower()) else f"{title}{path.suffix}"
