"""The floors: what bare DRF takes for the same answer. No permission, no lock, no event, no unread row."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count, Q
from rest_framework import serializers
from rest_framework.generics import ListAPIView, ListCreateAPIView, RetrieveAPIView
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chat_api.chat.models import Message, UserThread
from chat_api.schemas.models import Answer, Question
from chat_api.surveys.models import Survey, SurveyItem

#: Set by the cases: the JSON that our own endpoint answered.
READY: dict[str, Any] = {}


class StoreOneRow(APIView):
    """The floor of a write: one row, one transaction, the same JSON."""

    def post(self, request: Request, thread_id: int) -> Response:
        """Store the text and answer with the ready JSON."""
        body: Any = request.data
        with transaction.atomic():
            Message.objects.create(thread_id=thread_id, sender_id=request.user.pk, text=str(body["text"]))
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
    """A member, as a list of users needs it."""

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
        """Return the rows."""
        return list(queryset[: int(request.query_params["limit"])])

    def get_paginated_response(self, data: Any) -> Response:
        """Answer as ours does."""
        return Response({"next": None, "previous": None, "results": data})


class ListMessages(ListAPIView[Any]):
    """The floor of a page of messages."""

    serializer_class = Messages
    pagination_class = PlainPage
    permission_classes = []

    def get_queryset(self) -> Any:
        """Return the messages of the thread with their senders."""
        return (
            Message.objects.filter(thread_id=self.kwargs["thread_id"]).select_related("sender").order_by("id")
        )


class ListThreads(ListAPIView[Any]):
    """The floor of a list of threads."""

    serializer_class = Threads
    pagination_class = PlainPage
    permission_classes = []

    def get_queryset(self) -> Any:
        """Return the memberships of the user with everything that is shown of them."""
        mine = Q(thread__unread_messages__user=self.request.user.pk)
        return (
            UserThread.objects.filter(user_id=self.request.user.pk)
            .select_related("thread", "last_message__sender")
            .prefetch_related("thread__users__user")
            .annotate(unread=Count("thread__unread_messages", filter=mine))
            .order_by("-updated")
        )


class Answers(serializers.ModelSerializer[Any]):
    """An answer of a choice with the keys that ours has."""

    class Meta:
        model = Answer
        fields = (
            "question",
            "next_qid",
            "meta",
            "id",
            "text",
            "position",
            "variable_modifications",
            "exclusive",
        )


class Questions(serializers.ModelSerializer[Any]):
    """A question with the keys that ours has."""

    answers = Answers(many=True, read_only=True)
    attachments = serializers.SerializerMethodField()

    class Meta:
        model = Question
        fields = (
            "schema",
            "range_to",
            "next_qid",
            "meta",
            "required",
            "has_attachments",
            "qid",
            "choice_open",
            "type",
            "group",
            "id",
            "text",
            "range_from",
            "position",
            "answers",
            "attachments",
            "variable_modifications",
            "forking_rules",
            "show_as_type",
        )

    def get_attachments(self, question: Question) -> list[Any]:
        """Return no attachments, without asking the database for them."""
        return []


class Surveys(serializers.ModelSerializer[Any]):
    """A survey as it stands beside an item."""

    class Meta:
        model = Survey
        fields = ("schema", "user", "updated", "automated_sender", "id", "created", "state")


class ReadItems(serializers.ModelSerializer[Any]):
    """An item with the keys that ours has when one is read."""

    answers = serializers.PrimaryKeyRelatedField(many=True, queryset=Answer.objects.all())
    attachments_data = serializers.ListField(default=list, read_only=True)
    answers_data = Answers(source="answers", many=True, read_only=True)
    related_question_data = Questions(source="related_question", read_only=True)
    sender_data = Users(source="sender", read_only=True)

    class Meta:
        model = SurveyItem
        fields: tuple[str, ...] = (
            "related_question",
            "updated",
            "answers",
            "meta",
            "created",
            "has_attachments",
            "type",
            "survey",
            "id",
            "sender",
            "text",
            "position",
            "attachments_data",
            "answers_data",
            "related_question_data",
            "sender_data",
        )
        read_only_fields = ("survey", "sender", "position")
        # The unique constraint would cost a query, and ask for the survey in the body.
        validators: list[Any] = []


class ListedItems(ReadItems):
    """An item with the keys that ours has in a list and after it was created."""

    survey_data = Surveys(source="survey", read_only=True)

    class Meta(ReadItems.Meta):
        fields = (*ReadItems.Meta.fields[:-1], "survey_data")


def items_with_all(survey_id: int) -> Any:
    """Return the items of a survey with all that is shown of them."""
    return (
        SurveyItem.objects.filter(survey_id=survey_id)
        .select_related("survey", "related_question", "sender")
        .prefetch_related("answers", "related_question__answers")
        .order_by("id")
    )


class ListItems(ListCreateAPIView[Any]):
    """The floor of the items of a survey, and of answering: no check, no lock, no state that follows."""

    serializer_class = ListedItems
    permission_classes = []

    def get_queryset(self) -> Any:
        """Return the survey's items."""
        return items_with_all(self.kwargs["survey_id"])

    @transaction.atomic
    def perform_create(self, serializer: Any) -> None:
        """Store the row and its answers."""
        question = serializer.validated_data["related_question"]
        survey = Survey.objects.get(pk=self.kwargs["survey_id"])
        serializer.save(survey=survey, sender=self.request.user, position=question.position)


class ReadItem(RetrieveAPIView[Any]):
    """The floor of one item."""

    serializer_class = ReadItems
    permission_classes = []

    def get_queryset(self) -> Any:
        """Return the survey's items."""
        return items_with_all(self.kwargs["survey_id"])
