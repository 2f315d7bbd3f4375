"""Bodies of requests on messages, validated into plain data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rest_framework import serializers

from chat_api.chat.actions import Correction, Draft
from chat_api.chat.serializers.attachments import InlineAttachmentsField
from chat_api.engine.script import Script
from chat_api.lib.rest.fields import TOO_LONG, JSONField, TextField, UUIDField
from chat_api.lib.rest.relations import IdField, IdListField, refuse_missing
from chat_api.lib.rest.serializers import RequestSerializer
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import Answer, Question
from chat_api.settings import chat_settings


class DraftSerializer(RequestSerializer):
    """Base of the request bodies that post a message."""

    text = TextField(required=False, allow_blank=True, trim_whitespace=True)
    question = IdField(required=False)
    instance = IdField(
        required=False, allow_null=True, help_text="The round of the question's repeated group; 0 outside."
    )
    asked = IdField(
        required=False,
        allow_null=True,
        help_text="The `related_message` of the thread that the requester has seen; null for none. The request is "
        "refused if another message asks now.",
    )
    confirm = serializers.BooleanField(required=False)
    client_id = UUIDField(required=False, allow_null=True)

    def validate_text(self, text: str) -> str:
        """Reject a text longer than MESSAGE_TEXT_MAX."""
        limit = chat_settings.MESSAGE_TEXT_MAX
        if len(text) > limit:
            raise serializers.ValidationError([TOO_LONG])
        return text

    def validate_question(self, pk: int) -> int:
        """Reject the id of a missing question; those of the member's schema cost no query."""
        script = self._script()
        if script is None or pk not in script.questions_by_id:
            refuse_missing(Question.objects.all(), (pk,))
        return pk

    def _script(self) -> Script | None:
        """Return the script that leads or assists the author, or None."""
        schema = self.context["author"].schema
        return None if schema is None else compiled(schema).script

    def draft(self, data: dict[str, Any]) -> Draft:
        """Return the validated fields as the action's draft."""
        return Draft(
            text=data.get("text", ""),
            question_id=data.get("question"),
            instance=data.get("instance"),
            asked_id=data.get("asked"),
            has_seen_asked="asked" in data,
            confirm=data.get("confirm", False),
            client_id=data.get("client_id"),
        )


class MessageCreateSerializer(DraftSerializer):
    """The request body that posts a message."""

    type = TextField(required=False, max_length=50, trim_whitespace=True)
    meta = JSONField()
    answers = IdListField(required=False)
    break_state = serializers.BooleanField(required=False)
    skip = serializers.BooleanField(required=False)
    attachments = InlineAttachmentsField(required=False)

    def validate_type(self, type: str) -> str:
        """Reject the types that only scripts use."""
        if type in chat_settings.MESSAGE_TYPES_RESERVED:
            raise serializers.ValidationError(["RESERVED"])
        return type

    def validate_answers(self, ids: list[int]) -> list[int]:
        """Reject ids of missing answers; those of the current question cost no query."""
        script = self._script()
        known = () if script is None else script.answers_by_id
        refuse_missing(Answer.objects.all(), [pk for pk in dict.fromkeys(ids) if pk not in known])
        return ids

    def draft(self, data: dict[str, Any]) -> Draft:
        """Return the validated fields as the action's draft."""
        return replace(
            super().draft(data),
            type=data.get("type", "message"),
            meta=data.get("meta"),
            answer_ids=tuple(data.get("answers", ())),
            break_state=data.get("break_state", False),
            skip=data.get("skip", False),
            attachments=tuple(data.get("attachments", ())),
        )


class ReplySerializer(DraftSerializer):
    """The request body that answers the current question with a typed line."""

    text = TextField(allow_blank=True, trim_whitespace=True)

    def draft(self, data: dict[str, Any]) -> Draft:
        """Return the validated fields as the action's draft."""
        return replace(super().draft(data), is_typed=True)


class CorrectionSerializer(MessageCreateSerializer):
    """The request body that corrects an answer: which one, and the new answer as in a post."""

    # It is about an earlier question, whatever is asked now.
    asked = None  # type: ignore[assignment]

    run = IdField(
        required=False, allow_null=True, help_text="The run of the script; the current one if omitted."
    )
    message = IdField(help_text="The message with the answer to correct.")
    last = IdField(help_text="The last message of the run that the requester has seen.")

    def correction(self, draft: Draft) -> Correction:
        """Return the draft of the new answer with what it corrects, as the action's input."""
        data = self.validated_data
        return Correction(
            message_id=data["message"], last_id=data["last"], draft=draft, run_id=data.get("run")
        )


class MessageChangeSerializer(RequestSerializer):
    """The request body that changes a message."""

    text = TextField(required=False, allow_blank=True, trim_whitespace=True)
    meta = JSONField()

    validate_text = DraftSerializer.validate_text


class ReadSerializer(RequestSerializer):
    """The request body that marks messages as read: all up to one, or a list."""

    up_to = IdField(required=False)
    messages = IdListField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Reject a body that names neither."""
        if not attrs and not self.field_errors:
            raise serializers.ValidationError({"up_to": ["REQUIRED"]})
        return attrs
