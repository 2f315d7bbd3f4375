"""REST views of survey items."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.attachments.files import stored
from chat_api.attachments.uploads import room_for_inline
from chat_api.engine.question_types.base import Reply
from chat_api.engine.question_types.limit_checks import File
from chat_api.lib.rest.errors import as_api_exception
from chat_api.lib.rest.explaining import EXPLAIN_PARAMETER, ExplainingView
from chat_api.lib.rest.filters import autofiltered
from chat_api.lib.rest.openapi import SELECTION_PARAMETERS, refusals
from chat_api.lib.rest.pagination import NoCountsWhenLimitedPagination
from chat_api.settings import chat_settings
from chat_api.surveys import actions, selectors, validation
from chat_api.surveys.api.surveys import SurveyAPIView
from chat_api.surveys.attachment_selectors import files_of
from chat_api.surveys.document_contexts import item_bytes, item_context
from chat_api.surveys.documents import item_document, item_with_survey_document
from chat_api.surveys.explaining import explanations_of
from chat_api.surveys.instances import Place
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.serializers.items import (
    CheckedItemSerializer,
    ItemBody,
    NewItemBody,
    SurveyItemDetailsSerializer,
    SurveyItemSerializer,
)
from chat_api.surveys.typed_texts import new_item_problems


class UnderSurveyView(SurveyAPIView):
    """A view under `surveys/{survey_id}`."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Reject every write to a submitted survey, whatever its body."""
        super().initial(request, *args, **kwargs)
        if request.method not in SAFE_METHODS and self.has(str(request.method)):
            validation.refuse_submitted(self.get_survey())

    def find_survey(self) -> Survey | None:
        """Return the survey of the path, loaded once a request, or None."""
        if not hasattr(self, "_survey"):
            survey = self._survey = selectors.find_survey(survey_id=self.kwargs["survey_id"])
            if survey is not None and survey.user_id == self.request.user.pk:
                survey.user = self.request.user
        return self._survey

    def get_survey(self) -> Survey:
        """Return the survey of the path. A missing one is 403, like that of another user."""
        survey = self.find_survey()
        if survey is None:
            raise PermissionDenied
        return survey


#: What reading a body raises: DRF's errors, too many bytes, fields or files, and JSON that is nested too deeply.
_UNREADABLE = (APIException, SuspiciousOperation, RecursionError)


class AnsweringView(UnderSurveyView, ExplainingView):
    """Base of the views that refuse answers of a survey."""

    def explanations_for(self, exc: Exception) -> list[dict[str, Any]]:
        """Return the explanations of the errors of the answer in the request, where its values need no conversion."""
        exc = as_api_exception(exc)
        if not isinstance(exc, ValidationError):
            # Among others where the body cannot be read.
            return []
        try:
            data: Any = self.request.data
        except _UNREADABLE:
            # It was refused before its body was read.
            return []
        survey, sent = self.find_survey(), self.sent_answer()
        if sent is None or survey is None:
            return []
        place, reply = sent
        found = explanations_of(survey, place, reply, confirms=data.get("confirm") is True)
        errors = exc.detail if isinstance(exc.detail, dict) else {}
        return [each for each in found if each["code"] in errors.get(each["field"], ())]

    def sent_answer(self) -> tuple[Place, Reply] | None:
        """Return the question with its instance, and the answer; None if they cannot be read."""
        return _plain_reply(self.request.data)


def _plain_reply(body: Any, files: tuple[File, ...] = ()) -> tuple[Place, Reply] | None:
    found = validation.plain_answer(body)
    if found is None:
        return None
    place = found["related_question_id"], found["instance"]
    return place, Reply(found["text"], tuple(found["answer_ids"]), files)


@autofiltered
@extend_schema_view(
    get=extend_schema(
        summary="List a survey's answers",
        parameters=SELECTION_PARAMETERS,
        responses=SurveyItemSerializer(many=True),
    ),
    post=extend_schema(
        summary="Answer a question of a survey",
        parameters=[*SELECTION_PARAMETERS, EXPLAIN_PARAMETER],
        request=SurveyItemSerializer,
        responses={200: CheckedItemSerializer, 201: SurveyItemSerializer},
    ),
)
class SurveyItemsView(AnsweringView):
    """The answers of a survey, oldest first."""

    operation_name = "surveys_items"
    permission_setting = "PERMISSIONS_SURVEY_ITEMS_LIST_BY_SURVEY_ID"
    serializer_class = SurveyItemSerializer
    pagination_class = NoCountsWhenLimitedPagination
    queryset = SurveyItem.objects.none()
    ordering = ("id",)
    _body: NewItemBody | None = None

    def get_queryset(self) -> QuerySet[SurveyItem]:
        """Return the items of the survey."""
        if "survey_id" not in self.kwargs:
            return SurveyItem.objects.none()
        return selectors.items_of(survey_id=self.kwargs["survey_id"])

    def get(self, request: Request, survey_id: int) -> Response:
        """List the answers: a plain list, or a page of it if `limit` is given."""
        items = self.page_of(
            self.filter_queryset(self.get_queryset()), at_most=chat_settings.SCHEMA_QUESTIONS_MAX
        )
        shown = item_context(items, survey=self.get_survey(), context=self.get_serializer_context())
        items = self.within_bytes(items, lambda item: item_bytes(item, shown))
        return self.answer_page([item_with_survey_document(item, shown) for item in items])

    def post(self, request: Request, survey_id: int) -> Response:
        """Answer a question that has no answer yet; the state of the survey follows."""
        survey = self.get_survey()
        given = self.validated(request.data, survey)
        # With `verify` nothing is stored, so no file is.
        drafts = () if given["verify"] else [row.draft for row in given.get("attachments", ())]
        try:
            with stored(drafts):
                item = actions.answer_question(
                    survey=survey,
                    question_id=given["related_question_id"],
                    instance=given["instance"],
                    answers=given.get("answer_ids", ()),
                    text=given.get("text", ""),
                    attachments=given.get("attachments", ()),
                    sender=request.user,
                    verify=given["verify"],
                    confirm=given["confirm"],
                )
        except Survey.DoesNotExist:
            raise PermissionDenied from None
        shown = item_context([item], survey=survey, context=self.get_serializer_context())
        code = status.HTTP_200_OK if given["verify"] else status.HTTP_201_CREATED
        return Response(item_with_survey_document(item, shown), status=code)

    def sent_answer(self) -> tuple[Place, Reply] | None:
        """Return the question and its answer, also of a body that the serializer has converted."""
        return super().sent_answer() if self._body is None else self._body.sent

    def body_limit(self, without_files: int) -> int:
        """Return the maximum number of bytes of a body: many files in a form, which is streamed, one in JSON."""
        return without_files + room_for_inline(self.request)

    def validated(self, data: Any, survey: Survey) -> dict[str, Any]:
        """Return the validated body that answers a question. Raises `ValidationError` with all errors."""
        given = validation.plain_answer(data)
        if given is None:
            context = {**self.get_serializer_context(), "survey": survey}
            body: Any = NewItemBody(data=data, context=context)
            self._body = body
            body.is_valid(raise_exception=True)
            return {**body.validated_data}
        reply = Reply(given["text"], tuple(given["answer_ids"]))
        problems = new_item_problems(survey, given["related_question_id"], reply, instance=given["instance"])
        if problems:
            raise ValidationError(problems)
        return given


@extend_schema_view(
    get=extend_schema(
        summary="Read an answer", parameters=SELECTION_PARAMETERS, responses=SurveyItemDetailsSerializer
    ),
    put=extend_schema(
        summary="Change an answer",
        parameters=[*SELECTION_PARAMETERS, EXPLAIN_PARAMETER],
        request=SurveyItemDetailsSerializer,
        responses=SurveyItemDetailsSerializer,
    ),
    patch=extend_schema(
        summary="Change parts of an answer",
        parameters=[*SELECTION_PARAMETERS, EXPLAIN_PARAMETER],
        request=SurveyItemDetailsSerializer,
        responses=SurveyItemDetailsSerializer,
    ),
    delete=extend_schema(summary="Delete an answer", responses={204: None, **refusals(400)}),
)
class SurveyItemDetailView(AnsweringView):
    """One answer of a survey."""

    operation_name = "surveys_items"
    permission_setting = "PERMISSIONS_SURVEY_ITEM_OBJECT_BY_SURVEY_ID"
    serializer_class = SurveyItemDetailsSerializer

    def get_object(self) -> SurveyItem:
        """Return the item of the path. Raises 404 unless it belongs to the survey."""
        survey = self.get_survey()
        item = selectors.find_item(survey_id=survey.pk, item_id=self.kwargs["pk"])
        if item is None:
            raise NotFound
        item.survey = survey
        self.check_object_permissions(self.request, item)
        return item

    def sent_answer(self) -> tuple[Place, Reply] | None:
        """Return the answer as it would be after the change."""
        survey = self.find_survey()
        data: Any = self.request.data
        item = None
        if survey is not None and isinstance(data, dict):
            item = selectors.find_item(survey_id=survey.pk, item_id=self.kwargs["pk"])
        if item is None:
            return None
        kept = {"answers": item.answer_ids, "text": item.plain_text}
        files = files_of(item=item)
        own = {"related_question": item.related_question_id, "instance": item.instance}
        return _plain_reply({**kept, **data, **own}, files)

    def shown(self, item: SurveyItem) -> Response:
        """Return the response with the item as the owner of the survey sees it."""
        requester: Any = self.request.user
        if item.sender_id == requester.pk:
            item.sender = requester
        context = self.get_serializer_context()
        shown = item_context([item], survey=item.survey, context=context, with_senders=True)
        return Response(item_document(item, shown))

    def get(self, request: Request, survey_id: int, pk: int) -> Response:
        """Return the answer with its question."""
        return self.shown(self.get_object())

    def put(self, request: Request, survey_id: int, pk: int) -> Response:
        """Change text or chosen answers; fields that are not sent stay. The whole is validated like a new answer."""
        item = self.get_object()
        body = ItemBody(data=request.data, context={"survey": item.survey, "item": item})
        body.is_valid(raise_exception=True)
        try:
            changed = actions.change_answer(
                item=item,
                answers=body.validated_data.get("answer_ids"),
                text=body.validated_data.get("text"),
                confirm=body.validated_data.get("confirm", False),
            )
        except SurveyItem.DoesNotExist:
            raise NotFound from None
        except Survey.DoesNotExist:
            raise PermissionDenied from None
        return self.shown(changed)

    def patch(self, request: Request, survey_id: int, pk: int) -> Response:
        """Change text or chosen answers; the whole is validated like a new answer."""
        return self.put(request, survey_id, pk)

    def delete(self, request: Request, survey_id: int, pk: int) -> Response:
        """Delete the answer; the question can be answered again."""
        try:
            actions.remove_answer(item=self.get_object())
        except SurveyItem.DoesNotExist:
            raise NotFound from None
        except Survey.DoesNotExist:
            raise PermissionDenied from None
        return Response(status=status.HTTP_204_NO_CONTENT)
