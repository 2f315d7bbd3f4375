"""REST views of surveys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.lib.rest.fields import client_id_in
from chat_api.lib.rest.filters import autofiltered
from chat_api.lib.rest.openapi import SELECTION_PARAMETERS, refusals
from chat_api.lib.rest.relations import account_named
from chat_api.lib.rest.selection import Selection
from chat_api.lib.rest.views import ChatAPIView
from chat_api.surveys import actions, selectors, validation
from chat_api.surveys.document_contexts import survey_context
from chat_api.surveys.documents import Document, survey_document
from chat_api.surveys.models import Survey
from chat_api.surveys.serializers.surveys import SurveyDetailsSerializer, SurveySerializer


class SurveyAPIView(ChatAPIView):
    """The base of the views of surveys."""

    def survey_documents(self, surveys: Iterable[Survey]) -> list[Document]:
        """Return the surveys as the requester sees them."""
        rows = list(surveys)
        shown = survey_context(rows, self.get_serializer_context())
        return [survey_document(survey, shown) for survey in rows]


class SurveysView(SurveyAPIView):
    """The base of the lists of surveys."""

    queryset = Survey.objects.none()
    ordering = ("id",)

    def listed(self) -> Response:
        """Return the response with the requested page of surveys."""
        wants = Selection.of_request(self.get_serializer_context()).wants
        surveys = selectors.with_people(
            self.filter_queryset(self.get_queryset()),
            owner=wants("user_data"),
            automated_sender=wants("automated_sender_data"),
        )
        return self.answer_page(self.survey_documents(self.page_of(surveys)))


@autofiltered
@extend_schema_view(
    get=extend_schema(
        summary="List the surveys of an account",
        parameters=SELECTION_PARAMETERS,
        responses=SurveySerializer(many=True),
    ),
    post=extend_schema(
        summary="Start a survey",
        parameters=SELECTION_PARAMETERS,
        request=SurveySerializer,
        responses={200: SurveySerializer, 201: SurveySerializer, **refusals(410)},
    ),
)
class AccountSurveysView(SurveysView):
    """The surveys of an account, oldest first."""

    operation_name = "accounts_surveys"
    permission_setting = "PERMISSIONS_SURVEYS_LIST_BY_USER_ID"
    serializer_class = SurveySerializer

    pagination_setting = "PAGINATION_ACCOUNT_SURVEY_LIST"

    def get_queryset(self) -> QuerySet[Survey]:
        """Return the surveys of the account that the path names."""
        if "user_id" not in self.kwargs:
            return Survey.objects.none()
        return selectors.surveys_of(user_id=self.kwargs["user_id"])

    def get(self, request: Request, user_id: int) -> Response:
        """List the surveys of the account, oldest first."""
        return self.listed()

    def post(self, request: Request, user_id: int) -> Response:
        """Start a survey of a published schema; the response has its state.

        A request with a `client_id` that was sent before starts no other survey.
        """
        owner = account_named(user_id, requester=request.user)
        client_id = client_id_in(request.data)
        earlier = None if client_id is None else actions.earlier_start(user=owner, client_id=client_id)
        if earlier is not None:
            return self.answer_started(earlier, is_new=False)
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = {**body.validated_data}
        given.pop("client_id", None)
        if client_id is None:
            return self.answer_started(actions.start_survey(user=owner, **given), is_new=True)
        survey, is_new = actions.start_survey_once(user=owner, client_id=client_id, **given)
        return self.answer_started(survey, is_new=is_new)

    def answer_started(self, survey: Survey, *, is_new: bool) -> Response:
        """Return the response with the survey: 201 if this request started it, else 200."""
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(self.survey_documents([survey])[0], status=code)


@autofiltered
@extend_schema_view(
    get=extend_schema(
        summary="List all surveys",
        parameters=SELECTION_PARAMETERS,
        responses=SurveyDetailsSerializer(many=True),
    )
)
class AllSurveysView(SurveysView):
    """All surveys that are visible to the requester, oldest first."""

    operation_name = "surveys"
    permission_setting = "PERMISSIONS_SURVEYS_GLOBAL_LIST"
    serializer_class = SurveyDetailsSerializer

    pagination_setting = "PAGINATION_GLOBAL_SURVEY_LIST"

    def get_queryset(self) -> QuerySet[Survey]:
        """Return all surveys for staff, or if SURVEYS_GLOBAL_LIST_ALL is on; otherwise those of the requester."""
        if getattr(self, "swagger_fake_view", False):
            return Survey.objects.none()
        return selectors.surveys_visible_to(user=self.request.user)

    def get(self, request: Request) -> Response:
        """List the surveys that are visible to the requester: all for staff, their own for others."""
        return self.listed()


class OneSurveyView(SurveyAPIView):
    """The base of the views of one survey."""

    serializer_class = SurveyDetailsSerializer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Reject users who have no access to the survey, whatever the method."""
        super().initial(request, *args, **kwargs)
        self.check_who_may_read(request)

    def get_object(self) -> Survey:
        """Return the survey. A missing one is 404, that of another user 403."""
        survey = selectors.find_survey_with_people(survey_id=self.kwargs["pk"])
        if survey is None:
            raise NotFound
        self.check_object_permissions(self.request, survey)
        return survey

    def shown(self, survey: Survey) -> Response:
        """Return the response with the survey."""
        return Response(self.survey_documents([survey])[0])

    def handle_exception(self, exc: Exception) -> Response:
        """Return a 404 for a survey that was deleted in the meantime."""
        return super().handle_exception(NotFound() if isinstance(exc, Survey.DoesNotExist) else exc)


@extend_schema_view(
    get=extend_schema(
        summary="Read a survey", parameters=SELECTION_PARAMETERS, responses=SurveyDetailsSerializer
    ),
    put=extend_schema(
        summary="Touch a survey",
        parameters=SELECTION_PARAMETERS,
        request=None,
        responses={200: SurveyDetailsSerializer, **refusals(400, 415)},
    ),
    patch=extend_schema(
        summary="Touch a survey",
        parameters=SELECTION_PARAMETERS,
        request=None,
        responses={200: SurveyDetailsSerializer, **refusals(400, 415)},
    ),
    delete=extend_schema(summary="Delete a survey with its items", responses={204: None}),
)
class SurveyDetailView(OneSurveyView):
    """One survey."""

    operation_name = "surveys"
    permission_setting = "PERMISSIONS_SURVEY_OBJECT"

    def get(self, request: Request, pk: int) -> Response:
        """Return the survey with its state."""
        return self.shown(self.get_object())

    def put(self, request: Request, pk: int) -> Response:
        """Set `updated` to now. Nothing else can be changed, whatever is sent."""
        survey = self.get_object()
        validation.refuse_submitted(survey)
        self.get_serializer(survey, data=request.data).is_valid(raise_exception=True)
        return self.shown(actions.touch_survey(survey=survey))

    def patch(self, request: Request, pk: int) -> Response:
        """Set `updated` to now. Nothing else can be changed, whatever is sent."""
        return self.put(request, pk)

    def delete(self, request: Request, pk: int) -> Response:
        """Delete the survey with its items and their attachments."""
        actions.delete_survey(survey=self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


class SurveySubmitView(OneSurveyView):
    """Submitting a survey."""

    operation_name = "surveys_submit"
    permission_setting = "PERMISSIONS_SURVEY_SUBMIT"

    @extend_schema(
        summary="Submit a survey",
        parameters=SELECTION_PARAMETERS,
        request=None,
        responses={200: SurveyDetailsSerializer, **refusals(400)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Close the survey for good: nothing in it can be changed afterwards. A submitted survey stays as it is."""
        return self.shown(actions.submit_survey(survey=self.get_object()))
