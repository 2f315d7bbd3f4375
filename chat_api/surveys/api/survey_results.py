"""The REST view of the results of one survey."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.lib.rest.selection import Selection, cut
from chat_api.raised_flags.documents import wanted_parts
from chat_api.raised_flags.serializers import ResultsSerializer
from chat_api.settings import chat_settings
from chat_api.settings.table.scripts import RESULTS_PARTS
from chat_api.surveys.answer_results import survey_results_document
from chat_api.surveys.api.surveys import OneSurveyView


@extend_schema_view(
    get=extend_schema(summary="Retrieve the results of a survey", responses=ResultsSerializer)
)
class SurveyResultsView(OneSurveyView):
    """The results of a survey so far."""

    operation_name = "surveys_results"
    permission_setting = "PERMISSIONS_SURVEY_RESULTS"
    serializer_class: Any = ResultsSerializer

    def get(self, request: Request, pk: int) -> Response:
        """Return values, scores, bands and flags; its owner gets the parts that RESPONDENT_SEES names."""
        survey = self.get_object()
        is_own = survey.user_id == request.user.pk
        parts = chat_settings.RESPONDENT_SEES if is_own else RESULTS_PARTS
        selection = Selection.of_request({"request": request})
        shown = survey_results_document(survey, wanted_parts(parts, selection.wants))
        return Response(cut(shown, selection))
