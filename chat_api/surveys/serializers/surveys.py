"""What surveys and their items look like, and what a request may say about them. Nothing here writes."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chat_api.lib.rest.fields import JSONField, TextField, UUIDField, long_text
from chat_api.lib.rest.openapi import HTML_ESCAPED
from chat_api.lib.rest.relations import IdField, IdListField, RowField, may_speak_as
from chat_api.lib.rest.serializers import AccountData, ModelSerializer
from chat_api.schemas.models import Schema
from chat_api.schemas.serializers import AnswerSerializer, QuestionSerializer
from chat_api.surveys import validation
from chat_api.surveys.models import Survey, SurveyItem
from chat_api.surveys.serializers.attachments import SurveyAttachmentSerializer


@extend_schema_field(
    {
        "type": "object",
        "nullable": True,
        "required": ["visibility", "completed"],
        "properties": {
            "visibility": {
                "type": "array",
                "items": {"type": "integer"},
                "description": "The qids of the visible questions, by position.",
            },
            "completed": {
                "type": "boolean",
                "description": "Whether every visible required question is answered.",
            },
        },
    }
)
class StateField(JSONField):
    """Which questions are visible, and whether the required ones among them are answered."""


class SurveyCoreSerializer(ModelSerializer):
    """A survey without its people, as it is shown beside an item."""

    schema = RowField(read_only=True)
    automated_sender = RowField(read_only=True, allow_null=True)
    state = StateField(read_only=True)

    class Meta:
        model = Survey
        fields: tuple[str, ...] = (
            "schema",
            "user",
            "updated",
            "automated_sender",
            "id",
            "created",
            "state",
        )
        read_only_fields = fields


class SurveyDetailsSerializer(SurveyCoreSerializer):
    """A survey that has begun: all of it is fixed."""

    automated_sender_data = AccountData(of="automated_sender")
    user_data = AccountData(of="user")

    class Meta(SurveyCoreSerializer.Meta):
        fields = (*SurveyCoreSerializer.Meta.fields, "automated_sender_data", "user_data", "submitted")
        read_only_fields: tuple[str, ...] = fields


class SurveySerializer(SurveyDetailsSerializer):
    """A survey, and what it takes to begin one."""

    schema = RowField(queryset=Schema.objects.all())
    automated_sender = RowField(
        queryset=get_user_model()._default_manager.all(), required=False, allow_null=True
    )

    client_id = UUIDField(
        write_only=True,
        required=False,
        allow_null=True,
        help_text="A UUID of the client's: sent again, the request is answered by 200 with the survey of the first.",
    )

    class Meta(SurveyDetailsSerializer.Meta):
        fields = (*SurveyDetailsSerializer.Meta.fields, "client_id")
        read_only_fields = ("user", "updated", "id", "created", "submitted")

    def validate_schema(self, schema: Schema) -> Schema:
        """Refuse a schema that no survey can have."""
        codes = validation.schema_problems(schema)
        if codes:
            raise serializers.ValidationError(codes)
        return schema

    def validate_automated_sender(self, sender: Any) -> Any:
        """Refuse a sender whom the requester may not name."""
        user = self.context["request"].user
        if sender is not None and not may_speak_as(user=user, sender_id=sender.pk):
            raise serializers.ValidationError(["NOT_ALLOWED"])
        return sender


class RelatedQuestionSerializer(QuestionSerializer):
    """The question that an item answers, with rendered texts and resolved meta."""


class ChosenAnswerSerializer(AnswerSerializer):
    """An answer that was chosen."""


class SurveyItemCoreSerializer(ModelSerializer):
    """The answer to one question of a survey; `presentation.prepare_items` comes before showing."""

    related_question = IdField(source="related_question_id", read_only=True)
    answers = IdListField(source="answer_ids", required=False)
    text = TextField(required=False, allow_blank=True)
    meta = JSONField(read_only=True)
    attachments_data = SurveyAttachmentSerializer(source="shown.attachments", many=True, read_only=True)
    answers_data = ChosenAnswerSerializer(source="shown.answers", many=True, read_only=True)
    related_question_data = RelatedQuestionSerializer(source="shown.question", read_only=True)

    #: Shown as it is stored; sent as it was typed.
    text_formats = {"text": HTML_ESCAPED}

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
        )
        read_only_fields = (
            "updated",
            "created",
            "has_attachments",
            "type",
            "survey",
            "id",
            "sender",
            "position",
        )

    def get_fields(self) -> dict[str, Any]:
        """Bound the text as the host says now."""
        fields = super().get_fields()
        fields["text"] = long_text()
        return fields


class SurveyItemDetailsSerializer(SurveyItemCoreSerializer):
    """The answer to one question of a survey. Which question it answers is fixed."""

    sender_data = AccountData(of="sender")

    class Meta(SurveyItemCoreSerializer.Meta):
        fields = (*SurveyItemCoreSerializer.Meta.fields, "sender_data")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what is no answer to the item's question; what is not sent stays as it is."""
        item: SurveyItem = self.instance  # type: ignore[assignment]
        if not {"text", "answers"} & set(self.initial_data):
            return attrs
        answers, text = attrs.get("answer_ids"), attrs.get("text")
        problems = validation.request_problems(
            item.survey,
            item.related_question_id,
            item.answer_ids if answers is None else answers,
            validation.unescaped_text(item) if text is None else text,
            is_new=False,
        )
        if problems:
            raise serializers.ValidationError(problems)
        return attrs


class SurveyItemSerializer(SurveyItemCoreSerializer):
    """The answer to one question of a survey, and the survey as it then is."""

    related_question = IdField(source="related_question_id")
    survey_data = SurveyCoreSerializer(source="survey", read_only=True)
    verify = serializers.BooleanField(
        write_only=True, default=False, help_text="Check the answer and store nothing; answered by 200."
    )

    class Meta(SurveyItemCoreSerializer.Meta):
        fields = (*SurveyItemCoreSerializer.Meta.fields, "survey_data", "verify")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what is no answer to a question of the survey."""
        problems = validation.request_problems(
            self.context["survey"],
            attrs.get("related_question_id"),
            attrs.get("answer_ids", []),
            attrs.get("text", ""),
            is_new=True,
        )
        if problems:
            raise serializers.ValidationError(problems)
        return attrs


class CheckedItemSerializer(SurveyItemSerializer):
    """What `verify` shows: the answer as it would be, without what storing gives."""

    id = serializers.IntegerField(read_only=True, allow_null=True)
    created = serializers.DateTimeField(read_only=True, allow_null=True)
    updated = serializers.DateTimeField(read_only=True, allow_null=True)
