"""Serializers for schemas. They describe the documents that `chat_api.schemas.compiled` builds."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from chat_api.attachments.serializers import THUMBNAIL_SCHEMA
from chat_api.lib.languages import chosen, fallbacks
from chat_api.lib.rest.documents import DocumentMixin
from chat_api.lib.rest.fields import JSONField
from chat_api.lib.rest.relations import RowField
from chat_api.lib.rest.serializers import ModelSerializer
from chat_api.schemas.models import Answer, AttachmentTemplate, Group, Question, Schema


class PairsField(serializers.ListField):
    """A list of pairs of expressions."""

    def __init__(self, **kwargs: Any) -> None:
        pair = serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2)
        super().__init__(child=pair, read_only=True, **kwargs)


class TranslatedField(serializers.CharField):
    """A text in the language of the request, where translated."""

    def get_attribute(self, instance: Any) -> str:
        """Return the translation, or the text of the column."""
        name = str(self.source)
        return chosen(getattr(instance, name), getattr(instance, f"{name}_i18n"), fallbacks(None))


class AttachmentTemplateSerializer(DocumentMixin, ModelSerializer):
    """An attachment of a question."""

    question = RowField(read_only=True, allow_null=True)
    content_type = RowField(read_only=True, allow_null=True)
    src = serializers.CharField(read_only=True)
    thumbnail = JSONField(read_only=True, help_text=THUMBNAIL_SCHEMA["description"])
    options = JSONField(read_only=True)

    class Meta:
        model = AttachmentTemplate
        fields = (
            "question",
            "title",
            "type",
            "description",
            "src",
            "id",
            "thumbnail",
            "options",
            "object_id",
            "content_type",
        )
        read_only_fields = fields


class AnswerSerializer(DocumentMixin, ModelSerializer):
    """An answer that a choice offers."""

    question = RowField(read_only=True)
    meta = JSONField(read_only=True)
    variable_modifications = PairsField()

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
        read_only_fields = fields


class QuestionSerializer(DocumentMixin, ModelSerializer):
    """A step of a script."""

    schema = RowField(read_only=True)
    group = RowField(read_only=True, allow_null=True)
    meta = JSONField(read_only=True)
    variable_modifications = PairsField()
    forking_rules = PairsField()
    answers = AnswerSerializer(many=True, read_only=True)
    attachments = AttachmentTemplateSerializer(many=True, read_only=True)

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
        read_only_fields = fields


class GroupSerializer(DocumentMixin, ModelSerializer):
    """A named part of a schema."""

    schema = RowField(read_only=True)
    questions = QuestionSerializer(many=True, read_only=True)

    class Meta:
        model = Group
        fields = ("id", "schema", "position", "name", "questions")
        read_only_fields = fields


class SchemaListSerializer(ModelSerializer):
    """A schema without its questions."""

    name = TranslatedField(read_only=True)

    class Meta:
        model = Schema
        fields: tuple[str, ...] = ("name", "published", "version", "type", "deprecated", "id")
        read_only_fields = fields


class SchemaSerializer(DocumentMixin, ModelSerializer):
    """A schema with its groups, their questions, and the questions without a group."""

    groups = GroupSerializer(many=True, read_only=True)
    questions = QuestionSerializer(many=True, read_only=True)

    class Meta:
        model = Schema
        fields = (*SchemaListSerializer.Meta.fields, "groups", "questions")
        read_only_fields = fields
