"""The admin of threads and messages, read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_safe

from chat_api.chat.choices import TRANSPORT_FLAGS
from chat_api.chat.models import Attachment, Message, ScriptRun, Thread, UnreadMessage, UserThread
from chat_api.chat.results.page import shown_outcomes, shown_steps
from chat_api.chat.results.table import table_for
from chat_api.chat.results.tally import RUNS_MAX, results_of, versions_of
from chat_api.chat.thread_pages import ThreadPages
from chat_api.lib.downloads import download_of
from chat_api.lib.rest.relations import ID_MAX
from chat_api.lib.tables import FORMATS, ExportRefused, formats
from chat_api.notifications.models import NotificationDelivery
from chat_api.schemas.models import Schema
from chat_api.schemas.pooling import ALL_VERSIONS, file_name_of
from chat_api.schemas.results.options import LABELS_SWITCH, TableOptions
from chat_api.schemas.results.page import shown_bars, shown_scores

if TYPE_CHECKING:
    AnyAdmin = admin.ModelAdmin[Any]
    AttachmentTable = admin.TabularInline[Attachment, Message]
    UnreadTable = admin.TabularInline[UnreadMessage, Message]
else:
    AnyAdmin, AttachmentTable, UnreadTable = admin.ModelAdmin, admin.TabularInline, admin.TabularInline


_UNREAD_SHOWN: Final = 100


class ReadOnlyAdmin(AnyAdmin):
    """An admin that shows rows and changes none."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: only users and scripts create conversations."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False, as for adding."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False on the model's own pages.

        Django's deletion would load a whole conversation and notify nobody. Deleting a user in the admin still deletes
        the rows that belong to them.
        """
        match = request.resolver_match
        name = str(match.url_name) if match is not None else ""
        if name.startswith(f"{self.opts.app_label}_{self.opts.model_name}_"):
            return False
        return super().has_delete_permission(request, obj)


def transcript_link(thread_id: int) -> str:
    """Return a link to the transcript of a thread."""
    url = reverse("admin:chat_api_thread_transcript", args=[thread_id])
    return format_html('<a href="{}">{}</a>', url, _("Read the transcript"))


@admin.register(Thread)
class ThreadAdmin(ReadOnlyAdmin):
    """The admin of threads."""

    list_display = ("id", "title", "type", "created", "updated")
    list_filter = ("type",)
    search_fields = ("title",)
    ordering = ("-id",)
    change_list_template = "admin/chat_api/thread/change_list.html"
    readonly_fields = ("transcript_link",)

    def get_urls(self) -> list[URLPattern]:
        """Return the URLs of the admin, and those of transcripts and the queue."""
        return ThreadPages(self).urls() + super().get_urls()

    @admin.display(description=_("transcript"))
    def transcript_link(self, thread: Thread) -> str:
        """Return a link to the transcript of the thread."""
        return transcript_link(thread.pk)


@admin.register(UserThread)
class UserThreadAdmin(ReadOnlyAdmin):
    """The admin of memberships, with the states of scripts."""

    list_display = ("id", "user", "thread_id", "type", "state", "schema", "updated")
    list_filter = ("state", "type")
    list_select_related = ("user", "schema")
    search_fields = ("=thread__id", "=user__id")
    ordering = ("-id",)
    readonly_fields = ("transcript",)

    @admin.display(description=_("transcript"))
    def transcript(self, member: UserThread) -> str:
        """Return a link to the transcript of the thread."""
        return transcript_link(member.thread_id)


class AttachmentInline(AttachmentTable):
    """The attachments of a message."""

    model = Attachment
    extra = 0
    can_delete = False
    fields = ("type", "title", "url", "file")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: attachments are sent with messages."""
        return False


class UnreadInline(UnreadTable):
    """The first members who have not read the message; a thread can have thousands."""

    model = UnreadMessage
    verbose_name_plural = f"unread by (the first {_UNREAD_SHOWN})"
    extra = 0
    can_delete = False
    fields = ("user",)
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: unread rows follow from messages."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnreadMessage]:
        """Return the rows of the message on the page, with their users."""
        rows = super().get_queryset(request).order_by("pk")
        match = request.resolver_match
        shown = str(match.kwargs.get("object_id", "")) if match is not None else ""
        if shown.isdecimal():
            of_message = rows.filter(message_id=int(shown)).values_list("pk", flat=True)
            rows = rows.filter(pk__in=list(of_message[:_UNREAD_SHOWN]))
        return rows.select_related("user")


class TransportFilter(admin.SimpleListFilter):
    """A filter by transport. Unlike Django's, it does not query the table for the choices."""

    title = _("transport")
    parameter_name = "transport"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the names of the transports."""
        return [(name, name) for name in sorted(TRANSPORT_FLAGS)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the deliveries by the selected transport."""
        if self.value() is None:
            return queryset
        # The query string can contain anything, even strings that PostgreSQL rejects.
        return queryset.filter(transport=self.value()) if self.value() in TRANSPORT_FLAGS else queryset.none()


@admin.register(NotificationDelivery)
class NotificationDeliveryAdmin(ReadOnlyAdmin):
    """The admin of notification deliveries."""

    list_display = ("id", "transport", "user", "thread_id", "status", "due", "attempts", "reason")
    list_filter = ("status", TransportFilter)
    list_select_related = ("user",)
    search_fields = ("=thread__id", "=user__id")
    ordering = ("-id",)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """The admin of messages, including deleted ones."""

    list_display = ("id", "thread_id", "sender", "type", "text", "created", "deleted")
    list_filter = ("deleted",)
    list_select_related = ("sender",)
    search_fields = ("=thread__id", "=id")
    ordering = ("-id",)
    readonly_fields = ("typed_text",)
    inlines = (AttachmentInline, UnreadInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        """Return all messages, including deleted ones."""
        return Message.all_objects.get_queryset().order_by("-id")


@admin.register(ScriptRun)
class ScriptRunAdmin(ReadOnlyAdmin):
    """The admin of runs of scripts, and the results of all runs of a schema."""

    list_display = ("id", "user_thread", "schema", "started", "finished", "outcome", "results_link")
    list_filter = ("outcome",)
    list_select_related = ("user_thread", "schema")
    search_fields = ("=user_thread__thread__id", "=user_thread__user__id")
    ordering = ("-id",)
    fields = (
        "user_thread",
        "schema",
        "started",
        "finished",
        "outcome",
        "variables",
        "last_qid",
        "transcript",
        "results_link",
    )
    readonly_fields = ("transcript", "results_link")

    def get_urls(self) -> list[URLPattern]:
        """Return the URLs of the admin, and those of results and exports."""
        results = self.admin_site.admin_view(require_safe(self.results))
        export = self.admin_site.admin_view(require_GET(self.export))
        own = [
            path("results/<int:schema_pk>/", results, name="chat_api_run_results"),
            path("results/<int:schema_pk>/export/<str:kind>/", export, name="chat_api_run_export"),
        ]
        return own + super().get_urls()

    @admin.display(description=_("transcript"))
    def transcript(self, run: ScriptRun) -> str:
        """Return a link to the transcript of the run's thread."""
        return transcript_link(run.user_thread.thread_id)

    @admin.display(description=_("results"))
    def results_link(self, run: ScriptRun) -> str:
        """Return a link to the results of the run's schema."""
        url = reverse("admin:chat_api_run_results", args=[run.schema_id])
        return format_html('<a href="{}">{}</a>', url, gettext("Results of this version"))

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may export answers: whether they may view runs, and all messages."""
        return self.has_view_permission(request) and request.user.has_perm("chat_api.view_message")

    def results(self, request: HttpRequest, schema_pk: int) -> HttpResponse:
        """Show the results of one version of a schema, or of all. Raises `PermissionDenied`, `Http404`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        schema = _schema(schema_pk)
        all_versions = ALL_VERSIONS in request.GET
        counted = results_of(schema, all_versions=all_versions)
        charts = [(row, shown_bars(row.distribution, row.answers)) for row in counted.questions]
        numbers = {place: place + 1 for place, (row, bars) in enumerate(charts) if bars and row.answered}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Results of %(schema)s in conversations")
            % {"schema": schema.name if all_versions else schema},
            "schema": schema,
            "all_versions": all_versions,
            "results": counted,
            "questions": charts,
            "outcomes": shown_outcomes(counted),
            "steps": shown_steps(counted, numbers),
            "has_branches": any(step.branches for step in counted.steps),
            "scores": shown_scores(counted.scores),
            "most": RUNS_MAX,
            "versions": versions_of(schema),
            "formats": formats() if self.has_export_permission(request) else (),
            "export_url": "admin:chat_api_run_export",
            "rows": "Runs",
            "switches": (LABELS_SWITCH, ("superseded", "Columns of superseded answers")),
        }
        return TemplateResponse(request, "admin/chat_api/scriptrun/results.html", context)

    def export(self, request: HttpRequest, schema_pk: int, kind: str) -> HttpResponseBase:
        """Return the runs of one version, or of all, as a file. Raises `PermissionDenied`, `Http404`."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        schema = _schema(schema_pk)
        if kind not in FORMATS:
            raise Http404
        try:
            options = TableOptions.of_query(request.GET)
            name = file_name_of(schema, all_versions=options.all_versions)
            name = f"{name}-{slugify(options.repeat or '') or 'runs'}"
            table = table_for(kind, schema, options=options)
            return download_of(request, table, kind, name)
        except ExportRefused as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:chat_api_run_results", args=[schema.pk]))


def _schema(pk: int) -> Schema:
    schema = Schema.objects.filter(pk=pk).first() if pk <= ID_MAX else None
    if schema is None:
        raise Http404
    return schema
