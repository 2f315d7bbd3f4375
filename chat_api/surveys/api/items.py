"""The REST views of a survey's items: thin doors onto selectors and actions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.lib.rest.filters import autofiltered
from chat_api.lib.rest.openapi import SELECTION_PARAMETERS, refusals
from chat_api.lib.rest.pagination import NoCountsWhenLimitedPagination
from chat_api.lib.rest.serializers import reader
from chat_api.settings import chat_settings
from chat_api.surveys import actions, selectors, validation
from chat_api.surveys.api.surveys import SurveyAPIView
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.serializers.prefetch import item_bytes, prepare_items
from chat_api.surveys.serializers.surveys import (
    CheckedItemSerializer,
    SurveyItemCoreSerializer,
    SurveyItemDetailsSerializer,
    SurveyItemSerializer,
)


class UnderSurveyView(SurveyAPIView):
    """A view under `surveys/{survey_id}`."""

    shown_by: ClassVar[type[SurveyItemCoreSerializer]]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse to write to a submitted survey, whatever is sent."""
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE_METHODS and self.has(str(request.method)):
            validation.refuse_submitted(self.get_survey())

    def find_survey(self) -> Survey | None:
        """Give the survey of the path, read once a request; None where there is none."""
        if not hasattr(self, "_survey"):
            self._survey = selectors.find_survey(survey_id=self.kwargs["survey_id"])
        return self._survey

    def get_survey(self) -> Survey:
        """Give the survey of the path. Raises 403, so that a missing one looks like another's."""
        survey = self.find_survey()
        if survey is None:
            raise PermissionDenied
        if survey.user_id == self.request.user.pk:
            survey.user = self.request.user
        return survey

    def answered(self, item: SurveyItem, code: int = status.HTTP_200_OK) -> Response:
        """Return the response with the item as the owner of its survey sees it."""
        if item.sender_id == self.request.user.pk:
            item.sender = self.request.user
        return Response(self.shown([item], survey=item.survey)[0], status=code)

    def shown(self, items: list[SurveyItem], *, survey: Survey) -> list[dict[str, Any]]:
        """Give the items as the survey's owner sees them."""
        serializer = reader(self.shown_by, self.get_serializer_context())
        prepare_items(items, survey=survey, wants=serializer.wants)
        items = self.within_bytes(items, item_bytes)
        return [serializer.to_representation(item) for item in items]


@autofiltered
@extend_schema_view(
    get=extend_schema(
        summary="List a survey's answers",
        parameters=SELECTION_PARAMETERS,
        responses=SurveyItemSerializer(many=True),
    ),
    post=extend_schema(
        summary="Answer a question of a survey",
        parameters=SELECTION_PARAMETERS,
        request=SurveyItemSerializer,
        responses={200: CheckedItemSerializer, 201: SurveyItemSerializer},
    ),
)
class SurveyItemsView(UnderSurveyView):
    """The answers of a survey, in the order in which they were given."""

    permission_setting = "PERMISSIONS_SURVEY_ITEMS_LIST_BY_SURVEY_ID"
    serializer_class = shown_by = SurveyItemSerializer
    pagination_class = NoCountsWhenLimitedPagination
    queryset = SurveyItem.objects.none()
    ordering = ("id",)

    def get_queryset(self) -> QuerySet[SurveyItem]:
        """Give the survey's items."""
        if "survey_id" not in self.kwargs:
            return SurveyItem.objects.none()
        return selectors.items_of(survey_id=self.kwargs["survey_id"])

    def get_serializer_context(self) -> dict[str, Any]:
        """Give the context, with the survey that is answered."""
        context = super().get_serializer_context()
        if "survey_id" in self.kwargs:
            context["survey"] = self.get_survey()
        return context

    def get(self, request: Request, survey_id: int) -> Response:
        """List the answers; a plain list, or a page of it when `limit` is given."""
        items = self.page_of(
            self.filter_queryset(self.get_queryset()), at_most=chat_settings.SCHEMA_QUESTIONS_MAX
        )
        return self.answer_page(self.shown(items, survey=self.get_survey()))

    def post(self, request: Request, survey_id: int) -> Response:
        """Answer a question that has no answer yet; the survey's state follows."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        try:
            item = actions.answer_question(
                survey=self.get_survey(),
                question_id=given["related_question_id"],
                answers=given.get("answer_ids", ()),
                text=given.get("text", ""),
                sender=request.user,
                verify=given["verify"],
            )
        except Survey.DoesNotExist:
            raise PermissionDenied from None
        return self.answered(item, status.HTTP_200_OK if given["verify"] else status.HTTP_201_CREATED)


@extend_schema_view(
    get=extend_schema(
        summary="Read an answer", parameters=SELECTION_PARAMETERS, responses=SurveyItemDetailsSerializer
    ),
    put=extend_schema(
        summary="Change an answer",
        parameters=SELECTION_PARAMETERS,
        request=SurveyItemDetailsSerializer,
        responses=SurveyItemDetailsSerializer,
    ),
    patch=extend_schema(
        summary="Change parts of an answer",
        parameters=SELECTION_PARAMETERS,
        request=SurveyItemDetailsSerializer,
        responses=SurveyItemDetailsSerializer,
    ),
    delete=extend_schema(summary="Take an answer back", responses={204: None, **refusals(400)}),
)
class SurveyItemDetailView(UnderSurveyView):
    """One answer of a survey."""

    permission_setting = "PERMISSIONS_SURVEY_ITEM_OBJECT_BY_SURVEY_ID"
    serializer_class = shown_by = SurveyItemDetailsSerializer

    def get_object(self) -> SurveyItem:
        """Give the item, if it is of this survey. Raises 404."""
        survey = self.get_survey()
        item = selectors.find_item(survey_id=survey.pk, item_id=self.kwargs["pk"])
        if item is None:
            raise NotFound
        item.survey = survey
        self.check_object_permissions(self.request, item)
        return item

    def get(self, request: Request, survey_id: int, pk: int) -> Response:
        """Read the answer with its question."""
        return self.answered(self.get_object())

    def put(self, request: Request, survey_id: int, pk: int) -> Response:
        """Change text or chosen answers; what is not sent stays. Checked like a new answer."""
        item = self.get_object()
        body = self.get_serializer(item, data=request.data)
        body.is_valid(raise_exception=True)
        try:
            changed = actions.change_answer(
                item=item,
                answers=body.validated_data.get("answer_ids"),
                text=body.validated_data.get("text"),
            )
        except SurveyItem.DoesNotExist:
            raise NotFound from None
        except Survey.DoesNotExist:
            raise PermissionDenied from None
        return self.answered(changed)

    def patch(self, request: Request, survey_id: int, pk: int) -> Response:
        """Change text or chosen answers; the whole is checked like a new answer."""
        return self.put(request, survey_id, pk)

    def delete(self, request: Request, survey_id: int, pk: int) -> Response:
        """Take the answer back; the question can be answered anew."""
        try:
            actions.remove_answer(item=self.get_object())
        except SurveyItem.DoesNotExist:
            raise NotFound from None
        except Survey.DoesNotExist:
            raise PermissionDenied from None
        return Response(status=status.HTTP_204_NO_CONTENT)
