"""The admin page to upload schemas."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from chat_api.schemas.admin.forms import UploadForm
from chat_api.schemas.models import Schema
from chat_api.schemas.portability import BadDocument, load

_REASONS_MAX: Final = 30


class UploadPage:
    """The upload of a file with schemas."""

    def __init__(self, model_admin: Any) -> None:
        self.model_admin = model_admin

    def page(self, request: HttpRequest) -> HttpResponse:
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
                    text = _("%(schema)s was loaded.") % {"schema": schema}
                    self.model_admin.message_user(request, text, messages.SUCCESS)
                page = "changelist" if len(loaded) != 1 else "flow"
                args = [loaded[0].pk] if len(loaded) == 1 else []
                return HttpResponseRedirect(reverse(f"admin:chat_api_schema_{page}", args=args))
        status = 400 if reasons or form.errors else 200
        context = {
            **self.model_admin.admin_site.each_context(request),
            "opts": self.model_admin.opts,
            "title": _("Upload a schema"),
            "form": form,
            "reasons": reasons,
        }
        return TemplateResponse(request, "admin/chat_api/schema/upload.html", context, status=status)

    def _load(self, file: Any) -> list[Schema]:
        """Load the schemas of the file. Raises `BadDocument`."""
        suffix = Path(str(file.name)).suffix.lower()
        with tempfile.NamedTemporaryFile(suffix=suffix if suffix in (".json", ".xml") else ".yaml") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
            copy.flush()
            return load([Path(copy.name)], using=Schema.objects.db, ignorenonexistent=False).schemas
