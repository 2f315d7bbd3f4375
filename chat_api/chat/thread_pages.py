"""Pages of threads in the admin: the transcript of one, its export, and the queue of those that wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
    QueryDict,
)
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from chat_api.chat import actions
from chat_api.chat.documents import run_document
from chat_api.chat.models import ScriptRun, Thread
from chat_api.chat.queues import FILTERS, Filters, waiting_threads
from chat_api.chat.selectors import runs_of
from chat_api.chat.transcripts import page_of_lines, transcript_table
from chat_api.engine.numbers import format_number
from chat_api.lib.downloads import download_of
from chat_api.lib.rest.relations import ID_MAX
from chat_api.lib.tables import TEXTS
from chat_api.lib.user_names import name_of

#: The newest runs whose results a transcript shows.
RUNS_MAX: Final = 20
#: The threads of a page of the queue.
PAGE: Final = 50
_QUERY_MAX: Final = 1000
_PARTS: Final = ("values", "scores", "bands", "flags", "labels")


class ThreadPages:
    """The admin's additional views of threads. Each checks the permissions of the admin."""

    def __init__(self, model_admin: Any) -> None:
        self.model_admin = model_admin

    def urls(self) -> list[URLPattern]:
        """Return the URL patterns, wrapped in `AdminSite.admin_view`."""
        view = self.model_admin.admin_site.admin_view
        return [
            path("queue/", view(require_safe(self.queue)), name="chat_api_thread_queue"),
            path("<int:pk>/assign/", view(require_POST(self.assign)), name="chat_api_thread_assign"),
            path(
                "<int:pk>/transcript/", view(require_safe(self.transcript)), name="chat_api_thread_transcript"
            ),
            path(
                "<int:pk>/transcript/export/<str:kind>/",
                view(require_GET(self.export)),
                name="chat_api_thread_export",
            ),
        ]

    def _thread(self, request: HttpRequest, pk: int) -> Thread:
        """Return the thread. Raises `Http404`, or `PermissionDenied` without the permissions to view it all."""
        if not self._sees_messages(request):
            raise PermissionDenied
        found = Thread.objects.select_related("assigned_to").filter(pk=pk).first() if pk <= ID_MAX else None
        if found is None:
            raise Http404
        return found

    def _sees_messages(self, request: HttpRequest) -> bool:
        sees = self.model_admin.has_view_permission(request)
        return bool(sees and request.user.has_perm("chat_api.view_message"))

    def _page(self, request: HttpRequest, name: str, **context: Any) -> TemplateResponse:
        context = {
            **self.model_admin.admin_site.each_context(request),
            "opts": self.model_admin.opts,
            **context,
        }
        return TemplateResponse(request, f"admin/chat_api/thread/{name}.html", context)

    def transcript(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the messages of a thread, the oldest first, and what its runs came to."""
        thread = self._thread(request, pk)
        after = _whole(request.GET.get("after"))
        lines, has_more = page_of_lines(thread, after=after)
        found = runs_of(thread_id=thread.pk, user_id=None, own=True, others=True)[:RUNS_MAX]
        runs = found.select_related("user_thread__user", "schema") if self._sees_runs(request) else ()
        return self._page(
            request,
            "transcript",
            title=_("Transcript of %(thread)s") % {"thread": thread},
            thread=thread,
            assigned_to=name_of(thread.assigned_to),
            lines=lines,
            may_assign=request.user.has_perm("chat_api.change_thread"),
            is_continued=after > 0,
            next=lines[-1].id if has_more and lines else None,
            runs=[_shown_run(run, self._shown_parts(request)) for run in runs],
            formats=tuple(TEXTS),
        )

    def _sees_runs(self, request: HttpRequest) -> bool:
        return request.user.has_perm("chat_api.view_scriptrun")

    def _shown_parts(self, request: HttpRequest) -> Sequence[str]:
        return [part for part in _PARTS if part != "flags" or request.user.has_perm("chat_api.view_flag")]

    def export(self, request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
        """Return the whole transcript as a file."""
        thread = self._thread(request, pk)
        if kind not in TEXTS:
            raise Http404
        return download_of(request, transcript_table(thread), kind, f"thread-{thread.pk}")

    def queue(self, request: HttpRequest) -> HttpResponse:
        """Show the threads in which somebody waits for an answer, who waits longest first."""
        if not self._sees_messages(request):
            raise PermissionDenied
        filters = Filters.of(request.GET, user=request.user)
        threads = waiting_threads(filters, flags=request.user.has_perm("chat_api.view_flag"))
        page = Paginator(threads, PAGE).get_page(request.GET.get("page"))
        return self._page(
            request,
            "queue",
            title=_("Threads that wait for an answer"),
            page=page,
            rows=[(thread, name_of(thread.assigned_to)) for thread in page],
            filters=[
                (name, label, name in filters.chosen)
                for name, label in FILTERS.items()
                if name != "flagged" or request.user.has_perm("chat_api.view_flag")
            ],
            query=filters.query,
            search=filters.words,
            may_assign=request.user.has_perm("chat_api.change_thread"),
        )

    def assign(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a thread over, or give it back; who takes over what somebody else has is refused."""
        thread = self._thread(request, pk)
        user: Any = request.user
        if not user.has_perm("chat_api.change_thread"):
            raise PermissionDenied
        takes, expected = "take" in request.POST, request.POST.get("assigned", "")
        if takes == ("give" in request.POST):
            return HttpResponseBadRequest(_("Send either take or give."), content_type="text/plain")
        try:
            done = actions.exchange_assignment(
                thread_id=thread.pk, expected=expected, user=user if takes else None, by=user
            )
        except Thread.DoesNotExist as error:
            # It was deleted in the meantime.
            raise Http404 from error
        if done is None:
            owner = name_of(self._thread(request, pk).assigned_to)
            text = (
                _("%(thread)s was not changed: %(name)s looks after it now.")
                if owner
                else _("%(thread)s was not changed: it was given back in the meantime.")
            )
            self.model_admin.message_user(request, text % {"thread": thread, "name": owner}, messages.WARNING)
        else:
            text = _("You look after %(thread)s now.") if takes else _("%(thread)s was given back.")
            self.model_admin.message_user(request, text % {"thread": thread}, messages.SUCCESS)
            self.model_admin.log_change(request, thread, "Took over." if takes else "Gave back.")
        if request.POST.get("next") == "transcript":
            return HttpResponseRedirect(reverse("admin:chat_api_thread_transcript", args=[pk]))
        return HttpResponseRedirect(_queue_as(request.POST.get("query", ""), user))


def _queue_as(query: str, user: Any) -> str:
    """Return the URL of the queue with the filters and the page of a query string."""
    found = QueryDict(query[:_QUERY_MAX])
    number = _whole(found.get("page"))
    parts = [Filters.of(found.dict(), user=user).query, f"page={number}" if number else ""]
    return "?".join(filter(None, [reverse("admin:chat_api_thread_queue"), "&".join(filter(None, parts))]))


def _whole(raw: str | None) -> int:
    """Return the number that a parameter is, or 0."""
    if raw is None or not (raw.isascii() and raw.isdigit()) or len(raw) > 19:
        return 0
    return min(int(raw), ID_MAX)


def _shown_run(run: ScriptRun, parts: Sequence[str]) -> dict[str, Any]:
    """Return what the page shows of a run."""
    document = run_document(run, parts)
    labels, bands = document.get("labels", {}), document.get("bands", {})
    scores = [
        {
            "label": labels.get(name) or name,
            "value": _shown(value),
            "band": (bands.get(name) or {}).get("label", ""),
        }
        for name, value in document.get("scores", {}).items()
        if value is not None
    ]
    return {
        "run": run,
        "member": name_of(run.user_thread.user),
        "is_final": document["final"],
        "values": {name: _shown(value) for name, value in document.get("values", {}).items()},
        "scores": scores,
        "flags": document.get("flags", []),
    }


def _shown(value: Any) -> str | None:
    """Return a value of a run as texts have it; None for an empty one."""
    if isinstance(value, list):
        return ", ".join(str(_shown(each)) for each in value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return format_number(value) if is_number else None if value is None else str(value)
