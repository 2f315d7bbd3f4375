"""The REST views of attachments of messages; they call selectors and actions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.attachments.drafts import AttachmentDraft
from chat_api.attachments.file_view import FileViewMixin
from chat_api.attachments.files import stored
from chat_api.attachments.links import VIEW_NAME
from chat_api.attachments.views import AttachmentDetailView, AttachmentView, describe_detail, describe_list
from chat_api.chat import actions, selectors
from chat_api.chat.api.threads import ThreadView
from chat_api.chat.models import Attachment, Message
from chat_api.chat.serializers.attachments import AttachmentSerializer
from chat_api.lib.rest.filters import autofiltered
from chat_api.lib.rest.url_converters import ID


class MessageAttachmentView(AttachmentView, ThreadView):
    """A view under `threads/{thread_id}/messages/{message_id}`."""

    serializer_class = AttachmentSerializer
    #: Whether messages that a correction has superseded are found, too.
    finds_superseded: ClassVar[bool] = False

    def get_message(self) -> Message:
        """Return the message if it belongs to the thread and the requester can see it. Raises 404."""
        message = selectors.message_visible_to(
            user=self.request.user,
            thread_id=self.kwargs["thread_id"],
            message_id=self.kwargs["message_id"],
            superseded=self.finds_superseded,
        )
        if message is None:
            raise NotFound
        return message

    def handle_exception(self, exc: Exception) -> Response:
        """Return a 404 for a message or an attachment that was deleted meanwhile."""
        if isinstance(exc, Message.DoesNotExist | Attachment.DoesNotExist):
            exc = NotFound()
        return super().handle_exception(exc)

    def checked(self, instance: Any = None) -> AttachmentDraft:
        """Return the validated body. Raises `ValidationError` with all errors, including those of a closed thread."""
        try:
            return super().checked(instance)
        except ValidationError as error:
            author, message_id = self.member, self.kwargs["message_id"]
            others = actions.errors_of(
                lambda: actions.refuse_attaching(
                    author=author, message_id=message_id, adding=instance is None
                )
            )
            detail: Any = error.detail
            raise ValidationError({**others, **detail}) from error


@autofiltered
@describe_list(AttachmentSerializer)
class MessageAttachmentsView(MessageAttachmentView):
    """The attachments of a message, in order of creation."""

    operation_name = "threads_messages_attachments"
    permission_setting = "PERMISSIONS_ATTACHMENTS_LIST_BY_MESSAGE_ID"
    shows_messages = frozenset(SAFE_METHODS)
    queryset = Attachment.objects.none()

    def get_queryset(self) -> QuerySet[Attachment]:
        """Return the attachments of the message. Raises 404."""
        if "message_id" not in self.kwargs or getattr(self, "swagger_fake_view", False):
            return Attachment.objects.none()
        message = self.get_message()
        self.check_object_permissions(self.request, message)
        return selectors.attachments_of(message=message)

    def get(self, request: Request, thread_id: int, message_id: int) -> Response:
        """List the attachments: a plain list, or a page if `limit` is given."""
        return self.answer_list(self.get_queryset())

    def post(self, request: Request, thread_id: int, message_id: int) -> Response:
        """Create an attachment of the requester's own message."""
        message = self.get_message()
        self.check_object_permissions(request, message)
        draft = self.checked()
        with stored([draft]):
            made = actions.attach(
                author=self.member, message_id=message.pk, draft=draft, confirm=self.confirms
            )
        return self.answer_one(made, status.HTTP_201_CREATED)


@describe_detail(AttachmentSerializer)
class MessageAttachmentDetailView(AttachmentDetailView, MessageAttachmentView):
    """One attachment of a message."""

    operation_name = "threads_messages_attachments"
    permission_setting = "PERMISSIONS_ATTACHMENT_OBJECT_BY_MESSAGE_ID"
    shows_messages = frozenset({*SAFE_METHODS, "PUT", "PATCH"})

    def find(self) -> Attachment | None:
        """Return the attachment if it belongs to the message. Raises 404 if the message is missing or hidden."""
        return selectors.attachment_of(message=self.get_message(), attachment_id=self.kwargs["pk"])

    def change(self, attachment: Attachment, draft: AttachmentDraft) -> Attachment:
        """Set the draft's fields of the attachment, and return it."""
        return actions.change_attachment(
            editor=self.member,
            message_id=attachment.message_id,
            attachment_id=attachment.pk,
            draft=draft,
            confirm=self.confirms,
        )

    def remove(self, attachment: Attachment) -> None:
        """Delete the attachment."""
        actions.remove_attachment(
            by=self.member,
            message_id=attachment.message_id,
            attachment_id=attachment.pk,
            confirm=self.confirms,
        )


class MessageAttachmentFileView(FileViewMixin, MessageAttachmentDetailView):
    """The file of an attachment of a message. Lists of messages with `superseded=true` lead here, too."""

    operation_name = "attachments_message_file"
    finds_superseded = True

    def place(self) -> dict[str, int]:
        """Return the ids of the attachment's thread and message; zeros if there is none."""
        thread_id, message_id = selectors.place_of_attachment(attachment_id=self.kwargs["pk"])
        return {"thread_id": thread_id, "message_id": message_id}


attachment_urlpatterns: list[Any] = [
    path(
        f"attachments/{Attachment.file_kind}/<{ID}:pk>/file",
        MessageAttachmentFileView.as_view(),
        {"kind": Attachment.file_kind},
        name=VIEW_NAME,
    ),
    path(
        f"threads/<{ID}:thread_id>/messages/<{ID}:message_id>/attachments",
        MessageAttachmentsView.as_view(),
        name="thread-message-attachments-list",
    ),
    path(
        f"threads/<{ID}:thread_id>/messages/<{ID}:message_id>/attachments/<{ID}:pk>",
        MessageAttachmentDetailView.as_view(),
        name="thread-message-attachment-details",
    ),
]
