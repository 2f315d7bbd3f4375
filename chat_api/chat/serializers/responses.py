"""What threads, members and messages look like, and what may be asked of them. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chat_api.attachments.serializers import shown_attachments
from chat_api.chat.choices import Permission
from chat_api.chat.models import Message, UserThread
from chat_api.chat.serializers.attachments import AttachmentSerializer
from chat_api.chat.serializers.prefetch import prepare_messages, prepare_threads
from chat_api.lib.rest.fields import JSONField
from chat_api.lib.rest.openapi import HTML, HTML_ESCAPED
from chat_api.lib.rest.selection import Selection, cut
from chat_api.lib.rest.serializers import AccountData, ModelSerializer, Serializer, reader
from chat_api.schemas.serializers import QuestionSerializer
from chat_api.settings import chat_settings


def viewer_of(context: Mapping[str, Any]) -> Any:
    """Give who looks: `viewer` of the context, else the request's user."""
    return context["viewer"] if "viewer" in context else context["request"].user


class MessageSerializer(ModelSerializer):
    """A message as its viewer sees it; `presentation.prepare_messages` comes first."""

    related_question = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    predecessor = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    thread = serializers.PrimaryKeyRelatedField[Any](read_only=True)
    sender = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    meta = JSONField(read_only=True)
    is_read = serializers.BooleanField(source="shown_is_read", read_only=True)
    sender_data = AccountData(of="sender")
    is_own = serializers.SerializerMethodField()
    attachments_data = serializers.SerializerMethodField()
    client_id = serializers.UUIDField(read_only=True, allow_null=True)

    #: By key, the format that the OpenAPI document names.
    text_formats: Mapping[str, str] = {"text": HTML_ESCAPED}

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
            "type",
            "sender_data",
            "attachments_data",
            "is_own",
            "predecessor",
            "client_id",
        )
        read_only_fields = ("has_attachments", "text", "type")

    def get_selection(self) -> Selection:
        """Give the wanted fields, cut to those that the host lets messages of this type of thread have."""
        selection = super().get_selection()
        limit = chat_settings.thread_switch((self.context.get("thread_type", ""), "LIMIT_FIELDS_TO"))
        if limit is None:
            return selection
        if "text" in limit:
            limit = (*limit, "highlight")
        kept = selection.cut_to(limit).only
        # An empty `only` would be everything: the name of no field stands for nothing.
        return Selection(kept or frozenset({"id"}).intersection(limit) or frozenset({""}), selection.include)

    def to_representation(self, instance: Message) -> dict[str, Any]:
        """Show the message; one that nobody prepared is prepared now."""
        if "shown_is_read" not in instance.__dict__:
            prepare_messages([instance], viewer=viewer_of(self.context))
        return super().to_representation(instance)

    def get_is_own(self, message: Message) -> bool:
        """Say whether the viewer sent it."""
        return message.is_by(viewer_of(self.context))

    @extend_schema_field(AttachmentSerializer(many=True))
    def get_attachments_data(self, message: Message) -> list[Any]:
        """Give the message's attachments."""
        if not message.has_attachments:
            return []
        return shown_attachments(
            AttachmentSerializer,
            sorted(message.attachments.all(), key=attrgetter("pk")),
            context={**self.context},
            selection=self.get_selection().inside("attachments_data"),
        )


class FoundMessageSerializer(MessageSerializer):
    """A message of a list; one that was searched for has its text with the matches marked."""

    # Not read-only, as it would be described as always there.
    highlight = serializers.CharField(
        source="shown_highlight",
        required=False,
        help_text="With `q` only: the text, or of a long one the part around the first match, as HTML: escaped, "
        "with the matches between `<mark>` tags.",
    )

    text_formats = {**MessageSerializer.text_formats, "highlight": HTML}

    class Meta(MessageSerializer.Meta):
        fields = (*MessageSerializer.Meta.fields, "highlight")


class ThreadSerializer(ModelSerializer):
    """A thread as one member sees it: his `UserThread`; `presentation.prepare_threads` comes first."""

    id = serializers.IntegerField(source="thread_id", read_only=True)
    permissions = serializers.SerializerMethodField()
    notifications = serializers.SerializerMethodField()
    schema = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    question = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    initial_question = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    related_message = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    automated_sender = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    title = serializers.CharField(source="thread.title", read_only=True)
    unread = serializers.IntegerField(source="shown.unread", read_only=True)
    users_data = AccountData(of="shown.users", many=True, optional=True)
    users_count = serializers.IntegerField(source="shown.users_count", read_only=True)
    question_data = serializers.SerializerMethodField()
    last_message_data = MessageSerializer(source="shown.last_message", read_only=True, allow_null=True)
    variables_pool = JSONField(read_only=True)
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
        )
        read_only_fields = tuple(name for name in fields if name != "users_data")

    def to_representation(self, instance: UserThread) -> dict[str, Any]:
        """Show the thread; one that nobody prepared (a host's own) is prepared now."""
        if "shown" not in instance.__dict__:
            prepare_threads([instance], viewer=viewer_of(self.context), selection=self.get_selection())
        shown = super().to_representation(instance)
        if instance.shown.users is None:
            # Nobody asked, or they are more than THREAD_USERS_DATA_MAX.
            shown.pop("users_data", None)
        return shown

    def get_permissions(self, row: UserThread) -> int:
        """Give the flags; null counts as none."""
        return row.permissions or 0

    def get_notifications(self, row: UserThread) -> int:
        """Give the flags; null counts as none."""
        return row.notifications or 0

    @extend_schema_field(QuestionSerializer(allow_null=True))
    def get_question_data(self, row: UserThread) -> dict[str, Any] | None:
        """Give the current question, its text and meta as this member sees them."""
        question: dict[str, Any] | None = cut(
            row.shown.question, self.get_selection().inside("question_data")
        )
        return question


class SentMessageSerializer(MessageSerializer):
    """A message just posted, with the chosen answers and the thread as its sender sees it now."""

    answers = serializers.SerializerMethodField()
    thread_data = serializers.SerializerMethodField()

    class Meta(MessageSerializer.Meta):
        fields = (*MessageSerializer.Meta.fields, "answers", "thread_data")

    @extend_schema_field(serializers.ListField(child=serializers.IntegerField()))
    def get_answers(self, message: Message) -> list[int]:
        """Give the ids of the chosen answers in the order given."""
        return list(self.context["answer_ids"])

    @extend_schema_field(ThreadSerializer)
    def get_thread_data(self, message: Message) -> dict[str, Any]:
        """Give the thread object after the script moved on."""
        inside = self.get_selection().inside("thread_data")
        shown = thread_reader(self.context, inside)
        return shown.to_representation(self.context["member"])


def message_reader(
    context: Mapping[str, Any],
    kind: type[MessageSerializer] = MessageSerializer,
    *,
    selection: Selection | None = None,
) -> MessageSerializer:
    """Return the ready-made serializer of messages; `context` has `viewer` and `thread_type`."""
    return reader(kind, context, selection, variant=_variant(context))


def thread_reader(
    context: Mapping[str, Any], selection: Selection | None = None, *, part: str = ""
) -> ThreadSerializer:
    """Return the ready-made serializer of threads; `context` has `viewer` and `thread_type`.

    Callers that show threads in parts name the `part`: each has a plan of its own, made once.
    """
    return reader(ThreadSerializer, context, selection, variant=(_variant(context), part))


def _variant(context: Mapping[str, Any]) -> object:
    limit = chat_settings.thread_switch((context["thread_type"], "LIMIT_FIELDS_TO"))
    return None if limit is None else tuple(limit)


class MemberSerializer(ModelSerializer):
    """A member as other members see him; who controls others sees his script too."""

    user = serializers.PrimaryKeyRelatedField[Any](read_only=True)
    users_data = AccountData(of="user")
    automated_sender = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    initial_question = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    schema = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)
    permissions = serializers.SerializerMethodField()
    paused = serializers.BooleanField(read_only=True)

    #: The keys that only a requester with THREAD_CONTROL_OTHERS sees and may send.
    CONTROL_KEYS = (
        "automated_sender",
        "frequency_unit",
        "frequency_value",
        "repeat_until",
        "initial_question",
        "on_finish",
        "schema",
        "state",
    )

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

    #: What the OpenAPI document does not promise: not everybody sees it.
    optional_keys = frozenset({*CONTROL_KEYS, "paused"})

    def get_fields(self) -> dict[str, Any]:
        """Give the fields that the requester may see."""
        fields = super().get_fields()
        requester: UserThread | None = self.context.get("requester")
        if requester is None:
            return fields
        controls = requester.may(Permission.THREAD_CONTROL_OTHERS)
        hidden = set() if controls else set(self.CONTROL_KEYS)
        if not controls and not requester.may(Permission.THREAD_BREAK_STATE):
            hidden.add("paused")
        return {name: field for name, field in fields.items() if name not in hidden}

    def get_permissions(self, row: UserThread) -> int:
        """Give the flags; null counts as none."""
        return row.permissions or 0


class EmptySerializer(Serializer):
    """A body with nothing in it."""
