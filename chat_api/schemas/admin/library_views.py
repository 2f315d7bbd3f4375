"""The admin page to begin a schema from the library."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from chat_api.schemas.library import entries, start_from
from chat_api.schemas.models import Schema
from chat_api.schemas.portability import BadDocument

_REASONS_MAX = 5


class LibraryPage:
    """The cards of the library; each has a button that creates a draft."""

    def __init__(self, model_admin: Any) -> None:
        self.model_admin = model_admin

    def page(self, request: HttpRequest) -> HttpResponse:
        """Show the library; a POST creates a draft of one entry and redirects to its script."""
        if not self.model_admin.has_add_permission(request):
            raise PermissionDenied
        found, problems, status = entries(), [], 200
        if request.method == "POST":
            entry = next((each for each in found if each.key == request.POST.get("entry")), None)
            if entry is None:
                problems, status = [_("Choose a questionnaire of the library.")], 400
            else:
                try:
                    return self._started(request, start_from(entry))
                except BadDocument as error:
                    problems, status = list(error.reasons[:_REASONS_MAX]), 400
        cards = [(entry, [_language(code) for code in entry.languages]) for entry in found]
        context = {
            **self.model_admin.admin_site.each_context(request),
            "opts": self.model_admin.opts,
            "title": _("Begin from the library"),
            "cards": cards,
            "problems": problems,
        }
        return TemplateResponse(request, "admin/chat_api/schema/library.html", context, status=status)

    def _started(self, request: HttpRequest, schema: Schema) -> HttpResponse:
        self.model_admin.log_addition(request, schema, [{"added": {}}])
        text = _("%(schema)s was created from the library.") % {"schema": schema}
        self.model_admin.message_user(request, text, messages.SUCCESS)
        may_change = self.model_admin.has_change_permission(request, schema)
        page = "script" if may_change else "flow"
        return HttpResponseRedirect(reverse(f"admin:chat_api_schema_{page}", args=[schema.pk]))


def _language(code: str) -> str:
    """Return the name of a language in the language of the admin; its code if Django does not know it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
