"""Surveys in the admin, where they can be viewed and deleted. Only their owners answer and change answers."""

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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_safe

from chat_api.lib.rest.relations import ID_MAX
from chat_api.lib.tables import FORMATS, ExportRefused, formats
from chat_api.schemas.models import Schema
from chat_api.schemas.pooling import ALL_VERSIONS
from chat_api.schemas.results.options import LABELS_SWITCH, TableOptions
from chat_api.schemas.results.page import shown_scores
from chat_api.surveys import actions
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.results.download import download_of
from chat_api.surveys.results.page import shown_questions, stopped_most
from chat_api.surveys.results.tally import SURVEYS_MAX, results_of, versions_of

if TYPE_CHECKING:
    _AdminBase = admin.ModelAdmin[Any]
else:
    _AdminBase = admin.ModelAdmin


class ReadOnlyAdmin(_AdminBase):
    """An admin whose rows can be viewed and deleted, but neither added nor changed."""

    show_full_result_count = False
    list_per_page = 50
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: surveys are started and answered through the API."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False, like for adding."""
        return False


@admin.register(Survey)
class SurveyAdmin(ReadOnlyAdmin):
    """A survey with its owner and state, and the results of all surveys of a schema."""

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
        """Return the URLs of the admin, and those of results and exports."""
        results = self.admin_site.admin_view(require_safe(self.results))
        export = self.admin_site.admin_view(require_GET(self.export))
        own = [
            path("results/<int:schema_pk>/", results, name="chat_api_survey_results"),
            path("results/<int:schema_pk>/export/<str:kind>/", export, name="chat_api_survey_export"),
        ]
        return own + super().get_urls()

    @admin.display(description=_("results"))
    def results_link(self, survey: Survey) -> str:
        """Return a link to the results of the survey's schema."""
        url = reverse("admin:chat_api_survey_results", args=[survey.schema_id])
        return format_html('<a href="{}">{}</a>', url, gettext("Results of this version"))

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may export answers."""
        return request.user.has_perm("chat_api.export_survey_results")

    def results(self, request: HttpRequest, schema_pk: int) -> HttpResponse:
        """Show the results of one version of a schema, or of all. Raises `PermissionDenied`, `Http404`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        schema = _schema(schema_pk)
        all_versions = ALL_VERSIONS in request.GET
        counted = results_of(schema, all_versions=all_versions)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Results of %(schema)s") % {"schema": schema.name if all_versions else schema},
            "schema": schema,
            "all_versions": all_versions,
            "results": counted,
            "most": SURVEYS_MAX,
            "questions": shown_questions(counted),
            "stopped_most": stopped_most(counted),
            "scores": shown_scores(counted.scores),
            "versions": versions_of(schema),
            "formats": formats() if self.has_export_permission(request) else (),
            "export_url": "admin:chat_api_survey_export",
            "rows": "Surveys",
            "switches": (LABELS_SWITCH, ("typed", "Values and dates even if no question has a name")),
        }
        return TemplateResponse(request, "admin/chat_api/survey/results.html", context)

    def export(self, request: HttpRequest, schema_pk: int, kind: str) -> HttpResponseBase:
        """Return the surveys of one version, or of all, as a file. Raises `PermissionDenied`, `Http404`."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        schema = _schema(schema_pk)
        if kind not in FORMATS:
            raise Http404
        try:
            return download_of(request, schema, kind, TableOptions.of_query(request.GET))
        except ExportRefused as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(self._back_url(request, schema))

    def _back_url(self, request: HttpRequest, schema: Schema) -> str:
        # Users who may export may lack the permission for the page.
        if self.has_view_permission(request):
            return reverse("admin:chat_api_survey_results", args=[schema.pk])
        return reverse("admin:index")


def _schema(pk: int) -> Schema:
    schema = Schema.objects.filter(pk=pk).first() if pk <= ID_MAX else None
    if schema is None:
        raise Http404
    return schema


@admin.register(SurveyItem)
class SurveyItemAdmin(ReadOnlyAdmin):
    """The answer to one question of a survey."""

    list_display = ("id", "survey_id", "related_question", "text", "sender", "updated")
    list_select_related = ("related_question", "sender")
    search_fields = ("survey__id__exact",)
    fields = (
        "survey",
        "related_question",
        "instance",
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

    @admin.display(description=_("answers"))
    def chosen_answers(self, item: SurveyItem) -> str:
        """Return the texts of the chosen answers."""
        return ", ".join(answer.text for answer in item.answers.all())

    def delete_model(self, request: HttpRequest, obj: SurveyItem) -> None:
        """Remove the answer by its action, so that the state of the survey follows."""
        actions.remove_answer(item=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SurveyItem]) -> None:
        """Remove the answers one by one, so that the state of each survey follows."""
        for item in queryset.select_related("survey__schema"):
            actions.remove_answer(item=item)
