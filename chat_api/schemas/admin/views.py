"""Additional admin views of a schema: flow, script editor, preview, publish, copy, download, upload."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods

from chat_api.engine.analysis.checker import has_errors
from chat_api.engine.chart.chart import chart_of
from chat_api.lib.errors import ChatAPIError
from chat_api.schemas import actions
from chat_api.schemas.admin.editor_history import log_script_change
from chat_api.schemas.admin.editor_views import EditorPages, editor_document
from chat_api.schemas.admin.flow_svg import MARK_LABELS, draw_chart, link_text
from chat_api.schemas.admin.forms import UploadForm
from chat_api.schemas.admin.mixins import is_frozen, parse_id
from chat_api.schemas.admin.preview_forms import (
    ReplyForm,
    context_from,
    replies_from,
    replies_text,
    submitted_reply,
    upload_errors,
)
from chat_api.schemas.editing import ChangedMeanwhile, read_script, write_script
from chat_api.schemas.lint import check_rows, check_schema
from chat_api.schemas.loader import raw_groups, raw_questions, raw_rules, rows_of
from chat_api.schemas.models import Schema
from chat_api.schemas.portability import COMPACT, FORMATS, BadDocument, dump, load
from chat_api.schemas.portability.parsing import parse
from chat_api.schemas.portability.yaml_texts import as_yaml
from chat_api.schemas.preview import run_preview
from chat_api.schemas.selectors import versions_replaced_by
from chat_api.schemas.translations.catalog import completeness

_SUFFIXES: Final = {COMPACT: "yaml"}
_REASONS_MAX: Final = 30
_CHANGED_MEANWHILE: Final = (
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
            self._path("upload/", self.upload, "upload"),
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
        schema = None if parse_id(pk) is None else Schema.objects.filter(pk=pk).first()
        if schema is None:
            raise Http404
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
        """Show the flow of the script, as a chart and as a table."""
        schema = self._schema(request, pk)
        rows = rows_of(schema)
        findings = check_rows(schema, rows)
        chart = chart_of(raw_questions(rows), findings, raw_groups(rows), raw_rules(schema))
        lines = [
            {
                "question": node.question,
                "links": [link_text(chart, link) for link in node.links],
                "marks": [MARK_LABELS[mark] for mark in sorted(node.marks)],
                "findings": node.findings,
            }
            for node in chart.nodes
        ]
        drawing = draw_chart(chart, title=f"Flow of {schema}") if chart.nodes else ""
        return self._render(
            request,
            "flow",
            schema,
            title=f"Flow of {schema}",
            drawing=drawing,
            lines=lines,
            # The table below has the rest.
            findings=findings[:_REASONS_MAX],
            languages=completeness(schema, rows),
        )

    def script(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show and save the script editor."""
        schema = self._schema(request, pk)
        if not self.model_admin.has_change_permission(request, schema):
            return HttpResponseRedirect(reverse("admin:chat_api_schema_flow", args=[pk]))
        rows = rows_of(schema)
        stored = read_script(schema, rows)
        text, token, reasons, status = request.POST.get("script", ""), request.POST.get("token", ""), [], 200
        if request.method == "POST":
            try:
                document = parse(text, is_json=text.lstrip().startswith("{"))
                write_script(schema=schema, document=document, token=token)
            except BadDocument as error:
                reasons, status = list(error.reasons[:_REASONS_MAX]), 400
            except ChangedMeanwhile:
                reasons, status = [_CHANGED_MEANWHILE], 409
            except ChatAPIError as error:
                reasons, status = error.errors["schema"], 409
            else:
                log_script_change(self.model_admin, request, schema)
                return self._saved(request, schema)
        else:
            text, token = as_yaml(stored.document, indent=None), stored.token
        findings = check_rows(schema, rows)
        return self._render(
            request,
            "script",
            schema,
            status,
            title=f"Script of {schema}",
            text=text,
            token=token,
            reasons=reasons,
            findings=findings,
            editor=editor_document(schema, stored, rows, findings),
        )

    def _saved(self, request: HttpRequest, schema: Schema) -> HttpResponse:
        findings = check_schema(schema)
        errors = sum(has_errors([finding]) for finding in findings)
        issues = f"{errors} error(s), {len(findings) - errors} warning(s)" if findings else "No issues"
        level = messages.ERROR if errors else messages.SUCCESS
        self.model_admin.message_user(request, f"{schema} was saved. {issues}.", level)
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
            title=f"Preview of {schema}",
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
            title=f"Publish {schema}",
            findings=findings,
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
        self.model_admin.message_user(request, f"{schema} was copied as {copy}.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:chat_api_schema_script", args=[copy.pk]))

    def download(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        """Return the schema as a file in one of the formats of `dump_schema`."""
        schema = self._schema(request, pk)
        if kind not in FORMATS:
            raise Http404
        try:
            text = dump(schema, format=kind, indent=4 if kind == "json" else None)
        except BadDocument as error:
            self.model_admin.message_user(
                request, f"Cannot export {schema} as {kind}: {error}", messages.ERROR
            )
            return HttpResponseRedirect(reverse("admin:chat_api_schema_change", args=[pk]))
        response = HttpResponse(text, content_type="text/plain; charset=utf-8")
        name = f"{slugify(schema.name) or 'schema'}-{schema.version}.{_SUFFIXES.get(kind, kind)}"
        response["Content-Disposition"] = str(content_disposition_header(as_attachment=True, filename=name))
        return response

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Load schemas from a file: one of `dump_schema`, or a compact document."""
        if not self.model_admin.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        reasons: Sequence[str] = ()
        if request.method == "POST" and form.is_valid():
            try:
                loaded = self._load(form.cleaned_data["file"])
            except BadDocument as error:
                reasons = error.reasons[:_REASONS_MAX]
            else:
                for schema in loaded:
                    self.model_admin.log_addition(request, schema, [{"added": {}}])
                    self.model_admin.message_user(request, f"{schema} was loaded.", messages.SUCCESS)
                page = "changelist" if len(loaded) != 1 else "flow"
                args = [loaded[0].pk] if len(loaded) == 1 else []
                return HttpResponseRedirect(reverse(f"admin:chat_api_schema_{page}", args=args))
        status = 400 if reasons or form.errors else 200
        return self._render(
            request, "upload", None, status, title="Upload a schema", form=form, reasons=reasons
        )

    def _load(self, file: Any) -> list[Schema]:
        """Load the schemas of the file. Raises `BadDocument`."""
        suffix = Path(str(file.name)).suffix.lower()
        with tempfile.NamedTemporaryFile(suffix=suffix if suffix in (".json", ".xml") else ".yaml") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
            copy.flush()
            return load([Path(copy.name)], using=Schema.objects.db, ignorenonexistent=False).schemas
