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


class OptionalFieldsMixin:
    """Serializer mixin for the fields of the questionnaire language, which only objects that use them have."""

    #: Fields that the OpenAPI document describes as optional.
    optional_keys: frozenset[str] = frozenset()

    @staticmethod
    def optional_fields() -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return the fields, unbound."""
        raise NotImplementedError

    def get_fields(self) -> dict[str, Any]:
        """Return the fields of every object, then the optional ones."""
        fields: dict[str, Any] = super().get_fields()  # type: ignore[misc]
        return {**fields, **self.optional_fields()}


class ConstraintSerializer(serializers.Serializer[Any]):
    """A condition on a new answer."""

    optional_keys = frozenset({"severity"})

    check = serializers.CharField(help_text="An expression, in which `value` is the new answer.")
    message = serializers.CharField()
    severity = serializers.ChoiceField(
        ("error", "warning"), help_text="A warning can be confirmed. Default: error."
    )


def _expression(help_text: str) -> serializers.CharField:
    return serializers.CharField(read_only=True, help_text=help_text)


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


class AnswerSerializer(DocumentMixin, OptionalFieldsMixin, ModelSerializer):
    """An answer that a choice offers."""

    optional_keys = frozenset({"value", "show_if", "weight"})

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

    @staticmethod
    def optional_fields() -> dict[str, Any]:
        """Return the fields that only some answers have."""
        return {
            "value": JSONField(
                read_only=True,
                help_text="The number, text or boolean that stands for the answer in expressions.",
            ),
            "show_if": _expression("The answer is offered while this expression is true."),
            "weight": serializers.FloatField(
                read_only=True, help_text="The number for scores; only with the permission to view schemas."
            ),
        }


class QuestionSerializer(DocumentMixin, OptionalFieldsMixin, ModelSerializer):
    """A step of a script."""

    optional_keys = frozenset(
        {
            "name",
            "hint",
            "show_if",
            "skip",
            "default",
            "progress",
            "calculate",
            "limits",
            "constraints",
            "required_message",
        }
    )

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

    @staticmethod
    def optional_fields() -> dict[str, Any]:
        """Return the fields that only some questions have."""
        return {
            "name": serializers.CharField(read_only=True, help_text="What expressions call the answer."),
            "hint": serializers.CharField(read_only=True, help_text="Help text beside the question."),
            "show_if": _expression("The question is asked while this expression is true."),
            "skip": serializers.CharField(
                read_only=True, help_text="The text that offers to skip the question."
            ),
            "default": JSONField(
                read_only=True,
                help_text="In `question_data` and in surveys only: the value that is suggested as the answer; a list"
                " of values for several choices.",
            ),
            "progress": serializers.FloatField(
                read_only=True,
                help_text="In `question_data` of a script that leads only: the part of the script that lies before the"
                " question, from 0 to below 1, estimated by the longest way that is left.",
            ),
            "calculate": _expression("The expression of a calculation."),
            "limits": JSONField(
                read_only=True,
                help_text="By name of the limit (`min`, `max_length`), a value or an expression.",
            ),
            "constraints": ConstraintSerializer(many=True, read_only=True),
            "required_message": serializers.CharField(
                read_only=True, help_text="The error of an empty answer."
            ),
        }


class GroupInstanceSerializer(serializers.Serializer[Any]):
    """An instance of a repeated group in a survey, with what is shown differently in each."""

    optional_keys = frozenset({"text"})

    instance = serializers.IntegerField(read_only=True, help_text="The number of the instance.")
    text = serializers.CharField(
        read_only=True, help_text="The text of the group in this instance, if it depends on the instance."
    )
    questions = QuestionSerializer(
        many=True,
        read_only=True,
        help_text="The questions of the group whose texts, meta or suggested answers depend on the instance, as it"
        " shows them.",
    )


class GroupSerializer(DocumentMixin, OptionalFieldsMixin, ModelSerializer):
    """A named part of a schema."""

    optional_keys = frozenset({"key", "show_if", "text", "layout", "repeat", "instances"})

    schema = RowField(read_only=True)
    questions = QuestionSerializer(many=True, read_only=True)

    class Meta:
        model = Group
        fields = ("id", "schema", "position", "name", "questions")
        read_only_fields = fields

    @staticmethod
    def optional_fields() -> dict[str, Any]:
        """Return the fields that only some groups have."""
        return {
            "key": serializers.CharField(
                read_only=True, help_text="What expressions call the repeated group."
            ),
            "show_if": _expression("The questions of the group are asked while this expression is true."),
            "text": serializers.CharField(read_only=True, help_text="Shown above the questions."),
            "layout": serializers.ChoiceField(Group.LAYOUT_CHOICES, read_only=True),
            "repeat": JSONField(
                read_only=True, help_text="How often the questions are asked: `count`, `min`, `max`, `add`."
            ),
            "instances": GroupInstanceSerializer(
                many=True,
                read_only=True,
                help_text="With `survey` only, and only in a repeated group whose texts or suggested answers depend"
                " on the instance: its instances that count, in their order.",
            ),
        }


class SchemaListSerializer(ModelSerializer):
    """A schema without its questions."""

    name = TranslatedField(read_only=True)

    class Meta:
        model = Schema
        fields: tuple[str, ...] = ("name", "published", "version", "type", "deprecated", "id")
        read_only_fields = fields


class SchemaSerializer(DocumentMixin, OptionalFieldsMixin, ModelSerializer):
    """A schema with its groups, their questions, and the questions without a group."""

    optional_keys = frozenset({"match_text", "scores", "flags"})

    groups = GroupSerializer(many=True, read_only=True)
    questions = QuestionSerializer(many=True, read_only=True)

    class Meta:
        model = Schema
        fields = (*SchemaListSerializer.Meta.fields, "groups", "questions")
        read_only_fields = fields

    @staticmethod
    def optional_fields() -> dict[str, Any]:
        """Return the fields that only some schemas have."""
        return {
            "match_text": serializers.BooleanField(
                read_only=True,
                help_text="A typed text chooses the answer with that text, or else with that value.",
            ),
            "scores": JSONField(
                read_only=True,
                help_text="`name`, `label`, `expression`, `bands`; only with the permission to view schemas.",
            ),
            "flags": JSONField(
                read_only=True,
                help_text="`name`, `label`, `if`, `severity`; only with the permission to view schemas.",
            ),
        }
