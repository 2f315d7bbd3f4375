"""REST views of messages, a thin layer over selectors and actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from chat_api.attachments.uploads import room_for_inline
from chat_api.chat import actions, selectors
from chat_api.chat.api.anchors import ANCHOR_PARAMETERS, page_of, plain_page, within_bytes
from chat_api.chat.api.sending import MessageView, SendingView
from chat_api.chat.api.threads import EVENT_HEAD_PARAMETER, ThreadView
from chat_api.chat.documents import (
    AnyMessage,
    message_document,
)
from chat_api.chat.models import Message
from chat_api.chat.search import filters
from chat_api.chat.serializers.document_contexts import (
    message_bytes,
)
from chat_api.chat.serializers.message_requests import (
    MessageChangeSerializer,
    MessageCreateSerializer,
    ReadSerializer,
)
from chat_api.chat.serializers.responses import (
    FoundMessageSerializer,
    MessageSerializer,
    SentMessageSerializer,
)
from chat_api.lib.rest.explaining import EXPLAIN_PARAMETER
from chat_api.lib.rest.filter_values import is_switched_on
from chat_api.lib.rest.filters import autofiltered
from chat_api.lib.rest.openapi import SELECTION_PARAMETERS, refusals
from chat_api.search.query import Query

_MARK_READ = OpenApiParameter(
    "mark_read", OpenApiTypes.BOOL, description="`false` does not mark the messages as read."
)
_SUPERSEDED = OpenApiParameter(
    "superseded",
    OpenApiTypes.BOOL,
    description="`true` lists the messages that corrections of answers have superseded, too. A search does not.",
)


@autofiltered
@extend_schema_view(
    get=extend_schema(
        summary="List messages",
        parameters=[
            *SELECTION_PARAMETERS,
            *ANCHOR_PARAMETERS,
            _MARK_READ,
            _SUPERSEDED,
            filters.MESSAGES_PARAMETER,
            EVENT_HEAD_PARAMETER,
        ],
        responses={200: FoundMessageSerializer(many=True), **filters.REFUSALS},
    ),
    post=extend_schema(
        summary="Post a message or an answer",
        parameters=[*SELECTION_PARAMETERS, EXPLAIN_PARAMETER],
        request=MessageCreateSerializer,
        responses={200: SentMessageSerializer, 201: SentMessageSerializer, 204: None, **refusals(410)},
    ),
)
class MessagesView(SendingView):
    """The messages of a thread, in the order of their creation; found messages newest first."""

    operation_name = "threads_messages"
    body_serializers = {"POST": MessageCreateSerializer}
    permission_setting = "PERMISSIONS_MESSAGES_LIST_BY_THREAD_ID"
    shows_messages = frozenset(SAFE_METHODS)
    serializer_class = MessageSerializer
    queryset = Message.objects.none()
    # It has no index, which would add to the cost of every message: the index of the thread selects few enough rows.
    also_filtered = ("created",)
    pagination_setting = "PAGINATION_MESSAGES_LIST"

    @property
    def ordering(self) -> tuple[str, ...]:
        """Return the order of messages when the request names none."""
        return ("id",) if filters.query_of(self.request) is None else filters.DEFAULT_ORDER

    @property
    def extra_orderings(self) -> dict[str, str]:
        """Return the orderings of messages other than by columns: in a search, by relevance."""
        described = getattr(self, "swagger_fake_view", False)
        return filters.RANK_ORDERING if described or filters.query_of(self.request) is not None else {}

    def get_queryset(self) -> QuerySet[Message]:
        """Return the messages that are visible to the requester."""
        if "thread_id" not in self.kwargs or getattr(self, "swagger_fake_view", False):
            return Message.objects.none()
        thread_id = self.kwargs["thread_id"]
        query = filters.query_of(self.request)
        with_superseded = query is None and is_switched_on(self.request.query_params, "superseded")
        messages = selectors.messages_visible_to(
            user=self.request.user, thread_id=thread_id, superseded=with_superseded
        )
        if query is not None:
            ranked = filters.is_ranked(self.request)
            messages = filters.messages_found(messages, query, thread_id=thread_id, ranked=ranked)
        return messages.select_related("sender")

    def get(self, request: Request, thread_id: int) -> Response:
        """List messages and mark them as read; with `q`, list matching messages and mark nothing."""
        rows = plain_page(self)
        if rows is not None:
            return self._answer_listed(rows, unread={row.pk for row in rows if row.unread_id is not None})
        query = filters.query_of(request)
        messages = page_of(self, self.filter_queryset(self.get_queryset()))
        unread = selectors.unread_among(user=request.user, message_ids=[m.pk for m in messages])
        return self._answer_listed(messages, unread=unread, query=query)

    def _answer_listed(
        self, messages: Sequence[AnyMessage], *, unread: set[int], query: Query | None = None
    ) -> Response:
        shown = self.message_context(messages, unread=unread)
        messages = within_bytes(self, messages, lambda message: message_bytes(message, shown))
        unread &= {message.pk for message in messages}
        if query is not None and shown.selection.wants("highlight"):
            shown = replace(shown, highlights=filters.highlights(messages, query))
        answer = self.with_event_head(
            self.answer_page([message_document(message, shown) for message in messages])
        )
        if unread and query is None and marks_read(self.request):
            actions.mark_read(user=self.request.user, thread_id=self.kwargs["thread_id"], messages=unread)
        return answer

    def post(self, request: Request, thread_id: int) -> Response:
        """Post a message. In a script, it answers the current question, and the script continues."""
        return self.send(request)

    def body_limit(self, without_files: int) -> int:
        """Return the maximum number of bytes of a body: many files in a form, which is streamed, one in JSON."""
        return without_files + room_for_inline(self.request)


def marks_read(request: Request) -> bool:
    """Return whether the request can mark messages as read: a GET without `mark_read=false`."""
    wanted = request.query_params.get("mark_read", "true").strip().lower()
    return request.method == "GET" and wanted not in ("false", "0", "no")


@extend_schema_view(
    get=extend_schema(
        summary="Retrieve a message",
        parameters=[*SELECTION_PARAMETERS, _MARK_READ],
        responses=MessageSerializer,
    ),
    put=extend_schema(
        summary="Change a message of the requester",
        parameters=SELECTION_PARAMETERS,
        request=MessageChangeSerializer,
        responses=MessageSerializer,
    ),
    patch=extend_schema(
        summary="Change parts of a message of the requester",
        parameters=SELECTION_PARAMETERS,
        request=MessageChangeSerializer,
        responses=MessageSerializer,
    ),
    delete=extend_schema(summary="Delete a message", responses={204: None}),
)
class MessageDetailView(MessageView):
    """One message of a thread."""

    operation_name = "threads_messages"
    body_serializers = {"PUT": MessageChangeSerializer}
    permission_setting = "PERMISSIONS_MESSAGE_OBJECT_BY_THREAD_ID"
    shows_messages = frozenset({*SAFE_METHODS, "PUT", "PATCH"})
    serializer_class = MessageSerializer

    def get_message(self) -> Message:
        """Return the message, if it is in this thread and visible to the requester. Raises 404 and 403."""
        message = (
            selectors.messages_visible_to(user=self.request.user, thread_id=self.kwargs["thread_id"])
            .select_related("sender")
            .filter(pk=self.kwargs["pk"])
            .first()
        )
        if message is None:
            raise NotFound
        self.check_object_permissions(self.request, message)
        return message

    def get_object(self) -> Message:
        """Return the message, for OPTIONS. Raise 404 and 403."""
        return self.get_message()

    def shown(self, message: Message) -> Response:
        """Return the response with the message as the requester sees it."""
        return Response(message_document(message, self.message_context([message])))

    def get(self, request: Request, thread_id: int, pk: int) -> Response:
        """Return the message and mark it as read."""
        message = self.get_message()
        answer = self.shown(message)
        unread = selectors.unread_among(user=request.user, message_ids=[pk])
        if unread and marks_read(request):
            actions.mark_read(user=request.user, thread_id=thread_id, messages=unread)
        return answer

    def put(self, request: Request, thread_id: int, pk: int) -> Response:
        """Change `text` and `meta`; omitted fields keep their values."""
        self.get_message()
        body = MessageChangeSerializer(data=request.data, context=self.get_serializer_context())
        editor = self.member
        try:
            message = self.carry_out(
                body, lambda new: actions.change_message(editor=editor, message_id=pk, changes=new)
            )
        except Message.DoesNotExist:
            raise NotFound from None
        return self.shown(message)

    def patch(self, request: Request, thread_id: int, pk: int) -> Response:
        """Change `text` and `meta`."""
        return self.put(request, thread_id, pk)

    def delete(self, request: Request, thread_id: int, pk: int) -> Response:
        """Delete the message for everybody."""
        self.get_message()
        try:
            actions.delete_message(by=self.member, message_id=pk)
        except Message.DoesNotExist:
            raise NotFound from None
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    post=extend_schema(summary="Mark messages as read", request=ReadSerializer, responses={204: None})
)
class MessagesReadView(ThreadView):
    """Marking messages as read without listing them."""

    operation_name = "threads_read"
    permission_setting = "PERMISSIONS_MESSAGES_READ_BY_THREAD_ID"
    serializer_class = ReadSerializer

    def post(self, request: Request, thread_id: int) -> Response:
        """Mark messages as read: all up to `up_to`, or those in `messages`."""
        body = ReadSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        actions.mark_read(
            user=request.user,
            thread_id=self.member.thread_id,
            messages=body.validated_data.get("messages"),
            up_to=body.validated_data.get("up_to"),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
