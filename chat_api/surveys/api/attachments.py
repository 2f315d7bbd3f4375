"""REST views of the attachments of survey items."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import status
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.attachments.drafts import AttachmentDraft
from chat_api.attachments.file_view import FileViewMixin
from chat_api.attachments.files import stored
from chat_api.attachments.links import VIEW_NAME
from chat_api.attachments.views import AttachmentDetailView, AttachmentView, describe_detail, describe_list
from chat_api.lib.rest.filters import autofiltered
from chat_api.lib.rest.url_converters import ID
from chat_api.surveys import selectors
from chat_api.surveys.actions import attachments as actions
from chat_api.surveys.api.items import UnderSurveyView
from chat_api.surveys.attachment_selectors import attachment_of, attachments_of, place_of_attachment
from chat_api.surveys.models import Survey, SurveyAttachment, SurveyItem
from chat_api.surveys.serializers.attachments import SurveyAttachmentSerializer


class ItemAttachmentView(AttachmentView, UnderSurveyView):
    """A view under `surveys/{survey_id}/items/{item_id}`."""

    serializer_class = SurveyAttachmentSerializer

    def get_item(self) -> SurveyItem:
        """Return the item of the path. Raises 404 unless it belongs to the survey."""
        survey = self.get_survey()
        item = selectors.find_item(survey_id=survey.pk, item_id=self.kwargs["item_id"])
        if item is None:
            raise NotFound
        item.survey = survey
        return item

    def handle_exception(self, exc: Exception) -> Response:
        """Return the response for a row deleted in the meantime, as for a missing one: 403 for the survey, else 404."""
        if isinstance(exc, Survey.DoesNotExist):
            exc = PermissionDenied()
        elif isinstance(exc, SurveyItem.DoesNotExist | SurveyAttachment.DoesNotExist):
            exc = NotFound()
        return super().handle_exception(exc)


@autofiltered
@describe_list(SurveyAttachmentSerializer)
class ItemAttachmentsView(ItemAttachmentView):
    """The attachments of an item, oldest first."""

    operation_name = "surveys_items_attachments"
    permission_setting = "PERMISSIONS_SURVEY_ATTACHMENT_LIST_BY_ITEM_ID"
    queryset = SurveyAttachment.objects.none()

    def get_queryset(self) -> QuerySet[SurveyAttachment]:
        """Return the attachments of the item. Raises 404."""
        if "item_id" not in self.kwargs or getattr(self, "swagger_fake_view", False):
            return SurveyAttachment.objects.none()
        return attachments_of(item=self.get_item())

    def get(self, request: Request, survey_id: int, item_id: int) -> Response:
        """List the attachments: a plain list, or a page of it if `limit` is given."""
        return self.answer_list(self.get_queryset())

    def post(self, request: Request, survey_id: int, item_id: int) -> Response:
        """Add an attachment to the item."""
        item, draft = self.get_item(), self.checked()
        with stored([draft]):
            made = actions.attach(item=item, draft=draft, confirm=self.confirms)
        return self.answer_one(made, status.HTTP_201_CREATED)


@describe_detail(SurveyAttachmentSerializer)
class ItemAttachmentDetailView(AttachmentDetailView, ItemAttachmentView):
    """One attachment of an item."""

    operation_name = "surveys_items_attachments"
    permission_setting = "PERMISSIONS_SURVEY_ATTACHMENT_OBJECT_BY_ITEM_ID"

    def find(self) -> SurveyAttachment | None:
        """Return the attachment if it belongs to the item. Raises 404 if the item is missing."""
        return attachment_of(item=self.get_item(), attachment_id=self.kwargs["pk"])

    def change(self, attachment: SurveyAttachment, draft: AttachmentDraft) -> SurveyAttachment:
        """Set the draft's fields of the attachment, and return it."""
        return actions.change_attachment(
            item=attachment.item, attachment_id=attachment.pk, draft=draft, confirm=self.confirms
        )

    def remove(self, attachment: SurveyAttachment) -> None:
        """Delete the attachment."""
        actions.remove_attachment(item=attachment.item, attachment_id=attachment.pk, confirm=self.confirms)


class ItemAttachmentFileView(FileViewMixin, ItemAttachmentDetailView):
    """The file of an attachment of an item."""

    operation_name = "attachments_item_file"

    def place(self) -> dict[str, int]:
        """Return the ids of the attachment's survey and item; zeros if there is none."""
        survey_id, item_id = place_of_attachment(attachment_id=self.kwargs["pk"])
        return {"survey_id": survey_id, "item_id": item_id}


attachment_urlpatterns: list[Any] = [
    path(
        f"attachments/{SurveyAttachment.file_kind}/<{ID}:pk>/file",
        ItemAttachmentFileView.as_view(),
        {"kind": SurveyAttachment.file_kind},
        name=VIEW_NAME,
    ),
    path(
        f"surveys/<{ID}:survey_id>/items/<{ID}:item_id>/attachments",
        ItemAttachmentsView.as_view(),
        name="survey-item-attachments-list",
    ),
    path(
        f"surveys/<{ID}:survey_id>/items/<{ID}:item_id>/attachments/<{ID}:pk>",
        ItemAttachmentDetailView.as_view(),
        name="survey-item-attachment-details",
    ),
]
