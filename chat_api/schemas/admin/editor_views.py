"""Endpoints of the script editor: check, save, state, preview and pictures of a document that is not stored.

The endpoints are internal to the admin: they speak JSON, and change together with the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat_api.engine.analysis.checker import Finding
from chat_api.engine.question_types.registry import question_types
from chat_api.lib.csrf import csrf_header
from chat_api.lib.errors import PublishedSchemaIsImmutable
from chat_api.schemas.actions import SchemaInUse
from chat_api.schemas.admin.editor_history import last_change, log_script_change
from chat_api.schemas.admin.editor_pictures import PictureRefused, file_of, pictures_of, store_picture
from chat_api.schemas.admin.editor_preview import preview_document
from chat_api.schemas.admin.editor_problems import error_findings, finding_documents, problems_of
from chat_api.schemas.admin.editor_requests import BodyTooLarge, EditorRefused, body_of
from chat_api.schemas.admin.editor_texts import editor_texts
from chat_api.schemas.admin.mixins import schema_with_id
from chat_api.schemas.editing import ChangedMeanwhile, Script, copy_with, read_script, write_script
from chat_api.schemas.lint import check_rows
from chat_api.schemas.models import Schema
from chat_api.schemas.portability import BadDocument
from chat_api.schemas.portability.parsing import Reason
from chat_api.schemas.type_labels import type_label
from chat_api.schemas.unsaved import unsaved_rows

Document = dict[str, Any]
Page = Callable[..., HttpResponseBase]

_CONFLICT: Final = 409


def editor_document(schema: Schema, stored: Script, findings: Sequence[Finding]) -> Document:
    """Return what the editor's page begins with."""
    rows = stored.rows
    pages = ("check", "save", "state", "copy", "preview", "picture")
    urls = {name: reverse(f"admin:chat_api_schema_editor_{name}", args=[schema.pk]) for name in pages}
    return {
        "document": stored.document,
        "token": stored.token,
        "types": [
            {
                "value": name,
                "label": type_label(name),
                "limits": sorted(kind.limits),
                "asked": kind.is_asked,
                "choice": kind.offers_answers,
                "control": kind.control,
            }
            for name, kind in question_types().items()
        ],
        "languages": [[code, str(label)] for code, label in settings.LANGUAGES],
        "urls": {**urls, "library": reverse("admin:chat_api_schema_library")},
        "findings": finding_documents(findings, stored.document),
        "pictures": pictures_of(schema, chain.from_iterable(rows.templates.values())),
        "csrfHeader": csrf_header(),
        "strings": editor_texts(),
    }


class EditorPages:
    """The endpoints of the script editor. Each checks the admin permissions for its schema."""

    def __init__(self, model_admin: Any) -> None:
        self.model_admin = model_admin

    def urls(self) -> list[URLPattern]:
        """Return the URL patterns, wrapped in `AdminSite.admin_view`."""
        return [
            self._path("check/", self.check, "check"),
            self._path("save/", self.save, "save"),
            self._path("state/", self.state, "state"),
            self._path("copy/", self.copy, "copy"),
            self._path("preview/", self.preview, "preview"),
            self._path("picture/", self.picture, "picture"),
            self._path("file/<str:signed>/", self.file, "file", "HEAD", "GET"),
        ]

    def _path(self, route: str, page: Page, name: str, *methods: str) -> URLPattern:
        def answer(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
            try:
                return page(request, **arguments)
            except BodyTooLarge as error:
                return _refused(error.problems, 413)
            except EditorRefused as error:
                return _refused(error.problems)

        wrapped = self.model_admin.admin_site.admin_view(answer)
        view = require_http_methods(list(methods or ("POST",)))(wrapped)
        pattern: URLPattern = path(f"<int:pk>/editor/{route}", view, name=f"chat_api_schema_editor_{name}")
        return pattern

    def _schema(self, request: HttpRequest, pk: int, *, to_view: bool = False) -> Schema:
        """Return the schema. Raises `Http404`, or `PermissionDenied` without the permission.

        A published schema is returned: what refuses it says so.
        """
        schema = schema_with_id(pk)
        if to_view:
            allowed = self.model_admin.has_view_permission(request, schema)
        else:
            # Of any schema; that of a published one is always refused.
            allowed = self.model_admin.has_change_permission(request)
        if not allowed:
            raise PermissionDenied
        return schema

    def check(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the findings about the document that was sent."""
        schema = self._schema(request, pk)
        document = body_of(request).get("document")
        try:
            findings = check_rows(*unsaved_rows(schema, document))
        except BadDocument as error:
            return JsonResponse({"findings": error_findings(error.details, document)})
        return JsonResponse({"findings": finding_documents(findings, document)})

    def save(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Store the document, if the script is still that of the token."""
        schema = self._schema(request, pk)
        body = body_of(request)
        document, token = body.get("document"), body.get("token")
        try:
            stored = write_script(schema=schema, document=document, token=str(token))
        except BadDocument as error:
            return _refused(problems_of(error.details, document))
        except ChangedMeanwhile:
            schema.refresh_from_db()
            return _changed(schema, read_script(schema))
        except PublishedSchemaIsImmutable:
            return JsonResponse({"reason": "PUBLISHED"}, status=_CONFLICT)
        except SchemaInUse as error:
            problems = problems_of([Reason(str(text)) for text in error.errors["schema"]], document)
            return JsonResponse({"reason": "IN_USE", "errors": problems}, status=_CONFLICT)
        except Schema.DoesNotExist as error:
            raise Http404 from error
        log_script_change(self.model_admin, request, schema)
        return JsonResponse(
            {
                "token": stored.token,
                "findings": finding_documents(check_rows(schema, stored.rows), stored.document),
                "saved": timezone.now().isoformat(),
            }
        )

    def state(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer as a save of the script with this token would be answered, but save nothing."""
        schema = self._schema(request, pk)
        token = body_of(request).get("token")
        if schema.is_frozen:
            return JsonResponse({"reason": "PUBLISHED"}, status=_CONFLICT)
        stored = read_script(schema)
        return JsonResponse({}) if stored.token == token else _changed(schema, stored)

    def copy(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Store the document in an unpublished copy of the schema, and return the URL of its page."""
        schema = self._schema(request, pk)
        if not self.model_admin.has_add_permission(request):
            raise PermissionDenied
        document = body_of(request).get("document")
        try:
            copy = copy_with(schema=schema, document=document)
        except BadDocument as error:
            return _refused(problems_of(error.details, document))
        except Schema.DoesNotExist as error:
            raise Http404 from error
        self.model_admin.log_addition(request, copy, "Copied with changes.")
        return JsonResponse({"url": reverse("admin:chat_api_schema_script", args=[copy.pk])})

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the conversation that the document leads after the replies that were sent."""
        schema = self._schema(request, pk, to_view=True)
        may_change = self.model_admin.has_change_permission(request)
        return JsonResponse(
            preview_document(schema, body_of(request), user=request.user, may_change=may_change)
        )

    def picture(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Store a picture, which belongs to no question before the document is saved with it."""
        schema = self._schema(request, pk)
        if schema.is_frozen:
            return JsonResponse({"reason": "PUBLISHED"}, status=_CONFLICT)
        try:
            return JsonResponse(store_picture(schema, request))
        except PictureRefused as error:
            problem = Reason(str(error), part="attachment", field="file")
            return _refused(problems_of([problem], None), error.status)

    def file(self, request: HttpRequest, pk: int, signed: str) -> HttpResponseBase:
        """Return a picture of a document that is not stored, where the storage has no URL for it."""
        return file_of(self._schema(request, pk, to_view=True), signed, request)


def _refused(problems: list[Document], status: int = 400) -> HttpResponse:
    return JsonResponse({"errors": problems}, status=status)


def _changed(schema: Schema, stored: Script) -> HttpResponse:
    by, at = last_change(schema)
    return JsonResponse(
        {
            "reason": "CHANGED",
            "document": stored.document,
            "token": stored.token,
            "by": by,
            "at": None if at is None else at.isoformat(),
            "text": _("Someone else changed this script."),
        },
        status=_CONFLICT,
    )
