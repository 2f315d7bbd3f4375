"""Serializers of the events of a thread's history, on the socket and in `threads/{id}/events`.

They only describe: `chat_api.chat.delivery.frames` writes the frames. The OpenAPI and AsyncAPI documents are generated
from them.
"""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from chat_api.chat.serializers.responses import MessageSerializer, ThreadSerializer
from chat_api.chat.serializers.results import PublishedFlagSerializer
from chat_api.lib.rest.fields import UserKeyField
from chat_api.lib.rest.serializers import Serializer
from chat_api.realtime.events import (
    FlagRaised,
    MessageCreatedOrUpdated,
    MessagesRead,
    RunCorrected,
    ThreadUpdated,
)
from chat_api.realtime.socket.frames import SKIPPED
from chat_api.settings import chat_settings


def _name(name: str) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=[name], help_text="The name of the event.")


class PositionSerializer(Serializer):
    """The position of an event in the history of its thread."""

    thread = serializers.IntegerField(help_text="The id of the thread.")
    seq = serializers.IntegerField(help_text="Increases by one with each event of the thread.")


class _LargeSerializer(Serializer):
    """Replaces content that is larger than WS_FRAME_OUT_MAX; clients load it over REST."""

    too_large = serializers.ChoiceField(choices=[True])


class LargeMessageSerializer(_LargeSerializer):
    """A message that is too large for a frame: load it over REST."""

    id = serializers.IntegerField()
    thread = serializers.IntegerField()


class LargeReadSerializer(_LargeSerializer):
    """Too many messages were read to list them: load the thread over REST."""

    thread = serializers.IntegerField()
    user = UserKeyField()


class LargeCorrectionSerializer(_LargeSerializer):
    """Too many messages were superseded to list them: load the messages over REST."""

    thread = serializers.IntegerField()
    message = serializers.IntegerField()


class LargeThreadSerializer(_LargeSerializer):
    """A thread that is too large for a frame: load it over REST."""

    id = serializers.IntegerField()


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="PublishedLastMessage",
        serializers=[MessageSerializer, LargeMessageSerializer],
        resource_type_field_name=None,
    )
)
class LastMessageField(serializers.Field[Any, Any, Any, Any]):
    """The last message of a thread, or that it is too large."""


class PublishedThreadSerializer(ThreadSerializer):
    """The recipient's own thread object, limited to the fields of WS_THREAD_FIELDS, also inside its objects."""

    last_message_data: Any = LastMessageField(read_only=True, allow_null=True)

    @property
    def optional_keys(self) -> frozenset[str]:
        """Return the fields that frames can lack: all, where the host names those that frames have."""
        return frozenset() if chat_settings.WS_THREAD_FIELDS is None else frozenset(self.Meta.fields)


class PublishedMessageSerializer(MessageSerializer):
    """A message as its receiver sees it, with the receiver's own thread object."""

    thread_data = PublishedThreadSerializer(read_only=True)

    class Meta(MessageSerializer.Meta):
        fields = (*MessageSerializer.Meta.fields, "thread_data")


class DeletedMessageSerializer(Serializer):
    """A deleted message."""

    id = serializers.IntegerField()
    thread = serializers.IntegerField()
    deleted = serializers.ChoiceField(choices=[True])
    unread = serializers.IntegerField(
        help_text="The number of messages in the thread that the recipient has not read."
    )


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="MessageEventData",
        serializers=[PublishedMessageSerializer, DeletedMessageSerializer, LargeMessageSerializer],
        resource_type_field_name=None,
    )
)
class MessageDataField(serializers.Field[Any, Any, Any, Any]):
    """The message, or that it is gone."""


class MessageEventSerializer(Serializer):
    """A message was created, changed (text, `meta` or attachments) or deleted."""

    message = _name(MessageCreatedOrUpdated.name)
    event = PositionSerializer()
    data = MessageDataField()  # type: ignore[assignment]  # a key of that name


class MessagesReadSerializer(Serializer):
    """The messages that a member has read."""

    thread = serializers.IntegerField()
    user = UserKeyField()
    messages = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of messages.")
    unread = serializers.IntegerField(
        required=False,
        help_text="For the reader only: the number of messages in the thread that they have not read.",
    )


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="ReadEventData",
        serializers=[MessagesReadSerializer, LargeReadSerializer],
        resource_type_field_name=None,
    )
)
class ReadDataField(serializers.Field[Any, Any, Any, Any]):
    """The messages that were read and their reader, or that they were too many to list."""


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="ThreadEventData",
        serializers=[PublishedThreadSerializer, LargeThreadSerializer],
        resource_type_field_name=None,
    )
)
class ThreadDataField(serializers.Field[Any, Any, Any, Any]):
    """The thread, or that it is too large."""


class ReadEventSerializer(Serializer):
    """A member has read messages; sent to members only."""

    message = _name(MessagesRead.name)
    event = PositionSerializer()
    data = ReadDataField()  # type: ignore[assignment]  # a key of that name


class ThreadEventSerializer(Serializer):
    """The title, the assignment, the members or a state changed; `data` is the recipient's own thread object."""

    message = _name(ThreadUpdated.name)
    event = PositionSerializer()
    data = ThreadDataField()  # type: ignore[assignment]  # a key of that name


class RunCorrectedSerializer(Serializer):
    """An answer was corrected."""

    thread = serializers.IntegerField()
    message = serializers.IntegerField(help_text="The id of the message with the new answer.")
    superseded = serializers.ListField(
        child=serializers.IntegerField(), help_text="The ids of the messages that no longer count."
    )


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="CorrectionEventData",
        serializers=[RunCorrectedSerializer, LargeCorrectionSerializer],
        resource_type_field_name=None,
    )
)
class CorrectionDataField(serializers.Field[Any, Any, Any, Any]):
    """The new answer and the messages that it supersedes, or that these are too many to list."""


class CorrectionEventSerializer(Serializer):
    """A member has corrected an answer of their script; sent to those who see the new answer."""

    message = _name(RunCorrected.name)
    event = PositionSerializer()
    data = CorrectionDataField()  # type: ignore[assignment]  # a key of that name


class LargeFlagSerializer(_LargeSerializer):
    """A flag whose label is too large for a frame: load the runs of the thread over REST."""

    id = serializers.IntegerField()
    thread = serializers.IntegerField()


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="FlagEventData",
        serializers=[PublishedFlagSerializer, LargeFlagSerializer],
        resource_type_field_name=None,
    )
)
class FlagDataField(serializers.Field[Any, Any, Any, Any]):
    """The flag, or that it is too large."""


class FlagEventSerializer(Serializer):
    """An answer raised a flag; sent to staff and members with THREAD_CONTROL_OTHERS, to others `skipped`."""

    message = _name(FlagRaised.name)
    event = PositionSerializer()
    data = FlagDataField()  # type: ignore[assignment]  # a key of that name


class NothingField(serializers.Field[Any, Any, Any, Any]):
    """An empty object."""

    def openapi_schema(self) -> dict[str, Any]:
        """Return how the documents describe it."""
        return {"type": "object", "additionalProperties": False}


class SkippedEventSerializer(Serializer):
    """Placeholder for an event that is hidden from the recipient."""

    message = _name(SKIPPED)
    event = PositionSerializer()
    data = NothingField()  # type: ignore[assignment]  # a key of that name


#: By the name of the event.
HISTORY: Final[dict[str, type[Serializer]]] = {
    MessageCreatedOrUpdated.name: MessageEventSerializer,
    MessagesRead.name: ReadEventSerializer,
    ThreadUpdated.name: ThreadEventSerializer,
    RunCorrected.name: CorrectionEventSerializer,
    FlagRaised.name: FlagEventSerializer,
    SKIPPED: SkippedEventSerializer,
}


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="HistoryEvent",
        serializers=list(HISTORY.values()),
        resource_type_field_name=None,
        many=True,
    )
)
class EventsField(serializers.ListField):
    """Events of a thread's history, as frames of the socket."""

    child = serializers.DictField()
