"""The admin of schemas: list, actions, change page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat_api.engine.analysis.checker import has_errors
from chat_api.lib.errors import ChatAPIError
from chat_api.schemas import actions
from chat_api.schemas.admin.mixins import AnyAdmin, AnyForm, UnderSchemaInline, is_frozen
from chat_api.schemas.admin.views import SchemaPages
from chat_api.schemas.lint import check_schema, format_finding
from chat_api.schemas.models import Group, Schema

#: The maximum number of findings in messages; the flow page shows all.
_FINDINGS_MAX: Final = 30
#: By what was done: the text if it was done, and if it was not.
_RESULTS: Final[Mapping[str, tuple[Promise, Promise]]] = {
    "published": (_("%(schema)s was published."), _("%(schema)s was not published: %(reason)s")),
    "copied": (_("%(schema)s was copied."), _("%(schema)s was not copied: %(reason)s")),
    "deleted": (_("%(schema)s was deleted."), _("%(schema)s was not deleted: %(reason)s")),
}


class GroupForm(AnyForm):
    """A group of a schema."""

    class Meta:
        widgets = {"show_if": forms.TextInput, "text": forms.Textarea({"rows": 2})}
        help_texts = {
            "key": _("What expressions call a repeated group."),
            "show_if": _("An expression; default: always."),
            "text": _("Shown above the questions."),
            "repeat": _('For example {"count": null, "min": 0, "max": 10, "add": QID}; needs a key.'),
        }


class SchemaForm(AnyForm):
    """A schema, without its questions."""

    class Meta:
        help_texts = {
            "match_text": _(
                "A typed text chooses the answer with that text, or else the one with that value."
            ),
            "scores": _(
                'A list of {"name": "risk", "label": "…", "expression": "…", "bands": [{"from": 0, "to": 4,'
                ' "label": "low", "severity": ""}]}.'
            ),
            "flags": _('A list of {"name": "pain", "if": "pain > 7", "label": "…", "severity": ""}.'),
        }


class GroupInline(UnderSchemaInline):
    """The groups of a schema."""

    model = Group
    form = GroupForm
    fields = (
        "position",
        "name",
        "name_i18n",
        "key",
        "show_if",
        "text",
        "text_i18n",
        "layout",
        "repeat",
    )


@admin.register(Schema)
class SchemaAdmin(AnyAdmin):
    """Schemas, with groups inline. They are deleted by an action, which reports rows that refer to them."""

    change_form_template = "admin/chat_api/schema/change_form.html"
    change_list_template = "admin/chat_api/schema/change_list.html"
    list_display = ("name", "version", "type", "published", "deprecated", "script")
    list_filter = ("published", "deprecated", "type")
    search_fields = ("name",)
    ordering = ("name", "-version")
    list_per_page = 50
    show_full_result_count = False
    form = SchemaForm
    fieldsets = (
        (None, {"fields": ("name", "name_i18n", "version", "type", "published", "deprecated", "questions")}),
        (_("Rules"), {"classes": ("collapse",), "fields": ("match_text", "scores", "flags")}),
    )
    readonly_fields = ("published", "deprecated", "questions")
    inlines = (GroupInline,)
    actions = ("publish", "copy_as_unpublished", "download", "export_results", "verify", "delete_drafts")

    def get_urls(self) -> list[URLPattern]:
        """Return the URLs of the admin and of the views in `chat_api.schemas.admin.views`."""
        urls: list[URLPattern] = SchemaPages(self).urls() + super().get_urls()
        return urls

    @admin.display(description=_("Script"))
    def script(self, schema: Schema) -> str:
        """Return a link to the editor of the script, or to the flow of a published one."""
        page, text = (
            ("flow", gettext("See the flow")) if is_frozen(schema) else ("script", gettext("Edit the script"))
        )
        return format_html(
            '<a href="{}">{}</a>', reverse(f"admin:chat_api_schema_{page}", args=[schema.pk]), text
        )

    @admin.display(description=_("Questions"))
    def questions(self, schema: Schema) -> str:
        """Return links to the questions of the schema, which have the attachments."""
        if schema.pk is None:
            return gettext("Save the schema first.")
        listed = reverse("admin:chat_api_question_changelist")
        added = reverse("admin:chat_api_question_add")
        links = '<a href="{}?schema__id__exact={}">{}</a>'
        if not is_frozen(schema):
            links += ' · <a href="{}?schema={}">{}</a>'
        texts = gettext("All questions"), gettext("Add a question")
        return format_html(links, listed, schema.pk, texts[0], added, schema.pk, texts[1])

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False for a published schema."""
        return not is_frozen(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: Django's page would load all rows that refer to the schema."""
        return False

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Return whether the user can publish schemas."""
        return request.user.has_perm("chat_api.publish_schema")

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Return whether the user can export results, if surveys are registered in the admin."""
        is_registered = self.admin_site.is_registered(apps.get_model("chat_api", "Survey"))
        return is_registered and request.user.has_perm("chat_api.export_survey_results")

    def has_delete_drafts_permission(self, request: HttpRequest) -> bool:
        """Return whether the user can delete schemas."""
        return request.user.has_perm("chat_api.delete_schema")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the schema, with the actions that the user can take."""
        permissions = {
            "may_publish": self.has_publish_permission(request),
            "may_add": self.has_add_permission(request),
            "may_see_results": request.user.has_perm("chat_api.view_survey"),
            "may_see_run_results": request.user.has_perm("chat_api.view_scriptrun"),
        }
        return super().change_view(request, object_id, form_url, {**permissions, **(extra_context or {})})

    def response_add(
        self, request: HttpRequest, obj: Schema, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Redirect to the script editor, unless another button was pressed."""
        response = super().response_add(request, obj, post_url_continue)
        if {"_addanother", "_continue", "_popup"} & request.POST.keys():
            return response
        return HttpResponseRedirect(reverse("admin:chat_api_schema_script", args=[obj.pk]))

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Schema]) -> HttpResponse | None:
        """Publish several schemas, or redirect to the publish page for a single one."""
        if queryset.count() == 1:
            return HttpResponseRedirect(reverse("admin:chat_api_schema_publish", args=[queryset.get().pk]))
        self.apply_to_each(
            request,
            queryset,
            "published",
            lambda schema: actions.publish(schema=schema),
        )
        return None

    @admin.action(description=_("Copy as unpublished"), permissions=["add"])
    def copy_as_unpublished(self, request: HttpRequest, queryset: QuerySet[Schema]) -> None:
        """Copy each schema as the next version of its name."""
        self.apply_to_each(
            request,
            queryset,
            "copied",
            lambda schema: actions.copy_as_unpublished(schema=schema),
        )

    @admin.action(description=_("Download"), permissions=["view"])
    def download(self, request: HttpRequest, queryset: QuerySet[Schema]) -> HttpResponse | None:
        """Download one schema as a compact document."""
        if queryset.count() != 1:
            self.message_user(request, gettext("Choose one schema to download."), messages.WARNING)
            return None
        url = reverse("admin:chat_api_schema_download", args=[queryset.get().pk, "compact"])
        return HttpResponseRedirect(url)

    @admin.action(description=_("Export results as CSV"), permissions=["export"])
    def export_results(self, request: HttpRequest, queryset: QuerySet[Schema]) -> HttpResponse | None:
        """Export the surveys of one schema as CSV; the results page has other formats."""
        if queryset.count() != 1:
            self.message_user(request, gettext("Choose one schema to export its results."), messages.WARNING)
            return None
        url = reverse("admin:chat_api_survey_export", args=[queryset.get().pk, "csv"])
        return HttpResponseRedirect(url)

    @admin.action(description=_("Delete unpublished"), permissions=["delete_drafts"])
    def delete_drafts(self, request: HttpRequest, queryset: QuerySet[Schema]) -> None:
        """Delete those of the schemas that are unpublished."""
        drafts = queryset.filter(published=False)
        self.apply_to_each(
            request,
            drafts,
            "deleted",
            lambda schema: actions.delete_drafts(schemas=[schema]),
        )

    @admin.action(description=_("Verify"), permissions=["view"])
    def verify(self, request: HttpRequest, queryset: QuerySet[Schema]) -> None:
        """Show the findings of the checker."""
        for schema in queryset:
            findings = check_schema(schema)
            if not findings:
                self.message_user(
                    request, gettext("%(schema)s: no issues.") % {"schema": schema}, messages.SUCCESS
                )
            for finding in findings[:_FINDINGS_MAX]:
                level = messages.ERROR if has_errors([finding]) else messages.WARNING
                self.message_user(request, f"{schema}: {format_finding(finding)}", level)
            if len(findings) > _FINDINGS_MAX:
                rest = len(findings) - _FINDINGS_MAX
                self.message_user(
                    request,
                    gettext("%(schema)s: and %(count)s more.") % {"schema": schema, "count": rest},
                    messages.WARNING,
                )

    def apply_to_each(
        self, request: HttpRequest, schemas: QuerySet[Schema], done: str, act: Callable[[Schema], Any]
    ) -> None:
        """Call `act` with each schema and show a message about each result."""
        succeeded, refused = _RESULTS[done]
        for schema in schemas:
            name = str(schema)
            try:
                act(schema)
            except ChatAPIError as error:
                for reason in error.errors["schema"][:_FINDINGS_MAX]:
                    self.message_user(request, refused % {"schema": name, "reason": reason}, messages.ERROR)
            except Schema.DoesNotExist:
                self.message_user(
                    request, gettext("%(schema)s no longer exists.") % {"schema": name}, messages.ERROR
                )
            else:
                self.message_user(request, succeeded % {"schema": name}, messages.SUCCESS)
