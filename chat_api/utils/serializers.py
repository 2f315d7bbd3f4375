"""The default serializer of users, at its path of 0.8.8."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.contrib.auth import get_user_model
from rest_framework import serializers

from chat_api.lib.rest.accounts import account_class
from chat_api.lib.rest.fields import UserKeyField
from chat_api.lib.rest.serializers import Serializer
from chat_api.lib.url_prefix import url_of_file
from chat_api.utils.avatars import default_avatar

#: The attributes of a user that are shown besides the primary key.
_SHOWN: Final = ("first_name", "last_name", "avatar")


class SimpleAccountSerializer(Serializer):
    """A user's `first_name`, `last_name` (empty if the user model has none), `id` and `avatar`."""

    first_name = serializers.CharField(read_only=True, default="")
    last_name = serializers.CharField(read_only=True, default="")
    id = UserKeyField(source="pk", read_only=True)
    avatar = serializers.SerializerMethodField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the user's object; the plain case skips the fields, because lists of members are long."""
        if type(self) is not SimpleAccountSerializer or self.get_selection().only:
            return super().to_representation(instance)
        return {
            "first_name": getattr(instance, "first_name", ""),
            "last_name": getattr(instance, "last_name", ""),
            "id": instance.pk,
            "avatar": self.get_avatar(instance),
        }

    def get_avatar(self, user: Any) -> str:
        """Return the URL of the user's avatar, or of the default image."""
        avatar = getattr(user, "avatar", None)
        if avatar and getattr(avatar, "url", None):
            return url_of_file(avatar)
        return default_avatar()


class PlainAccount(NamedTuple):
    """A user as `SimpleAccountSerializer` shows one without an avatar; much cheaper to create than a model instance."""

    pk: Any
    first_name: str
    last_name: str


def account_columns() -> tuple[str, ...] | None:
    """Return the columns of a user that the default serializer shows, so that lists of members load only these.

    None means all: the host has its own serializer, or one of the shown attributes is not a column.
    """
    if account_class() is not SimpleAccountSerializer:
        return None
    model = get_user_model()
    shown = [name for name in _SHOWN if hasattr(model, name)]
    columns = {field.name for field in model._meta.concrete_fields}
    return tuple(shown) if columns.issuperset(shown) else None
