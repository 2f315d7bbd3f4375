"""Surveys in the admin: to look at and to delete. Answers are given and changed by those who are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_safe

from chat_api.lib.rest.relations import ID_MAX
from chat_api.schemas.models import Schema
from chat_api.surveys import actions
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.results import export
from chat_api.surveys.results.download import download_of
from chat_api.surveys.results.page import shown_questions, stopped_most
from chat_api.surveys.results.tally import SURVEYS_MAX, results_of, versions_of

if TYPE_CHECKING:
    _AdminBase = admin.ModelAdmin[Any]
else:
    _AdminBase = admin.ModelAdmin


class LookingAdmin(_AdminBase):
    """Shows and deletes, and changes nothing."""

    show_full_result_count = False
    list_per_page = 50
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse: surveys are begun and answered through the API."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: see above."""
        return False


@admin.register(Survey)
class SurveyAdmin(LookingAdmin):
    """A survey, its owner, its state; and what came of all surveys of a schema."""

    list_display = ("id", "user", "schema", "created", "updated", "submitted", "results_link")
    list_select_related = ("user", "schema")
    search_fields = ("id__exact",)
    fields = (
        "schema",
        "user",
        "automated_sender",
        "state",
        "created",
        "updated",
        "submitted",
        "results_link",
    )
    readonly_fields = ("submitted", "results_link")

    def get_urls(self) -> list[URLPattern]:
        """Give the addresses of the admin and of the results."""
        results = self.admin_site.admin_view(require_safe(self.results))
        export = self.admin_site.admin_view(require_GET(self.export))
        ours = [
            path("results/<int:schema_pk>/", results, name="chat_api_survey_results"),
            path("results/<int:schema_pk>/export/<str:kind>/", export, name="chat_api_survey_export"),
        ]
        return ours + super().get_urls()

    @admin.display(description="results")
    def results_link(self, survey: Survey) -> str:
        """Give a link to the results of the survey's schema."""
        address = reverse("admin:chat_api_survey_results", args=[survey.schema_id])
        return format_html('<a href="{}">All of this version</a>', address)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Say whether the user may take the answers away."""
        return request.user.has_perm("chat_api.export_survey_results")

    def results(self, request: HttpRequest, schema_pk: int) -> HttpResponse:
        """Show what came of the surveys of one version. Raises `PermissionDenied`, `Http404`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        schema = _schema(schema_pk)
        counted = results_of(schema)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Results of {schema}",
            "schema": schema,
            "results": counted,
            "most": SURVEYS_MAX,
            "questions": shown_questions(counted),
            "stopped_most": stopped_most(counted),
            "versions": versions_of(schema),
            "formats": export.formats() if self.has_export_permission(request) else (),
        }
        return TemplateResponse(request, "admin/chat_api/survey/results.html", context)

    def export(self, request: HttpRequest, schema_pk: int, kind: str) -> HttpResponseBase:
        """Answer with the surveys of one version as a file. Raises `PermissionDenied`, `Http404`."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        schema = _schema(schema_pk)
        if kind not in export.FORMATS:
            raise Http404
        try:
            return download_of(request, schema, kind)
        except export.ExportRefused as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(self._way_back(request, schema))

    def _way_back(self, request: HttpRequest, schema: Schema) -> str:
        # Who may export need not be let in to the page.
        if self.has_view_permission(request):
            return reverse("admin:chat_api_survey_results", args=[schema.pk])
        return reverse("admin:index")


def _schema(pk: int) -> Schema:
    schema = Schema.objects.filter(pk=pk).first() if pk <= ID_MAX else None
    if schema is None:
        raise Http404
    return schema


@admin.register(SurveyItem)
class SurveyItemAdmin(LookingAdmin):
    """The answer to one question of a survey."""

    list_display = ("id", "survey_id", "related_question", "text", "sender", "updated")
    list_select_related = ("related_question", "sender")
    search_fields = ("survey__id__exact",)
    fields = (
        "survey",
        "related_question",
        "chosen_answers",
        "text",
        "typed_text",
        "type",
        "meta",
        "position",
        "sender",
        "has_attachments",
        "created",
        "updated",
    )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what would be deleted; items of submitted surveys are protected."""
        *found, protected = super().get_deleted_objects(objs, request)
        surveys = Survey.objects.filter(pk__in={item.survey_id for item in objs}, submitted__isnull=False)
        closed = set(surveys.values_list("pk", flat=True))
        kept = [f"{item} (submitted)" for item in objs if item.survey_id in closed]
        return (*found, [*protected, *kept])

    @admin.display(description="answers")
    def chosen_answers(self, item: SurveyItem) -> str:
        """Give the texts of the chosen answers."""
        return ", ".join(answer.text for answer in item.answers.all())

    def delete_model(self, request: HttpRequest, obj: SurveyItem) -> None:
        """Take the answer back, so that the survey's state follows."""
        actions.remove_answer(item=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SurveyItem]) -> None:
        """Take the answers back, one after the other, so that each survey's state follows."""
        for item in queryset.select_related("survey__schema"):
            actions.remove_answer(item=item)
