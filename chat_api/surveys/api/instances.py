"""REST views of the instances of a survey's repeated groups."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.lib.rest.openapi import SELECTION_PARAMETERS, refusals
from chat_api.lib.rest.selection import Selection, cut
from chat_api.lib.rest.timestamps import timestamp_writer
from chat_api.surveys import actions
from chat_api.surveys.api.items import UnderSurveyView
from chat_api.surveys.documents import survey_core_document
from chat_api.surveys.models import Survey
from chat_api.surveys.problem_messages import shown_states
from chat_api.surveys.serializers.items import NewInstanceSerializer


class InstancesView(UnderSurveyView):
    """The base of the views of instances."""

    permission_setting = "PERMISSIONS_SURVEY_INSTANCES_BY_SURVEY_ID"
    serializer_class = NewInstanceSerializer

    def handle_exception(self, exc: Exception) -> Response:
        """Return a 404 for a group or instance that is not there, and a 403 for a survey that was deleted."""
        if isinstance(exc, actions.NoSuchInstance):
            exc = NotFound()
        return super().handle_exception(PermissionDenied() if isinstance(exc, Survey.DoesNotExist) else exc)


@extend_schema_view(
    post=extend_schema(
        summary="Add an instance to a repeated group",
        parameters=SELECTION_PARAMETERS,
        request=None,
        responses={201: NewInstanceSerializer, **refusals(400)},
    )
)
class SurveyInstancesView(InstancesView):
    """The instances of a repeated group whose number the user decides; the state of the survey lists them."""

    operation_name = "surveys_groups_instances"

    def post(self, request: Request, survey_id: int, group_id: int) -> Response:
        """Add an instance at the end; its number was never used before. The state of the survey follows."""
        survey = self.get_survey()
        number = actions.add_instance(survey=survey, group_id=group_id)
        selection = Selection.of_request(self.get_serializer_context())
        shown = survey_core_document(
            survey, shown_states([survey], request.user), timestamp_writer(), request.user
        )
        document: dict[str, Any] = {
            "instance": number,
            "survey_data": cut(shown, selection.inside("survey_data")),
        }
        return Response(selection.of(document), status=status.HTTP_201_CREATED)


@extend_schema_view(
    delete=extend_schema(
        summary="Remove an instance of a repeated group", responses={204: None, **refusals(400)}
    )
)
class SurveyInstanceView(InstancesView):
    """One instance of a repeated group."""

    operation_name = "surveys_groups_instances"

    def delete(self, request: Request, survey_id: int, group_id: int, number: int) -> Response:
        """Remove the instance with its answers. The state of the survey follows."""
        actions.remove_instance(survey=self.get_survey(), group_id=group_id, number=number)
        return Response(status=status.HTTP_204_NO_CONTENT)
