"""Base classes of the attachment views of messages and survey items."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.attachments.documents import attachment_context, attachment_document
from chat_api.attachments.drafts import AttachmentDraft
from chat_api.attachments.files import stored
from chat_api.attachments.models import BaseAttachment
from chat_api.attachments.serializers import BaseAttachmentSerializer
from chat_api.attachments.uploads import room_for
from chat_api.lib.rest.explaining import EXPLAIN_PARAMETER, ExplainingView
from chat_api.lib.rest.filter_values import is_switched_on
from chat_api.lib.rest.openapi import SELECTION_PARAMETERS, refusals
from chat_api.lib.rest.pagination import NoCountsWhenLimitedPagination
from chat_api.lib.rest.selection import Selection
from chat_api.settings import chat_settings

CONFIRM_PARAMETER: Final = OpenApiParameter(
    "confirm",
    OpenApiTypes.BOOL,
    description="`true` changes the files of an answer although constraints warn about it (`CONFIRM`).",
)


class AttachmentView(ExplainingView):
    """A view that returns attachments and validates changes to them, which can be refused like answers."""

    serializer_class: type[BaseAttachmentSerializer]
    pagination_class = NoCountsWhenLimitedPagination
    ordering = ("id",)

    def body_limit(self, without_files: int) -> int:
        """Return the largest size of a body in bytes, with one file."""
        return without_files + room_for(1)

    def answer_list(self, rows: QuerySet[Any]) -> Response:
        """Return the response with all rows as a plain list, or with a page of them if `limit` is given."""
        # A plain list has no second page, so it has room for as many attachments as a message can have.
        most = max(chat_settings.MESSAGE_ATTACHMENTS_MAX, chat_settings.PAGE_SIZE_MAX)
        found = self.page_of(self.filter_queryset(rows), at_most=most)
        return self.answer_page(self.documents(found))

    def answer_one(self, attachment: BaseAttachment, code: int = status.HTTP_200_OK) -> Response:
        """Return the response with one attachment."""
        return Response(self.documents([attachment])[0], status=code)

    def documents(self, attachments: list[Any]) -> list[dict[str, Any]]:
        """Return the selected fields of the attachments as the requester sees them."""
        context = self.get_serializer_context()
        shown = attachment_context(self.serializer_class, context, Selection.of_request(context))
        return [attachment_document(attachment, shown) for attachment in attachments]

    @property
    def confirms(self) -> bool:
        """Return whether the query confirms the warnings of constraints of the answer that attachments are."""
        return is_switched_on(self.request.query_params, "confirm")

    def checked(self, instance: BaseAttachment | None = None) -> AttachmentDraft:
        """Return the validated body, of a new attachment or a change to `instance`. Raises `ValidationError`."""
        context = self.get_serializer_context()
        body = self.serializer_class(instance, data=self.request.data, context=context)
        body.is_valid(raise_exception=True)
        return body.draft()


class AttachmentDetailView(AttachmentView):
    """One attachment. Subclasses find it, and carry out changes by their own actions."""

    def find(self) -> BaseAttachment | None:
        """Return the attachment of the path, or None. Raises 404 if what it belongs to is missing."""
        raise NotImplementedError

    def change(self, attachment: Any, draft: AttachmentDraft) -> BaseAttachment:
        """Set the draft's fields of the attachment, and return it."""
        raise NotImplementedError

    def remove(self, attachment: Any) -> None:
        """Delete the attachment."""
        raise NotImplementedError

    def get_object(self) -> BaseAttachment:
        """Return the attachment of the path. Raises 404 and 403."""
        attachment = self.find()
        if attachment is None:
            raise NotFound
        self.check_object_permissions(self.request, attachment)
        return attachment

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Return the attachment."""
        return self.answer_one(self.get_object())

    def put(self, request: Request, **ids: int) -> Response:
        """Change the attachment; omitted fields keep their values, and `type` cannot be changed."""
        attachment = self.get_object()
        draft = self.checked(attachment)
        with stored([draft]):
            changed = self.change(attachment, draft)
        return self.answer_one(changed)

    def patch(self, request: Request, **ids: int) -> Response:
        """Change some fields of the attachment."""
        return self.put(request, **ids)

    def delete(self, request: Request, **ids: int) -> Response:
        """Delete the attachment."""
        self.remove(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)


def describe_list(serializer: type[BaseAttachmentSerializer]) -> Any:
    """Return a class decorator that describes listing and creating attachments in OpenAPI."""
    return extend_schema_view(
        get=extend_schema(
            summary="List attachments", parameters=SELECTION_PARAMETERS, responses=serializer(many=True)
        ),
        post=extend_schema(
            summary="Create an attachment",
            parameters=[*SELECTION_PARAMETERS, CONFIRM_PARAMETER, EXPLAIN_PARAMETER],
            request=serializer,
            responses={201: serializer},
        ),
    )


def describe_detail(serializer: type[BaseAttachmentSerializer]) -> Any:
    """Return a class decorator that describes the operations on one attachment in OpenAPI."""
    change: dict[str, Any] = {
        "parameters": [*SELECTION_PARAMETERS, CONFIRM_PARAMETER, EXPLAIN_PARAMETER],
        # PUT keeps what it omits, like PATCH.
        "request": serializer(partial=True),
        "responses": serializer,
    }
    return extend_schema_view(
        get=extend_schema(
            summary="Retrieve an attachment", parameters=SELECTION_PARAMETERS, responses=serializer
        ),
        put=extend_schema(summary="Update an attachment", **change),
        patch=extend_schema(summary="Partially update an attachment", **change),
        delete=extend_schema(
            summary="Delete an attachment",
            parameters=[CONFIRM_PARAMETER, EXPLAIN_PARAMETER],
            responses={204: None, **refusals(400)},
        ),
    )
