"""The keys of survey items, and the bodies of requests about them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from chat_api.attachments.sent_files import sent_files
from chat_api.engine.question_types.base import Reply
from chat_api.lib.rest.fields import (
    STORED_TEXT,
    TOO_LONG,
    JSONField,
    TextField,
    TextFormatField,
    long_text,
)
from chat_api.lib.rest.relations import IdField, IdListField
from chat_api.lib.rest.serializers import AccountData, ModelSerializer, Serializer
from chat_api.schemas.serializers import AnswerSerializer, QuestionSerializer
from chat_api.settings import chat_settings
from chat_api.surveys import validation
from chat_api.surveys.attachment_selectors import files_of
from chat_api.surveys.instances import Place
from chat_api.surveys.models import SurveyItem
from chat_api.surveys.serializers.attachments import (
    InlineSurveyAttachmentsField,
    SurveyAttachmentSerializer,
)
from chat_api.surveys.serializers.surveys import SurveyCoreSerializer
from chat_api.surveys.typed_texts import new_item_problems

_INSTANCE = (
    "The instance of the repeated group that the question belongs to; only for questions of such groups."
)
_VERIFY = "Validate the answer without storing it; the response is a 200."
_CONFIRM = "Accept the answer although constraints warn about it (`CONFIRM`)."


class ItemBody(Serializer):
    """The body that changes an item of the survey `context["survey"]`: `context["item"]`."""

    answers = IdListField(source="answer_ids", required=False)
    text = TextField(required=False, allow_blank=True)
    confirm = serializers.BooleanField(default=False)

    def validate_text(self, text: str) -> str:
        """Reject texts longer than MESSAGE_TEXT_MAX."""
        if len(text) > chat_settings.MESSAGE_TEXT_MAX:
            raise serializers.ValidationError([TOO_LONG])
        return text

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Reject a body that does not answer the item's question; fields that are not sent keep their stored values."""
        if not {"text", "answers"} & set(self.initial_data):
            return attrs
        item: SurveyItem = self.context["item"]
        answers, text = attrs.get("answer_ids"), attrs.get("text")
        reply = Reply(
            item.plain_text if text is None else text,
            tuple(item.answer_ids if answers is None else answers),
            files_of(item=item),
        )
        problems = validation.request_problems(
            self.context["survey"], item.related_question_id, reply, is_new=False
        )
        if problems:
            raise serializers.ValidationError(problems)
        return attrs


class NewItemBody(ItemBody):
    """The body that answers a question of the survey `context["survey"]`."""

    related_question = IdField(source="related_question_id")
    instance = serializers.IntegerField(default=0, min_value=0, max_value=validation.INSTANCE_MAX)
    verify = serializers.BooleanField(default=False)
    attachments = InlineSurveyAttachmentsField(required=False)

    #: The question with its instance, and the answer, once the fields are valid.
    sent: tuple[Place, Reply] | None = None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Reject a body that does not answer a question of the survey."""
        reply = Reply(
            attrs.get("text", ""),
            tuple(attrs.get("answer_ids", ())),
            sent_files(attrs.get("attachments", ())),
        )
        question_id = attrs.get("related_question_id")
        self.sent = None if question_id is None else ((question_id, attrs.get("instance", 0)), reply)
        problems = new_item_problems(
            self.context["survey"], question_id, reply, instance=attrs.get("instance", 0)
        )
        if problems:
            raise serializers.ValidationError(problems)
        return attrs


class RelatedQuestionSerializer(QuestionSerializer):
    """The question that an item answers, with rendered texts and resolved meta."""


class ChosenAnswerSerializer(AnswerSerializer):
    """An answer that was chosen."""


class SurveyItemCoreSerializer(ModelSerializer):
    """The answer to one question of a survey."""

    related_question = IdField(source="related_question_id", read_only=True)
    answers = IdListField(source="answer_ids", required=False)
    text = TextField(required=False, allow_blank=True)
    instance = serializers.IntegerField(read_only=True, help_text=_INSTANCE)
    text_format = TextFormatField()
    meta = JSONField(read_only=True)
    attachments_data = SurveyAttachmentSerializer(many=True, read_only=True)
    answers_data = ChosenAnswerSerializer(many=True, read_only=True)
    confirm = serializers.BooleanField(write_only=True, default=False, help_text=_CONFIRM)
    related_question_data = RelatedQuestionSerializer(read_only=True)

    optional_keys = frozenset({"instance"})

    class Meta:
        model = SurveyItem
        fields: tuple[str, ...] = (
            "related_question",
            "instance",
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
            "text_format",
            "position",
            "attachments_data",
            "answers_data",
            "related_question_data",
            "confirm",
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
        """Return the fields, with the text as long as the host permits now."""
        fields = super().get_fields()
        fields["text"] = long_text(help_text=f"{STORED_TEXT} It is sent as typed.")
        return fields


class SurveyItemDetailsSerializer(SurveyItemCoreSerializer):
    """The answer to one question of a survey. The question cannot be changed."""

    sender_data = AccountData(of="sender")

    class Meta(SurveyItemCoreSerializer.Meta):
        fields = (*SurveyItemCoreSerializer.Meta.fields, "sender_data")


class SurveyItemSerializer(SurveyItemCoreSerializer):
    """The answer to one question of a survey, with the survey as it is now."""

    related_question = IdField(source="related_question_id")
    instance = serializers.IntegerField(
        required=False, min_value=0, max_value=validation.INSTANCE_MAX, help_text=_INSTANCE
    )
    survey_data = SurveyCoreSerializer(source="survey", read_only=True)
    verify = serializers.BooleanField(write_only=True, default=False, help_text=_VERIFY)
    attachments = InlineSurveyAttachmentsField(required=False)

    class Meta(SurveyItemCoreSerializer.Meta):
        fields = (*SurveyItemCoreSerializer.Meta.fields, "survey_data", "verify", "attachments")


class NewInstanceSerializer(Serializer):
    """An instance that was added to a repeated group, with the survey as it is now."""

    instance = serializers.IntegerField(read_only=True, help_text="The number of the new instance.")
    survey_data = SurveyCoreSerializer(source="survey", read_only=True)


class CheckedItemSerializer(SurveyItemSerializer):
    """The response to `verify`: the item as it would be, without the values that storing it sets."""

    id = serializers.IntegerField(read_only=True, allow_null=True)
    created = serializers.DateTimeField(read_only=True, allow_null=True)
    updated = serializers.DateTimeField(read_only=True, allow_null=True)
