"""The keys of attachments of survey items."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chat_api.attachments.serializers import (
    BaseAttachmentSerializer,
    BaseInlineAttachmentsField,
    attachment_keys,
)
from chat_api.surveys.models import SurveyAttachment


class SurveyAttachmentSerializer(BaseAttachmentSerializer):
    """An attachment of a survey's item."""

    parent_key = "item"

    item = serializers.PrimaryKeyRelatedField[Any](read_only=True)

    class Meta:
        model = SurveyAttachment
        fields = attachment_keys("item")


@extend_schema_field(SurveyAttachmentSerializer(many=True))
class InlineSurveyAttachmentsField(BaseInlineAttachmentsField):
    """The attachments of an item, in the body that answers its question."""

    serializer_class = SurveyAttachmentSerializer
