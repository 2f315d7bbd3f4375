"""Serializers of attachments of messages, alone and in the body of a message."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chat_api.attachments.serializers import (
    BaseAttachmentSerializer,
    BaseInlineAttachmentsField,
    attachment_keys,
)
from chat_api.chat.models import Attachment


class AttachmentSerializer(BaseAttachmentSerializer):
    """An attachment of a message."""

    parent_key = "message"

    message = serializers.PrimaryKeyRelatedField[Any](read_only=True)

    class Meta:
        model = Attachment
        fields = attachment_keys("message")


@extend_schema_field(AttachmentSerializer(many=True))
class InlineAttachmentsField(BaseInlineAttachmentsField):
    """The attachments of a message, in its body."""

    serializer_class = AttachmentSerializer
