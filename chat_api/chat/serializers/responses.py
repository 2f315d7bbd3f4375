"""Serializers that describe responses: fields and types of `chat_api.chat.documents`, for OpenAPI and hosts' views.

Our own views call the functions of `documents`; a serializer here does so for one object, when a host's view shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from chat_api.chat.documents import CONTROL_KEYS, member_document, message_document, thread_document
from chat_api.chat.models import Message, UserThread
from chat_api.chat.serializers.attachments import AttachmentSerializer
from chat_api.chat.serializers.document_contexts import (
    member_context,
    message_context,
    reader_of,
    thread_context,
)
from chat_api.lib.rest.fields import STORED_TEXT, JSONField, TextFormatField
from chat_api.lib.rest.openapi import HTML
from chat_api.lib.rest.serializers import AccountData, ModelSerializer, Serializer
from chat_api.schemas.serializers import QuestionSerializer


class MessageSerializer(ModelSerializer):
    """A message as its reader sees it."""

    related_question = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    predecessor = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    thread = serializers.PrimaryKeyRelatedField[Any](read_only=True)
    sender = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    text_format = TextFormatField()
    meta = JSONField(read_only=True)
    is_read = serializers.BooleanField(read_only=True)
    sender_data = AccountData(of="sender")
    is_own = serializers.BooleanField(read_only=True)
    attachments_data = AttachmentSerializer(many=True, read_only=True)
    client_id = serializers.UUIDField(read_only=True, allow_null=True)
    # Not read-only: the OpenAPI document would describe it as always present.
    instance = serializers.IntegerField(
        required=False, help_text="In a repeated group only: the round in which its question was asked."
    )

    class Meta:
        model = Message
        fields: tuple[str, ...] = (
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
            "text_format",
            "type",
            "sender_data",
            "attachments_data",
            "is_own",
            "predecessor",
            "client_id",
            "instance",
        )
        read_only_fields = ("has_attachments", "text", "type")
        extra_kwargs: Mapping[str, Any] = {"text": {"help_text": STORED_TEXT}}

    def to_representation(self, instance: Message) -> dict[str, Any]:
        """Return the message's document."""
        shown = message_context([instance], reader=reader_of(self.context), selection=self.get_selection())
        return message_document(instance, shown)


class FoundMessageSerializer(MessageSerializer):
    """A message in a list; in the results of a search it has its text with the matches marked."""

    # Not read-only: the OpenAPI document would describe it as always present.
    highlight = serializers.CharField(
        required=False,
        help_text="With `q` only: the text, or the part of a long text around the first match, as HTML: escaped, "
        "with the matches between `<mark>` tags.",
    )

    superseded = serializers.ChoiceField(
        choices=[True],
        required=False,
        help_text="With `superseded` only: the message no longer counts, because an answer was corrected.",
    )

    #: By field, the format in the OpenAPI document.
    text_formats: Mapping[str, str] = {"highlight": HTML}

    class Meta(MessageSerializer.Meta):
        fields = (*MessageSerializer.Meta.fields, "highlight", "superseded")


class ThreadSerializer(ModelSerializer):
    """A thread as one member sees it: the member's own `UserThread`."""

    id = serializers.IntegerField(source="thread_id", read_only=True)
    permissions = serializers.IntegerField(read_only=True)
    notifications = serializers.IntegerField(read_only=True)
    schema = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    question = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    initial_question = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    related_message = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    automated_sender = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    title = serializers.CharField(source="thread.title", read_only=True)
    unread = serializers.IntegerField(read_only=True)
    users_data = AccountData(of="users", many=True, optional=True)
    users_count = serializers.IntegerField(read_only=True)
    question_data = QuestionSerializer(read_only=True, allow_null=True)
    last_message_data = MessageSerializer(read_only=True, allow_null=True)
    variables_pool = JSONField(read_only=True)
    paused = serializers.BooleanField(read_only=True)
    assigned_to = serializers.PrimaryKeyRelatedField[Any](
        source="thread.assigned_to",
        read_only=True,
        allow_null=True,
        help_text="The user who looks after the thread.",
    )

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
            "users_count",
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
            "assigned_to",
        )
        read_only_fields = tuple(name for name in fields if name != "users_data")

    def to_representation(self, instance: UserThread) -> dict[str, Any]:
        """Return the thread's document."""
        shown = thread_context([instance], reader=reader_of(self.context), selection=self.get_selection())
        return thread_document(instance, shown)


class SentMessageSerializer(MessageSerializer):
    """A message just posted, with the chosen answers and the thread as its sender sees it now."""

    answers = serializers.ListField(child=serializers.IntegerField(), read_only=True)
    thread_data = ThreadSerializer(read_only=True)

    class Meta(MessageSerializer.Meta):
        fields = (*MessageSerializer.Meta.fields, "answers", "thread_data")


class MemberSerializer(ModelSerializer):
    """A member as other members see them; those who control others also see how the script leads them."""

    user = serializers.PrimaryKeyRelatedField[Any](read_only=True)
    users_data = AccountData(of="user")
    automated_sender = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    initial_question = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    schema = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    permissions = serializers.IntegerField(read_only=True)
    paused = serializers.BooleanField(read_only=True)

    class Meta:
        model = UserThread
        fields = (
            "user",
            "permissions",
            "users_data",
            "automated_sender",
            "frequency_unit",
            "frequency_value",
            "repeat_until",
            "initial_question",
            "on_finish",
            "schema",
            "state",
            "paused",
        )
        read_only_fields = fields

    #: Fields that the OpenAPI document describes as optional: not every requester sees them.
    optional_keys = frozenset({*CONTROL_KEYS, "paused"})

    def to_representation(self, instance: UserThread) -> dict[str, Any]:
        """Return the member's document; `requester` of the context is the requesting user's membership."""
        shown = member_context(
            self.context["requester"], reader=reader_of(self.context), selection=self.get_selection()
        )
        return member_document(instance, shown)


class UnreadCountsSerializer(Serializer):
    """The numbers of unread messages in some threads of an account."""

    threads = serializers.IntegerField(read_only=True, help_text="How many threads have unread messages.")
    messages = serializers.IntegerField(read_only=True, help_text="How many messages are unread in them.")


class UnreadTotalsSerializer(UnreadCountsSerializer):
    """The numbers of unread messages in all threads of an account."""

    types = serializers.DictField(
        child=UnreadCountsSerializer(),
        read_only=True,
        help_text="The numbers for each type of thread with unread messages.",
    )


class EmptySerializer(Serializer):
    """A body with nothing in it."""


class PromptOptionSerializer(Serializer):
    """An answer, with the number that chooses it."""

    number = serializers.IntegerField(read_only=True)
    text = serializers.CharField(read_only=True)


class PromptSerializer(Serializer):
    """The current question as plain text."""

    question = serializers.IntegerField(read_only=True)
    qid = serializers.IntegerField(read_only=True)
    type = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
    options = PromptOptionSerializer(many=True, read_only=True)
    skip = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text="The text that skips the question; null if that is not offered.",
    )
    default = JSONField(read_only=True, help_text="The value that an empty reply takes; null without one.")
    expected = JSONField(read_only=True, help_text="The type and the limits of the reply, by name.")
    instance = serializers.IntegerField(
        required=False, help_text="In a repeated group only: the round in which the question is asked."
    )
    prompt = serializers.CharField(read_only=True, help_text="All of it as text, one line each.")
