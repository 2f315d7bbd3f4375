"""The floors: what bare DRF takes for the same answer. No permission, no lock, no event, no unread row."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count, Q
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat_api.chat.models import Message, UserThread

#: Set by the cases: the JSON that our own endpoint answered.
READY: dict[str, Any] = {}


class StoreOneRow(APIView):
    """The floor of a write: one row, one transaction, the same JSON."""

    def post(self, request: Request, thread_id: int) -> Response:
        """Store the text and answer with the ready JSON."""
        with transaction.atomic():
            Message.objects.create(
                thread_id=thread_id, sender_id=request.user.pk, text=str(request.data["text"])
            )
        return Response(READY["message"], status=201)


class AnswerReady(APIView):
    """The floor of a document: dumping a ready dictionary."""

    def get(self, request: Request, name: str) -> Response:
        """Answer with the ready JSON."""
        return Response(READY[name])


class Users(serializers.ModelSerializer[Any]):
    """A user in four keys."""

    avatar = serializers.CharField(default="", read_only=True)

    class Meta:
        model = get_user_model()
        fields = ("first_name", "last_name", "id", "avatar")


class Messages(serializers.ModelSerializer[Any]):
    """A message with the keys that ours has."""

    sender_data = Users(source="sender", read_only=True)
    attachments_data = serializers.ListField(default=list, read_only=True)
    is_read = serializers.BooleanField(default=True, read_only=True)
    is_own = serializers.BooleanField(default=True, read_only=True)

    class Meta:
        model = Message
        fields = (
            "related_question",
            "updated",
            "meta",
            "created",
            "is_read",
            "has_attachments",
            "thread",
            "sender",
            "id",
            "text",
            "type",
            "sender_data",
            "attachments_data",
            "is_own",
            "predecessor",
            "client_id",
        )


class Members(serializers.ModelSerializer[Any]):
    """A member, as a list of users needs him."""

    user = Users(read_only=True)

    class Meta:
        model = UserThread
        fields = ("user",)


class Threads(serializers.ModelSerializer[Any]):
    """A thread with the keys that ours has."""

    title = serializers.CharField(source="thread.title", read_only=True)
    unread = serializers.IntegerField(read_only=True)
    users_data = Members(source="thread.users", many=True, read_only=True)
    question_data = serializers.DictField(default=dict, read_only=True)
    last_message_data = Messages(source="last_message", read_only=True)
    paused = serializers.BooleanField(read_only=True)

    class Meta:
        model = UserThread
        fields = (
            "id",
            "type",
            "created",
            "updated",
            "permissions",
            "notifications",
            "schema",
            "state",
            "question",
            "unread",
            "on_finish",
            "title",
            "users_data",
            "frequency_unit",
            "frequency_value",
            "next_restart",
            "automated_sender",
            "initial_question",
            "repeat_until",
            "question_data",
            "related_message",
            "last_message_data",
            "variables_pool",
            "paused",
        )


class PlainPage(BasePagination):
    """The first `limit` rows."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Give the rows."""
        return list(queryset[: int(request.query_params["limit"])])

    def get_paginated_response(self, data: Any) -> Response:
        """Answer as ours does."""
        return Response({"next": None, "previous": None, "results": data})


class ListMessages(ListAPIView[Any]):
    """The floor of a page of messages."""

    serializer_class = Messages
    pagination_class = PlainPage
    permission_classes: ClassVar[list[Any]] = []

    def get_queryset(self) -> Any:
        """Give the thread's messages with their senders."""
        return (
            Message.objects.filter(thread_id=self.kwargs["thread_id"]).select_related("sender").order_by("id")
        )


class ListThreads(ListAPIView[Any]):
    """The floor of a list of threads."""

    serializer_class = Threads
    pagination_class = PlainPage
    permission_classes: ClassVar[list[Any]] = []

    def get_queryset(self) -> Any:
        """Give the requester's memberships with all that is shown of them."""
        mine = Q(thread__unread_messages__user=self.request.user)
        return (
            UserThread.objects.filter(user=self.request.user)
            .select_related("thread", "last_message__sender")
            .prefetch_related("thread__users__user")
            .annotate(unread=Count("thread__unread_messages", filter=mine))
            .order_by("-updated")
        )
