"""Schemas in the admin: the list, the actions, and the page of one schema with the ways on from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.html import format_html

from chat_api.engine.analysis.checker import has_errors
from chat_api.lib.errors import ChatAPIError
from chat_api.schemas import actions
from chat_api.schemas.admin.mixins import AnyAdmin, UnderSchemaInline, is_frozen
from chat_api.schemas.admin.views import SchemaPages
from chat_api.schemas.lint import as_line, check_schema
from chat_api.schemas.models import Group, Schema

#: More findings than this are looked at on the page of the flow.
_FINDINGS_SHOWN: Final = 30


class GroupInline(UnderSchemaInline):
    """The groups of a schema."""

    model = Group
    fields = ("position", "name", "name_i18n")


@admin.register(Schema)
class SchemaAdmin(AnyAdmin):
    """Schemas with their groups. Deleting goes by the action, which says what stands in its way."""

    change_form_template = "admin/chat_api/schema/change_form.html"
    change_list_template = "admin/chat_api/schema/change_list.html"
    list_display = ("name", "version", "type", "published", "deprecated")
    list_filter = ("published", "deprecated", "type")
    search_fields = ("name",)
    ordering = ("name", "-version")
    list_per_page = 50
    show_full_result_count = False
    fields = ("name", "name_i18n", "version", "type", "published", "deprecated", "questions")
    readonly_fields = ("published", "deprecated", "questions")
    inlines = (GroupInline,)
    actions = ("publish", "copy_as_unpublished", "download", "export_results", "verify", "delete_drafts")

    def get_urls(self) -> list[URLPattern]:
        """Give the addresses of the admin and of our pages."""
        urls: list[URLPattern] = SchemaPages(self).urls() + super().get_urls()
        return urls

    @admin.display(description="Questions one by one")
    def questions(self, schema: Schema) -> str:
        """Give links to the schema's questions, where their attachments are."""
        if schema.pk is None:
            return "Save the schema first."
        listed = reverse("admin:chat_api_question_changelist")
        added = reverse("admin:chat_api_question_add")
        links = '<a href="{}?schema__id__exact={}">All questions</a>'
        if not is_frozen(schema):
            links += ' · <a href="{}?schema={}">Add a question</a>'
        return format_html(links, listed, schema.pk, added, schema.pk)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse once published."""
        return not is_frozen(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: Django's page would read all that refers to the schema."""
        return False

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Say whether the user may publish schemas."""
        return request.user.has_perm("chat_api.publish_schema")

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Say whether the user may take away what was answered, where the host has surveys in the admin."""
        known = self.admin_site.is_registered(apps.get_model("chat_api", "Survey"))
        return known and request.user.has_perm("chat_api.export_survey_results")

    def has_delete_drafts_permission(self, request: HttpRequest) -> bool:
        """Say whether the user may delete schemas."""
        return request.user.has_perm("chat_api.delete_schema")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one schema, with what the user may do with it."""
        may = {
            "may_publish": self.has_publish_permission(request),
            "may_add": self.has_add_permission(request),
            "may_see_results": request.user.has_perm("chat_api.view_survey"),
        }
        return super().change_view(request, object_id, form_url, {**may, **(extra_context or {})})

    def response_add(
        self, request: HttpRequest, obj: Schema, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to writing the script, unless another button was pressed."""
        response = super().response_add(request, obj, post_url_continue)
        if {"_addanother", "_continue", "_popup"} & request.POST.keys():
            return response
        return HttpResponseRedirect(reverse("admin:chat_api_schema_script", args=[obj.pk]))

    @admin.action(description="Publish", permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Schema]) -> HttpResponse | None:
        """Publish one schema after a look at what it replaces, or several at once."""
        if queryset.count() == 1:
            return HttpResponseRedirect(reverse("admin:chat_api_schema_publish", args=[queryset.get().pk]))
        self.each(request, queryset, "published", lambda schema: actions.publish(schema=schema))
        return None

    @admin.action(description="Copy as unpublished", permissions=["add"])
    def copy_as_unpublished(self, request: HttpRequest, queryset: QuerySet[Schema]) -> None:
        """Copy the schemas as the next versions of their names."""
        self.each(request, queryset, "copied", lambda schema: actions.copy_as_unpublished(schema=schema))

    @admin.action(description="Download", permissions=["view"])
    def download(self, request: HttpRequest, queryset: QuerySet[Schema]) -> HttpResponse | None:
        """Give one schema as a compact document."""
        if queryset.count() != 1:
            self.message_user(request, "Choose one schema to download.", messages.WARNING)
            return None
        address = reverse("admin:chat_api_schema_download", args=[queryset.get().pk, "compact"])
        return HttpResponseRedirect(address)

    @admin.action(description="Export results as CSV", permissions=["export"])
    def export_results(self, request: HttpRequest, queryset: QuerySet[Schema]) -> HttpResponse | None:
        """Give the surveys of one schema as a table; the page of its results has the other formats."""
        if queryset.count() != 1:
            self.message_user(request, "Choose one schema to export the results of.", messages.WARNING)
            return None
        address = reverse("admin:chat_api_survey_export", args=[queryset.get().pk, "csv"])
        return HttpResponseRedirect(address)

    @admin.action(description="Delete unpublished", permissions=["delete_drafts"])
    def delete_drafts(self, request: HttpRequest, queryset: QuerySet[Schema]) -> None:
        """Delete the unpublished ones among the schemas."""
        drafts = queryset.filter(published=False)
        self.each(request, drafts, "deleted", lambda schema: actions.delete_drafts(schemas=[schema]))

    @admin.action(description="Verify", permissions=["view"])
    def verify(self, request: HttpRequest, queryset: QuerySet[Schema]) -> None:
        """Say what is wrong with the schemas."""
        for schema in queryset:
            findings = check_schema(schema)
            if not findings:
                self.message_user(request, f"{schema}: nothing is wrong.", messages.SUCCESS)
            for finding in findings[:_FINDINGS_SHOWN]:
                level = messages.ERROR if has_errors([finding]) else messages.WARNING
                self.message_user(request, f"{schema}: {as_line(finding)}", level)
            if len(findings) > _FINDINGS_SHOWN:
                rest = len(findings) - _FINDINGS_SHOWN
                self.message_user(request, f"{schema}: and {rest} more.", messages.WARNING)

    def each(
        self, request: HttpRequest, schemas: QuerySet[Schema], done: str, act: Callable[[Schema], Any]
    ) -> None:
        """Do something with each of the schemas, and say what came of it."""
        for schema in schemas:
            name = str(schema)
            try:
                act(schema)
            except ChatAPIError as error:
                for reason in error.errors["schema"][:_FINDINGS_SHOWN]:
                    self.message_user(request, f"{name} was not {done}: {reason}", messages.ERROR)
            except Schema.DoesNotExist:
                self.message_user(request, f"{name} is not there any more.", messages.ERROR)
            else:
                self.message_user(request, f"{name} was {done}.", messages.SUCCESS)
