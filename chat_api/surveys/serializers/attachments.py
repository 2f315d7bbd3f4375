"""The keys of attachments of survey items."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from chat_api.attachments.serializers import BaseAttachmentSerializer, attachment_keys
from chat_api.surveys.models import SurveyAttachment


class SurveyAttachmentSerializer(BaseAttachmentSerializer):
    """An attachment of a survey's item."""

    parent_key = "item"

    item = serializers.PrimaryKeyRelatedField[Any](read_only=True)

    class Meta:
        model = SurveyAttachment
        fields = attachment_keys("item")
