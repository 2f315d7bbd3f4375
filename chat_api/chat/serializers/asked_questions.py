"""The serializer that describes what an answer replied to, for OpenAPI."""

from __future__ import annotations

from rest_framework import serializers

from chat_api.lib.rest.serializers import Serializer
from chat_api.schemas.serializers import QuestionSerializer


class AskedQuestionSerializer(Serializer):
    """The question that an answer replied to, and the answer."""

    question = QuestionSerializer(
        read_only=True,
        allow_null=True,
        help_text="As the user would be asked it, with the answers that it offered; null where the script no longer "
        "has it.",
    )
    answers = serializers.ListField(
        child=serializers.IntegerField(), read_only=True, help_text="The ids of the chosen answers."
    )
    text = serializers.CharField(
        read_only=True, help_text="What was typed, as plain text; empty for chosen answers alone."
    )
    correctable = serializers.BooleanField(
        read_only=True, help_text="Whether `threads/{thread_id}/correct` accepts another answer in its place."
    )
