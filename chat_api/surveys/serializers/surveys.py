"""The keys of surveys, and the bodies of requests about them."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import get_user_model
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chat_api.lib.rest.fields import JSONField, UUIDField
from chat_api.lib.rest.relations import RowField, may_speak_as
from chat_api.lib.rest.serializers import AccountData, ModelSerializer
from chat_api.schemas.models import Schema
from chat_api.surveys import validation
from chat_api.surveys.models import Survey

_PROBLEMS: Final = {
    "type": "array",
    "description": "The limits and constraints that visible answers do not fulfil now.",
    "items": {
        "type": "object",
        "required": ["qid", "code", "message", "severity"],
        "properties": {
            "qid": {"type": "integer"},
            "code": {"type": "string"},
            "message": {
                "type": "string",
                "nullable": True,
                "description": "The text of the constraint, in the language of the request; null for a limit.",
            },
            "severity": {"type": "string", "enum": ["error", "warning"]},
        },
    },
}


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
                "description": (
                    "Whether every visible required question is answered, and no problem is an `error`."
                ),
            },
            "values": {
                "type": "object",
                "additionalProperties": {},
                "description": (
                    "The values of the visible calculations, by name; empty for the owner of the survey unless the "
                    "setting `RESPONDENT_SEES` names `values`. This key and the following ones are there only if "
                    "questions of the schema have names."
                ),
            },
            "problems": _PROBLEMS,
            "instances": {
                "type": "object",
                "additionalProperties": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["instance", "visibility", "values", "problems"],
                        "properties": {
                            "instance": {
                                "type": "integer",
                                "description": "Its number, which is never reused.",
                            },
                            "visibility": {"type": "array", "items": {"type": "integer"}},
                            "values": {"type": "object", "additionalProperties": {}},
                            "problems": _PROBLEMS,
                        },
                    },
                },
                "description": (
                    "By the key of each repeated group: its instances, in their order, with the same keys as the state "
                    "itself, whose `values` and `problems` have only what is outside of these groups. Its `visibility` "
                    "has the questions that any instance shows."
                ),
            },
        },
    }
)
class StateField(JSONField):
    """The visible questions, whether the required ones among them are answered, and what the rules say of them."""


class SurveyCoreSerializer(ModelSerializer):
    """A survey without its people, as it is shown with its items."""

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
    """A survey that was started: all its keys are read-only."""

    automated_sender_data = AccountData(of="automated_sender")
    user_data = AccountData(of="user")

    class Meta(SurveyCoreSerializer.Meta):
        fields = (*SurveyCoreSerializer.Meta.fields, "automated_sender_data", "user_data", "submitted")
        read_only_fields: tuple[str, ...] = fields


class SurveySerializer(SurveyDetailsSerializer):
    """A survey, and the body that starts one."""

    schema = RowField(queryset=Schema.objects.all())
    automated_sender = RowField(
        queryset=get_user_model()._default_manager.all(), required=False, allow_null=True
    )

    client_id = UUIDField(
        write_only=True,
        required=False,
        allow_null=True,
        help_text=(
            "A UUID that the client chose: a request with the same one gets a 200 with the survey of the first request."
        ),
    )

    class Meta(SurveyDetailsSerializer.Meta):
        fields = (*SurveyDetailsSerializer.Meta.fields, "client_id")
        read_only_fields = ("user", "updated", "id", "created", "submitted")

    def validate_schema(self, schema: Schema) -> Schema:
        """Reject schemas that cannot be surveys."""
        codes = validation.schema_problems(schema)
        if codes:
            raise serializers.ValidationError(codes)
        return schema

    def validate_automated_sender(self, sender: Any) -> Any:
        """Reject users in whose name the requester is not permitted to send."""
        user = self.context["request"].user
        if sender is not None and not may_speak_as(user=user, sender_id=sender.pk):
            raise serializers.ValidationError(["NOT_ALLOWED"])
        return sender
