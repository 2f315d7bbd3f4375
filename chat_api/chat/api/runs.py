"""The REST view of the runs of scripts in a thread, with their results."""

from __future__ import annotations

import json
from collections.abc import Collection

from django.core.serializers.json import DjangoJSONEncoder
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.chat import selectors
from chat_api.chat.api.threads import ThreadView
from chat_api.chat.documents import run_document
from chat_api.chat.models import ScriptRun, Thread
from chat_api.chat.permissions.results import sees_results_of_others
from chat_api.chat.permissions.threads import membership_of_request
from chat_api.chat.serializers.results import RunSerializer
from chat_api.lib.rest.selection import cut
from chat_api.raised_flags.documents import wanted_parts
from chat_api.settings import chat_settings
from chat_api.settings.table.scripts import RESULTS_PARTS


@extend_schema_view(
    get=extend_schema(
        summary="List the runs of scripts in a thread, with their results",
        responses=RunSerializer(many=True),
    )
)
class ThreadRunsView(ThreadView):
    """The runs of scripts in a thread, the newest first."""

    operation_name = "threads_runs"
    permission_setting = "PERMISSIONS_THREAD_RUNS"
    serializer_class = RunSerializer
    queryset = ScriptRun.objects.none()
    pagination_setting = "PAGINATION_RUN_LIST"
    #: Not even a thread's public is shown what its members answered.
    open_methods = frozenset()

    def get(self, request: Request, thread_id: int) -> Response:
        """List the runs whose results the requester sees, the newest first; respondents see parts of their own."""
        own = chat_settings.RESPONDENT_SEES
        member = membership_of_request(request, self)
        if member is None and not Thread.objects.filter(pk=thread_id).exists():
            raise NotFound
        others = sees_results_of_others(user=request.user, member=member)
        rows = selectors.runs_of(
            thread_id=thread_id,
            user_id=request.user.pk,
            own=bool(own),
            others=others,
            flags=self.selection.wants("flags"),
        )
        page = self.page_of(rows)
        shown = {run.pk: cut(run_document(run, self._parts(run, own)), self.selection) for run in page}
        fitting = self.within_bytes(page, lambda run: len(json.dumps(shown[run.pk], cls=DjangoJSONEncoder)))
        return self.answer_page([shown[run.pk] for run in fitting])

    def _parts(self, run: ScriptRun, own: Collection[str]) -> Collection[str]:
        parts = own if run.user_thread.user_id == self.request.user.pk else RESULTS_PARTS
        wants = self.selection.wants
        # The values of rounds belong to the values.
        return wanted_parts(parts, lambda part: wants(part) or (part == "values" and wants("instances")))
