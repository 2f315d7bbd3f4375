"""Additional admin views of a schema: flow, script editor, preview, publish, copy, download, upload."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from chat_api.engine.analysis.checker import has_errors
from chat_api.lib.errors import ChatAPIError
from chat_api.schemas import actions
from chat_api.schemas.admin.editor_history import log_script_change
from chat_api.schemas.admin.editor_views import EditorPages, editor_document
from chat_api.schemas.admin.finding_texts import shown_findings
from chat_api.schemas.admin.flow_page import Flow
from chat_api.schemas.admin.library_views import LibraryPage
from chat_api.schemas.admin.mixins import is_frozen, schema_with_id
from chat_api.schemas.admin.preview_forms import (
    ReplyForm,
    context_from,
    replies_from,
    replies_text,
    submitted_reply,
    upload_errors,
)
from chat_api.schemas.admin.upload_views import UploadPage
from chat_api.schemas.editing import ChangedMeanwhile, read_script, write_script
from chat_api.schemas.lint import check_rows, check_schema
from chat_api.schemas.models import Schema
from chat_api.schemas.portability import COMPACT, FORMATS, BadDocument, dump
from chat_api.schemas.portability.parsing import parse
from chat_api.schemas.portability.yaml_texts import as_yaml
from chat_api.schemas.preview import run_preview
from chat_api.schemas.selectors import versions_replaced_by

_SUFFIXES: Final = {COMPACT: "yaml"}
_REASONS_MAX: Final = 30
_CHANGED_MEANWHILE: Final = gettext_lazy(
    "Someone else changed this script. Your version is still here: copy what you need, then reload the page."
)

Page = Callable[..., HttpResponse]


class SchemaPages:
    """The admin's additional views of schemas. Each checks the admin permissions for its schema."""

    def __init__(self, model_admin: Any) -> None:
        self.model_admin = model_admin

    def urls(self) -> list[URLPattern]:
        """Return the URL patterns, wrapped in `AdminSite.admin_view`."""
        return [
            self._path("upload/", UploadPage(self.model_admin).page, "upload"),
            self._path("library/", LibraryPage(self.model_admin).page, "library"),
            self._path("<int:pk>/flow/", self.flow, "flow"),
            self._path("<int:pk>/script/", self.script, "script"),
            self._path("<int:pk>/preview/", self.preview, "preview"),
            self._path("<int:pk>/publish/", self.publish, "publish"),
            self._path("<int:pk>/copy/", self.copy, "copy"),
            self._path("<int:pk>/download/<str:kind>/", self.download, "download"),
            *EditorPages(self.model_admin).urls(),
        ]

    def _path(self, route: str, page: Page, name: str) -> URLPattern:
        methods = ["POST"] if name == "copy" else ["GET", "HEAD", "POST"]
        view = require_http_methods(methods)(self.model_admin.admin_site.admin_view(page))
        pattern: URLPattern = path(route, view, name=f"chat_api_schema_{name}")
        return pattern

    def _schema(self, request: HttpRequest, pk: int) -> Schema:
        """Return the schema. Raises `Http404`, or `PermissionDenied` without the view permission."""
        schema = schema_with_id(pk)
        if not self.model_admin.has_view_permission(request, schema):
            raise PermissionDenied
        return schema

    def _render(
        self, request: HttpRequest, name: str, schema: Schema | None, status: int = 200, **context: Any
    ) -> TemplateResponse:
        context = {
            **self.model_admin.admin_site.each_context(request),
            "opts": self.model_admin.opts,
            "schema": schema,
            "frozen": is_frozen(schema),
            "may_change": schema is not None and self.model_admin.has_change_permission(request, schema),
            "may_publish": self.model_admin.has_publish_permission(request),
            "may_add": self.model_admin.has_add_permission(request),
            "may_see_results": request.user.has_perm("chat_api.view_survey"),
            "may_see_run_results": request.user.has_perm("chat_api.view_scriptrun"),
            **context,
        }
        return TemplateResponse(request, f"admin/chat_api/schema/{name}.html", context, status=status)

    def flow(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the flow of the script, as a chart and as a table; with `?drawing`, return the chart alone."""
        schema = self._schema(request, pk)
        flow = Flow(schema, request.GET.getlist("folded"))
        if "drawing" in request.GET:
            return HttpResponse(flow.drawing())
        return self._render(request, "flow", schema, **flow.context())

    def script(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show and save the script editor."""
        schema = self._schema(request, pk)
        if not self.model_admin.has_change_permission(request, schema):
            return HttpResponseRedirect(reverse("admin:chat_api_schema_flow", args=[pk]))
        stored = read_script(schema)
        text, token, reasons, status = request.POST.get("script", ""), request.POST.get("token", ""), [], 200
        if request.method == "POST":
            try:
                document = parse(text, is_json=text.lstrip().startswith("{"))
                write_script(schema=schema, document=document, token=token)
            except BadDocument as error:
                reasons, status = list(error.reasons[:_REASONS_MAX]), 400
            except ChangedMeanwhile:
                reasons, status = [str(_CHANGED_MEANWHILE)], 409
            except ChatAPIError as error:
                reasons, status = error.errors["schema"], 409
            else:
                log_script_change(self.model_admin, request, schema)
                return self._saved(request, schema)
        else:
            text, token = as_yaml(stored.document, indent=None), stored.token
        findings = check_rows(schema, stored.rows)
        return self._render(
            request,
            "script",
            schema,
            status,
            title=_("Script of %(schema)s") % {"schema": schema},
            text=text,
            token=token,
            reasons=reasons,
            findings=shown_findings(findings),
            editor=editor_document(schema, stored, findings),
        )

    def _saved(self, request: HttpRequest, schema: Schema) -> HttpResponse:
        findings = check_schema(schema)
        errors = sum(has_errors([finding]) for finding in findings)
        level = messages.ERROR if errors else messages.SUCCESS
        text = _("%(schema)s was saved. No issues.") % {"schema": schema}
        if findings:
            text = _("%(schema)s was saved. %(errors)s, %(warnings)s.") % {
                "schema": schema,
                "errors": ngettext("%(count)s error", "%(count)s errors", errors) % {"count": errors},
                "warnings": _warnings(len(findings) - errors),
            }
        self.model_admin.message_user(request, text, level)
        page = "flow" if "_flow" in request.POST else "script"
        return HttpResponseRedirect(reverse(f"admin:chat_api_schema_{page}", args=[schema.pk]))

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Run a preview; nothing is stored, each request has all replies so far."""
        schema = self._schema(request, pk)
        replies = replies_from(request.POST.get("replies", "[]"))
        errors: list[str] = []
        if "back" in request.POST:
            replies = replies[:-1]
        elif "skip" in request.POST:
            replies.append(None)
        elif "reply" in request.POST:
            reply = submitted_reply(request.POST, request.FILES)
            errors = upload_errors(reply)
            replies.extend([] if errors else [reply])
        context = context_from(request.POST)
        preview = run_preview(schema, replies, user=request.user, context=context)
        return self._render(
            request,
            "preview",
            schema,
            400 if errors or preview.errors else 200,
            title=_("Preview of %(schema)s") % {"schema": schema},
            preview=preview,
            form=None
            if preview.offered is None
            else ReplyForm(preview.offered, preview, request.POST, errors),
            replies=replies_text(preview.replies),
        )

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show what publishing would replace, and publish."""
        schema = self._schema(request, pk)
        if not self.model_admin.has_publish_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            self.model_admin.apply_to_each(
                request, Schema.objects.filter(pk=pk), "published", self._publish(request)
            )
            return HttpResponseRedirect(reverse("admin:chat_api_schema_change", args=[pk]))
        findings = check_schema(schema)
        return self._render(
            request,
            "publish",
            schema,
            title=_("Publish %(schema)s") % {"schema": schema},
            findings=shown_findings(findings),
            has_errors=has_errors(findings),
            replaced=versions_replaced_by(schema=schema),
        )

    def _publish(self, request: HttpRequest) -> Callable[[Schema], None]:
        def act(schema: Schema) -> None:
            actions.publish(schema=schema)
            self.model_admin.log_change(request, schema, "Published.")

        return act

    def copy(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Copy the schema as the next version, and redirect to its script."""
        schema = self._schema(request, pk)
        if not self.model_admin.has_add_permission(request):
            raise PermissionDenied
        copy = actions.copy_as_unpublished(schema=schema)
        self.model_admin.log_addition(request, copy, [{"added": {}}])
        text = _("%(schema)s was copied as %(copy)s.") % {"schema": schema, "copy": copy}
        self.model_admin.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:chat_api_schema_script", args=[copy.pk]))

    def download(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        """Return the schema as a file in one of the formats of `dump_schema`."""
        schema = self._schema(request, pk)
        if kind not in FORMATS:
            raise Http404
        try:
            text = dump(schema, format=kind, indent=4 if kind == "json" else None)
        except BadDocument as error:
            text = _("Cannot export %(schema)s as %(format)s: %(reason)s")
            values = {"schema": schema, "format": kind, "reason": error}
            self.model_admin.message_user(request, text % values, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:chat_api_schema_change", args=[pk]))
        response = HttpResponse(text, content_type="text/plain; charset=utf-8")
        name = f"{slugify(schema.name) or 'schema'}-{schema.version}.{_SUFFIXES.get(kind, kind)}"
        response["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=name))
        return response


def _warnings(count: int) -> str:
    return ngettext("%(count)s warning", "%(count)s warnings", count) % {"count": count}
