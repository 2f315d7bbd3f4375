"""The assignment of a thread: the body of a request, and the response."""

from __future__ import annotations

from typing import Any, NoReturn

from django.contrib.auth import get_user_model
from rest_framework import serializers

from chat_api.chat.models import Thread
from chat_api.lib.rest.relations import RowField
from chat_api.lib.rest.serializers import ModelSerializer, RequestSerializer


class AssigneeField(RowField):
    """An account; missing ones have the same error as those to whom the requester cannot assign the thread."""

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        """Raise `ValidationError`: NOT_ALLOWED for unknown accounts."""
        if key == "does_not_exist":
            raise serializers.ValidationError(["NOT_ALLOWED"])
        super().fail(key, **kwargs)


class AssignmentChangeSerializer(RequestSerializer):
    """The request body that assigns a thread."""

    assigned_to = AssigneeField(
        queryset=get_user_model()._default_manager.all(),
        allow_null=True,
        help_text="The id of a member or of somebody of the staff; null for nobody.",
    )


class AssignmentSerializer(ModelSerializer):
    """The id of a thread, and the user who looks after it."""

    assigned_to = serializers.PrimaryKeyRelatedField[Any](read_only=True, allow_null=True)

    class Meta:
        model = Thread
        fields = ("id", "assigned_to")
        read_only_fields = fields
