"""Bodies of requests on threads and members, validated field by field into plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from django.contrib.auth import get_user_model
from django.utils import timezone
from rest_framework import serializers

from chat_api.chat.actions import ScriptPlan, ThreadDraft
from chat_api.chat.choices import (
    NOTIFICATIONS_ALL,
    PERMISSIONS_ALL,
    SCRIPTED_STATES,
    STATES_WITH_SCHEMA,
    FrequencyUnit,
    OnFinish,
    State,
)
from chat_api.chat.invitees import are_chosen_by_host, evaluated, invitees_of
from chat_api.chat.models import Message
from chat_api.lib.rest.fields import DateTimeField, SwitchField, TextField, UUIDField
from chat_api.lib.rest.relations import IdField, RowField, may_speak_as, refuse_missing
from chat_api.lib.rest.serializers import RequestSerializer
from chat_api.schemas.compiled import compiled
from chat_api.schemas.models import Group, Question, Schema
from chat_api.settings import chat_settings

_INT_MAX = 2**31 - 1


def may_lead(schema: Schema) -> bool:
    """Return whether conversations can be started with the schema."""
    return bool(schema.published or chat_settings.ALLOW_EDIT_PUBLISHED_SCHEMAS)


def is_empty(schema: Schema) -> bool:
    """Return whether the schema has no questions."""
    return compiled(schema).script.first is None


class ScriptFields(RequestSerializer):
    """The fields that set how a script leads a member; each is optional."""

    schema = RowField(queryset=Schema.objects.all(), required=False, allow_null=True)
    initial_question = RowField(queryset=Question.objects.all(), required=False, allow_null=True)
    state = serializers.ChoiceField(choices=[state.value for state in State], required=False)
    on_finish = serializers.ChoiceField(
        choices=[choice.value for choice in OnFinish], required=False, allow_blank=True
    )
    frequency_unit = serializers.ChoiceField(
        choices=[unit.value for unit in FrequencyUnit], required=False, allow_null=True
    )
    frequency_value = serializers.IntegerField(
        required=False, allow_null=True, min_value=-_INT_MAX, max_value=_INT_MAX
    )
    repeat_until = DateTimeField(required=False, allow_null=True)
    automated_sender = RowField(
        queryset=get_user_model()._default_manager.all(), required=False, allow_null=True
    )

    def validate_automated_sender(self, sender: Any) -> Any:
        """Reject a sender in whose name neither the requester nor the owner of the thread is permitted to write."""
        people = {user.pk: user for user in (self.context["request"].user, self.context["viewer"])}
        if sender is not None and not any(
            may_speak_as(user=user, sender_id=sender.pk) for user in people.values()
        ):
            raise serializers.ValidationError(["NOT_ALLOWED"])
        return sender

    def validate_schema(self, schema: Schema | None) -> Schema | None:
        """Reject drafts."""
        if schema is not None and not may_lead(schema):
            raise serializers.ValidationError(["NOT_PUBLISHED"])
        return schema

    def script_errors(self, attrs: dict[str, Any], *, schema: Schema | None) -> dict[str, list[str]]:
        """Return the errors that concern several fields; `schema` is the one that would lead the member."""
        errors: dict[str, list[str]] = {}
        if schema is not None and attrs.get("state") in SCRIPTED_STATES and is_empty(schema):
            errors["schema"] = ["EMPTY"]
        question = attrs.get("initial_question")
        if question is not None and (schema is None or question.schema_id != schema.pk):
            errors["initial_question"] = ["QUESTION_FROM_WRONG_SCHEMA"]
        repeat_until = attrs.get("repeat_until")
        if repeat_until is not None:
            if repeat_until <= timezone.now():
                errors["repeat_until"] = ["REPEAT_UNTIL_MUST_BE_IN_FUTURE"]
            if not attrs.get("frequency_unit"):
                errors["frequency_unit"] = ["REQUIRED"]
            if attrs.get("frequency_value") is None:
                errors["frequency_value"] = ["REQUIRED"]
        if attrs.get("frequency_value") is not None and attrs["frequency_value"] <= 0:
            errors["frequency_value"] = ["FREQUENCY_VALUE_MUST_BE_POSITIVE"]
        return errors


class ThreadCreateSerializer(ScriptFields):
    """The request body that creates a thread."""

    title = TextField(required=False, max_length=255, trim_whitespace=True)
    notifications = serializers.IntegerField(required=False, min_value=0, max_value=NOTIFICATIONS_ALL)
    next_restart = DateTimeField(
        required=False,
        allow_null=True,
        help_text="Must be null: the next start of a script follows from its frequency.",
    )
    client_id = UUIDField(
        required=False,
        allow_null=True,
        help_text="A UUID chosen by the client. Sent again, the response is 200 with the thread of the first request.",
    )

    def validate_next_restart(self, moment: Any) -> Any:
        """Reject any timestamp: 0.8.8 stored it, but nothing was ever started by it."""
        if moment is not None:
            raise serializers.ValidationError(["NOT_ALLOWED"])
        return moment

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Reject a schema without a state that takes one, and a scripted state without a schema."""
        schema = attrs.get("schema")
        errors = self.script_errors(attrs, schema=schema)
        takes_schema = attrs.get("state", State.OPEN) in STATES_WITH_SCHEMA
        if schema is not None and not takes_schema:
            errors["state"] = ["WRONG_STATE_FOR_SCHEMA"]
        if takes_schema and schema is None and "schema" not in self.field_errors:
            errors["schema"] = ["REQUIRED"]
        if errors:
            raise serializers.ValidationError(errors)
        return attrs

    def draft(self, *, type: str) -> ThreadDraft:
        """Return the validated body as the action's draft."""
        data = self.validated_data
        state = State(data.get("state", State.OPEN))
        led: dict[str, Any] = {
            "automated_sender_id": _pk(data.get("automated_sender")),
            "on_finish": data.get("on_finish") or OnFinish.OPEN,
            "frequency_unit": data.get("frequency_unit"),
            "frequency_value": data.get("frequency_value"),
            "repeat_until": data.get("repeat_until"),
        }
        plan = None
        if data.get("schema") is not None:
            first = _pk(data.get("initial_question"))
            plan = ScriptPlan(schema=data["schema"], state=state, initial_question_id=first, **led)
        return ThreadDraft(
            type=type,
            title=data.get("title", ""),
            notifications=data.get("notifications"),
            state=State.OPEN if plan is not None else state,
            plan=plan,
            **led,
        )


def _pk(row: Any) -> int | None:
    return None if row is None else row.pk


class ThreadChangeSerializer(RequestSerializer):
    """The request body that changes a thread."""

    title = TextField(required=False, max_length=255, trim_whitespace=True)
    notifications = serializers.IntegerField(required=False, min_value=0, max_value=NOTIFICATIONS_ALL)
    state = serializers.ChoiceField(choices=[state.value for state in State], required=False)

    def validate_state(self, state: str) -> str:
        """Reject the states that need a script."""
        if state not in (State.OPEN, State.CLOSED):
            raise serializers.ValidationError(["WRONG_STATE"])
        return state


class MemberChangeSerializer(ScriptFields):
    """The request body that changes a member."""

    permissions = serializers.IntegerField(
        required=False, min_value=0, max_value=PERMISSIONS_ALL, error_messages={"max_value": "TOO_HIGH"}
    )
    group = IdField(required=False, write_only=True)
    paused = SwitchField(required=False)

    def validate_group(self, pk: int) -> int:
        """Reject the id of a missing group."""
        refuse_missing(Group.objects.all(), (pk,))
        return pk

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Reject fields that are invalid in combination."""
        member = self.context.get("member")
        schema = attrs.get("schema", member.schema if member is not None else None)
        errors = self.script_errors(attrs, schema=schema)
        leads = attrs.get("state") in STATES_WITH_SCHEMA
        if leads and schema is None and "schema" not in self.field_errors:
            errors["schema"] = ["REQUIRED"]
        elif leads and schema is not None and "schema" not in attrs and not may_lead(schema):
            errors["schema"] = ["NOT_PUBLISHED"]
        if errors:
            raise serializers.ValidationError(errors)
        return attrs

    def changes(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the validated fields as the action's changes."""
        renamed = {"initial_question": "initial_question_id", "automated_sender": "automated_sender_id"}
        changes = {renamed.get(name, name): value for name, value in data.items()}
        for name in renamed.values():
            if name in changes:
                changes[name] = _pk(changes[name])
        if "group" in changes:
            changes["group_id"] = changes.pop("group")
        return changes

    def is_complete(self, changes: Mapping[str, Any]) -> bool:
        """Return whether `changes` has everything that the action requires."""
        return True


class InviteeField(RowField):
    """An account that the requester can add; where the host decides which, all others get the same error."""

    def get_queryset(self) -> Any:
        """Return the accounts that the requester can add. Raises `HookFailed`."""
        return invitees_of(self.context["request"].user)

    def to_internal_value(self, data: Any) -> Any:
        """Return the account. Raises `ValidationError` if the requester cannot add it, and `HookFailed`."""
        return evaluated(lambda: super(InviteeField, self).to_internal_value(data))

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        """Raise `ValidationError`: NOT_ALLOWED for unknown accounts, as for those that cannot be added."""
        if key == "does_not_exist" and are_chosen_by_host():
            raise serializers.ValidationError(["NOT_ALLOWED"])
        super().fail(key, **kwargs)


class MemberCreateSerializer(MemberChangeSerializer):
    """The request body that adds a member."""

    user = InviteeField(queryset=get_user_model()._default_manager.all())

    def is_complete(self, changes: Mapping[str, Any]) -> bool:
        """Return whether there is a user to add."""
        return "user" in changes


class RollbackSerializer(RequestSerializer):
    """The request body that rolls a script back."""

    message = IdField(required=False, allow_null=True)
    question = IdField(required=False, allow_null=True)
    instance = IdField(
        required=False, allow_null=True, help_text="The round of the question's repeated group; 0 outside."
    )

    def validate_message(self, pk: int | None) -> int | None:
        """Reject the id of a missing message."""
        refuse_missing(Message.objects.all(), () if pk is None else (pk,))
        return pk

    def validate_question(self, pk: int | None) -> int | None:
        """Reject the id of a missing question."""
        refuse_missing(Question.objects.all(), () if pk is None else (pk,))
        return pk
